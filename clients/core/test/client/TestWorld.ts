import { Machine } from "../../../../tests/support/Machine.ts";
import type { MemoryVault } from "../../src/client/Vault.ts";
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
  /** How much faster than ours time goes in this world. */
  readonly #pace: number;
  readonly #begun = Date.now();
  #skipped = 0;
  readonly #hub: TestHub;
  readonly #sockets = new Set<Socket>();

  constructor(hub: TestHub, pace = 1, vault?: MemoryVault) {
    super(vault);
    this.#hub = hub;
    this.#pace = pace;
  }

  /** As when the machine slept: the clock goes on, no timer does. */
  sleep(ms: number): void {
    this.#skipped += ms;
  }

  connect(url?: string): Socket {
    if (url?.endsWith("/run")) return this.#toRuns();
    const line = this.#hub.connect();
    const give = line.give.bind(line);
    line.give = (frame) => {
      for (const changed of this.tamper(frame)) give(changed);
    };
    this.#sockets.add(line);
    if (!this.reachable) queueMicrotask(() => line.cut());
    return line;
  }

  #toRuns(): Socket {
    const line = this.#hub.runs.connect();
    this.#sockets.add(line);
    if (!this.reachable) line.close();
    return line;
  }

  drop(): void {
    for (const socket of this.#sockets) socket.close();
    this.#sockets.clear();
  }

  override now(): number {
    return this.#begun + (super.now() - this.#begun) * this.#pace + this.#skipped;
  }

  override setTimer(callback: () => void, ms: number): unknown {
    return super.setTimer(callback, ms / this.#pace);
  }
}
