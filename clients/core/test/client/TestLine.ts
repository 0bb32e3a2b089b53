import type { Socket } from "../../src/client/World.ts";
import { type ClientFrame, parseClientFrame } from "../../src/wire/ClientFrame.ts";
import { encodeHubFrame, type HubFrame } from "../../src/wire/HubFrame.ts";
import type { RoomId, SessionId, StreamId } from "../../src/wire/Ids.ts";
import { splitClientMessage } from "../../src/wire/Message.ts";
import { failed } from "../../src/wire/WireError.ts";

/** A connection in memory: the client's Socket on one side, the test hub's frames on the other. Bytes cross in order, never at once. */
export class TestLine implements Socket {
  onopen: () => void = () => {};
  onmessage: (bytes: Uint8Array) => void = () => {};
  onclose: () => void = () => {};
  onEnd: () => void = () => {};

  // What the hub knows of it.
  readonly challenge = crypto.getRandomValues(new Uint8Array(32));
  readonly follows = new Set<StreamId>();
  readonly met = new Set<SessionId>();
  room: RoomId | undefined;
  session: SessionId | undefined;
  /** How many manifests the room had when a door was opened here last. */
  openedUnder = 0;
  knock: (ClientFrame & { type: "knock" }) | undefined;

  readonly #answer: (frame: ClientFrame) => Promise<void>;
  #ended = false;
  #work: Promise<void>;

  constructor(answer: (frame: ClientFrame) => Promise<void>) {
    this.#answer = answer;
    this.#work = later().then(() => {
      if (!this.#ended) this.onopen();
    });
  }

  /** The client's side. */
  send(bytes: Uint8Array): void {
    const frames = splitClientMessage(bytes.slice());
    if (failed(frames)) throw new Error(`the client sent a message that does not parse: ${frames.error}`);
    for (const bytes of frames) {
      const frame = parseClientFrame(bytes);
      if (failed(frame)) throw new Error(`the client sent a frame that does not parse: ${frame.error}`);
      this.#work = this.#work.then(async () => {
        if (!this.#ended) await this.#answer(frame);
      });
    }
  }

  close(): void {
    this.cut();
  }

  /** The hub's side. */
  give(frame: HubFrame): void {
    const bytes = encodeHubFrame(frame);
    void later().then(() => {
      if (!this.#ended) this.onmessage(bytes);
    });
  }

  /** Ends it from either side, as a network does: what was under way is lost. */
  cut(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
    void later().then(() => this.onclose());
  }
}

function later(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
