import { Limits } from "../limits.ts";
import { SUITE } from "../rooms/Genesis.ts";
import { encodeRunCommand, type RunCommand } from "../runs/RunCommand.ts";
import { encodeRunClientFrame, parseRunServerFrame, type RunClientFrame } from "../runs/RunFrame.ts";
import type { CommandKey } from "../runs/RunKeys.ts";
import { failed } from "../wire/WireError.ts";
import { RoomError } from "./RoomError.ts";
import type { Socket, World } from "./World.ts";

const OPEN_WITHIN_MS = 10_000;
const UNREACHABLE =
  "The server does not take this run: it cannot be reached, or runs no programs any more. Try again, or ask who runs the server.";
const STRANGE = "The server sent what this version cannot read. Reload the page.";

/**
 * One connection to the server's socket of runs, from its welcome to its end: one run is started or watched on it. What it says is handed on as
 * it came; commands leave in the order in which they were given, numbered within this connection (X5).
 */
export class RunLink {
  readonly challenge: Uint8Array;
  /** Orders are sealed to it. */
  readonly serverKey: Uint8Array;
  /** A sealed event. */
  onevent: (index: number, event: Uint8Array) => void = () => {};
  /** Called once, with a reason where the server refused. */
  onend: (refused: RoomError | undefined) => void = () => {};
  readonly #socket: Socket;
  #closed = false;
  #commands = 0;
  #turn: Promise<void> = Promise.resolve();

  private constructor(socket: Socket, challenge: Uint8Array, serverKey: Uint8Array) {
    this.#socket = socket;
    this.challenge = challenge;
    this.serverKey = serverKey;
    socket.onmessage = (message) => this.#receive(message);
    socket.onclose = () => this.#end(undefined);
  }

  /** @param server `https://host/base`. @throws RoomError */
  static open(world: World, server: string): Promise<RunLink> {
    return new Promise((resolve, reject) => {
      const socket = world.connect(runUrl(server));
      const fail = (error: RoomError) => {
        world.clearTimer(timer);
        reject(error);
      };
      const timer = world.setTimer(() => {
        fail(new RoomError(0, UNREACHABLE));
        socket.close();
      }, OPEN_WITHIN_MS);
      socket.onclose = () => fail(new RoomError(0, UNREACHABLE));
      socket.onmessage = (message) => {
        const frame = parseRunServerFrame(message);
        if (!failed(frame) && frame.type === "welcome" && frame.suite === SUITE) {
          world.clearTimer(timer);
          resolve(new RunLink(socket, frame.challenge, frame.runKey));
          return;
        }
        const refused = !failed(frame) && frame.type === "refused";
        fail(refused ? new RoomError(frame.code, frame.text) : new RoomError(0, STRANGE));
        socket.close();
      };
    });
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(frame: RunClientFrame): void {
    if (!this.#closed) this.#socket.send(encodeRunClientFrame(frame));
  }

  /** @param key of this connection's challenge */
  command(key: CommandKey, command: RunCommand): void {
    const index = this.#commands++;
    this.#turn = this.#turn.then(async () => {
      this.send({ type: "command", command: await key.seal(index, encodeRunCommand(command)) });
    });
  }

  close(): void {
    this.#socket.close();
    this.#end(undefined);
  }

  #receive(message: Uint8Array): void {
    if (this.#closed) return;
    const frame = parseRunServerFrame(message);
    if (failed(frame)) this.#stop(new RoomError(0, STRANGE));
    else if (frame.type === "event") this.onevent(frame.index, frame.event);
    else if (frame.type === "refused") this.#stop(new RoomError(frame.code, frame.text));
  }

  #stop(reason: RoomError): void {
    this.#socket.close();
    this.#end(reason);
  }

  #end(refused: RoomError | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.onend(refused);
  }
}

/** What is typed, in pieces that a command takes. */
export function pieces(typed: Uint8Array): Uint8Array[] {
  const most = Limits.MaxRunTypedBytes;
  return Array.from({ length: Math.ceil(typed.length / most) }, (_, nth) =>
    typed.subarray(nth * most, (nth + 1) * most),
  );
}

function runUrl(server: string): string {
  return `${server.replace(/^http/, "ws").replace(/\/+$/, "")}/run`;
}
