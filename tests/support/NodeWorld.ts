import { overWebSocket, type Socket } from "@coterie/core";
import { WebSocket } from "ws";
import { Machine } from "./Machine.ts";

/** The world of one member in Node, with real sockets. `drop` closes the connection underneath the client: without a word, at once. */
export class NodeWorld extends Machine {
  readonly #sockets = new Set<WebSocket>();

  connect(url: string): Socket {
    const origin = new URL(url).origin.replace(/^ws/, "http");
    const socket = new WebSocket(url, { origin, perMessageDeflate: false });
    this.#sockets.add(socket);
    socket.once("close", () => this.#sockets.delete(socket));
    return overWebSocket(socket);
  }

  drop(): void {
    for (const socket of this.#sockets) socket.terminate();
  }
}
