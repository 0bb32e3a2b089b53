import { randomBytes } from "node:crypto";
import { argon2id, MemoryVault, overWebSocket, type Socket, type World } from "@coterie/core";
import { WebSocket } from "ws";

/**
 * The world of one member in Node: real sockets, the machine's clock and randomness, a vault in memory. `drop` closes the
 * connection underneath the client, as a network does: without a word, at once.
 */
export class NodeWorld implements World {
  readonly vault = new MemoryVault();
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

  now(): number {
    return Date.now();
  }

  random(length: number): Uint8Array {
    return Uint8Array.from(randomBytes(length));
  }

  setTimer(callback: () => void, ms: number): NodeJS.Timeout {
    return setTimeout(callback, ms);
  }

  clearTimer(timer: unknown): void {
    clearTimeout(timer as NodeJS.Timeout);
  }

  async argon2id(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
    return await argon2id(password, salt);
  }
}
