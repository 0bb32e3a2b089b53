import { breathe } from "../breathe.ts";
import type { RoomState } from "../rooms/RoomState.ts";
import type { Verifier } from "../rooms/Verifier.ts";
import { RecordClass } from "../wire/Classes.ts";
import type { HubFrame } from "../wire/HubFrame.ts";
import { parseRecord, type RecordView } from "../wire/RecordView.ts";
import { failed } from "../wire/WireError.ts";
import { LatestPresence } from "./LatestPresence.ts";
import type { World } from "./World.ts";

/** What is done with what has arrived. */
export interface Arrived {
  handle(frame: HubFrame, signatureOk: Promise<boolean> | undefined): Promise<void>;
  relayed(records: readonly RecordView[]): Promise<void>;
  blob(frame: BlobFrame): void;
}

/** The frames of section 15. */
export type BlobFrame = Extract<HubFrame, { type: "storage" | "offered" | "took" | "chunk" | "blobRefused" }>;

/** What is handled without a pause, in milliseconds: keys and drawing wait no longer than this and one step. */
const SLICE_MS = 20;

const BLOB_FRAMES: ReadonlySet<string> = new Set<BlobFrame["type"]>([
  "storage",
  "offered",
  "took",
  "chunk",
  "blobRefused",
]);

/**
 * The frames of one connection on their way to being handled: strictly one after the other, in order. Only signature checks run
 * ahead, where the author is known by then; blobs go by, which no record depends on; and presence falls behind where much comes, by itself alone (LatestPresence).
 */
export class Arrivals {
  readonly #world: World;
  readonly #to: Arrived;
  readonly #presence: LatestPresence;
  #waiting: (() => Promise<void>)[] = [];
  #handling = false;

  constructor(world: World, to: Arrived) {
    this.#world = world;
    this.#to = to;
    this.#presence = new LatestPresence(world, () => this.#inTurn(() => this.#look()));
  }

  add(frame: HubFrame, state: RoomState, verifier: Verifier): void {
    if (isOfBlobs(frame)) {
      this.#to.blob(frame);
      return;
    }
    if (frame.type === "relay") {
      this.#relay(frame.record, state);
      return;
    }
    const record = frame.type === "deliver" ? parseRecord(frame.envelope.record) : undefined;
    const check = record && !failed(record) ? state.signatureCheck(record) : undefined;
    const signatureOk = check && verifier.verify(check);
    this.#inTurn(() => this.#to.handle(frame, signatureOk));
  }

  /** Forgets what was not handled: its connection has ended. */
  clear(): void {
    this.#waiting = [];
    this.#presence.clear();
  }

  /** Presence waits only where its session and its rules are known: that the hub left out what must come first shows at once (W3). */
  #relay(bytes: Uint8Array, state: RoomState): void {
    const record = parseRecord(bytes);
    if (failed(record)) return;
    const known = state.members.get(record.session)?.live === true && state.manifests.at(record.version) !== undefined;
    if (known && record.class === RecordClass.Presence) this.#presence.add(record);
    else this.#inTurn(() => this.#to.relayed([record]));
  }

  async #look(): Promise<void> {
    try {
      await this.#to.relayed(this.#presence.take());
    } finally {
      this.#presence.looked();
    }
  }

  #inTurn(step: () => Promise<void>): void {
    this.#waiting.push(step);
    if (!this.#handling) void this.#handleAll();
  }

  async #handleAll(): Promise<void> {
    this.#handling = true;
    let began = this.#world.now();
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift()) {
        await next();
        if (this.#world.now() - began < SLICE_MS) continue;
        await breathe();
        began = this.#world.now();
      }
    } finally {
      this.#handling = false;
    }
  }
}

function isOfBlobs(frame: HubFrame): frame is BlobFrame {
  return BLOB_FRAMES.has(frame.type);
}
