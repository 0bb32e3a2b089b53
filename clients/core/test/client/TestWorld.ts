import { Machine } from "../../../../tests/support/Machine.ts";
import type { Socket } from "../../src/client/World.ts";
import type { HubFrame } from "../../src/wire/HubFrame.ts";
import type { TestHub } from "./TestHub.ts";

/** What a hostile hub, or whoever sits before it, makes of a frame: nothing, itself, others. */
export type Tamper = (frame: HubFrame) => readonly HubFrame[];

/** The world of one member whose network is a test hub. What the hub says can be tampered with on the way. */
export class TestWorld extends Machine {
  tamper: Tamper = (frame) => [frame];
  /** False: no connection comes about. */
  reachable = true;
  readonly #hub: TestHub;
  readonly #sockets = new Set<Socket>();

  constructor(hub: TestHub) {
    super();
    this.#hub = hub;
  }

  connect(): Socket {
    const line = this.#hub.connect();
    const give = line.give.bind(line);
    line.give = (frame) => {
      for (const changed of this.tamper(frame)) give(changed);
    };
    this.#sockets.add(line);
    if (!this.reachable) queueMicrotask(() => line.cut());
    return line;
  }

  drop(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }
}
