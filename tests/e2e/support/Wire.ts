import { connect, createServer, type Server, type Socket } from "node:net";

/**
 * A TCP wire between browsers and the server that a test can cut and mend. While cut, open connections are reset and new ones
 * are refused at once, as when a laptop leaves the network. The port the browsers know never changes, so the origin stays
 * the same across a server restart.
 */
export class Wire {
  readonly port: number;
  #target: number;
  readonly #from: string;
  #cut = false;
  readonly #sockets = new Set<Socket>();
  readonly #server: Server;

  private constructor(server: Server, port: number, target: number, from: string) {
    this.#server = server;
    this.port = port;
    this.#target = target;
    this.#from = from;
    server.on("connection", (near) => this.#join(near));
  }

  /** @param from the address that the server sees: one of this machine */
  static async to(target: number, from = "127.0.0.1"): Promise<Wire> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    if (address === null || typeof address === "string") throw new Error("the wire has no port");
    return new Wire(server, address.port, target, from);
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  cut(): void {
    this.#cut = true;
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  mend(target = this.#target): void {
    this.#target = target;
    this.#cut = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #join(near: Socket): void {
    if (this.#cut) {
      near.resetAndDestroy();
      return;
    }
    const far = connect({ port: this.#target, host: "127.0.0.1", localAddress: this.#from });
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      this.#sockets.add(from);
      from.setNoDelay(true);
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => {
        this.#sockets.delete(from);
        to.destroy();
      });
    }
  }
}
