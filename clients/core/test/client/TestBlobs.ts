import { blobId, chunkHash } from "../../src/rooms/Blob.ts";
import type { RoomState } from "../../src/rooms/RoomState.ts";
import { equal } from "../../src/wire/Bytes.ts";
import { Policy, Role } from "../../src/wire/Classes.ts";
import type { ClientFrame } from "../../src/wire/ClientFrame.ts";
import type { BlobId } from "../../src/wire/Ids.ts";
import { Code } from "../../src/wire/Refusal.ts";
import type { TestLine } from "./TestLine.ts";

export type BlobFrame = ClientFrame & { type: "offer" | "chunk" | "want" };

interface Kept {
  readonly bytes: number;
  readonly hashes: readonly Uint8Array[];
  readonly chunks: Map<number, Uint8Array>;
}

/** The blobs of one room at a hub in this process (section 15). They never go, unless a test takes them; what deleted nodes alone name has its space given to others. */
export class TestBlobs {
  readonly kept = new Map<BlobId, Kept>();
  most = 2_500_000;
  room = 10_000_000;
  /** Indexes of the chunks that came, in order. */
  readonly came: number[] = [];
  /** How many chunks were asked for. */
  asked = 0;
  /** How many more chunks are answered; what comes then is dropped without a word. */
  answers = Number.POSITIVE_INFINITY;
  /** What a lying hub sends in the place of a chunk. */
  sends: (chunk: Uint8Array, index: number) => Uint8Array = (chunk) => chunk;

  greet(line: TestLine, state: RoomState): void {
    line.give({ type: "storage", most: this.most, room: this.room, used: this.#used(state) });
  }

  #used(state: RoomState): number {
    const nodes = [...state.tree.all()].filter(({ blob }) => blob !== undefined);
    const living = new Set(nodes.filter(({ diedWith }) => diedWith === undefined).map(({ blob }) => blob));
    const spare = new Set(nodes.map(({ blob }) => blob).filter((blob) => !living.has(blob)));
    return [...this.kept].reduce((sum, [blob, { bytes }]) => sum + (spare.has(blob) ? 0 : bytes), 0);
  }

  take(line: TestLine, state: RoomState, frame: BlobFrame): void {
    if (frame.type === "want") this.#want(line, frame);
    else if (!mayStore(state, line)) refuse(line, frame.blob, Code.Forbidden);
    else if (frame.type === "offer") this.#offer(line, state, frame);
    else this.#chunk(line, state, frame);
  }

  #offer(line: TestLine, state: RoomState, frame: BlobFrame & { type: "offer" }): void {
    if (blobId(state.roomId, frame.bytes, frame.hashes) !== frame.blob)
      throw new Error("the offer's id is not that of its chunks");
    const known = this.kept.get(frame.blob);
    if (known === undefined && this.#used(state) + frame.bytes > this.room) {
      this.greet(line, state);
      refuse(line, frame.blob, Code.RoomFull);
      return;
    }
    const kept = known ?? { bytes: frame.bytes, hashes: frame.hashes, chunks: new Map() };
    this.kept.set(frame.blob, kept);
    const missing = kept.hashes.map((_, index) => index).filter((index) => !kept.chunks.has(index));
    this.greet(line, state);
    line.give({ type: "offered", blob: frame.blob, missing });
  }

  #chunk(line: TestLine, state: RoomState, { blob, index, bytes }: BlobFrame & { type: "chunk" }): void {
    const kept = this.kept.get(blob);
    const hash = kept?.hashes[index];
    if (hash === undefined || !equal(chunkHash(bytes), hash)) {
      refuse(line, blob, Code.Blob);
      return;
    }
    if (this.answers-- <= 0) return;
    this.came.push(index);
    kept!.chunks.set(index, bytes);
    if (kept!.chunks.size === kept!.hashes.length) state.setBlob(blob, true);
    line.give({ type: "took", blob, index });
  }

  #want(line: TestLine, { blob, index }: BlobFrame & { type: "want" }): void {
    this.asked += 1;
    const bytes = this.kept.get(blob)?.chunks.get(index);
    if (bytes === undefined) refuse(line, blob, Code.Blob);
    else line.give({ type: "chunk", blob, index, bytes: this.sends(bytes, index) });
  }
}

/** B3, for what these tests ask: an editor, or an owner where the room is read-only. */
function mayStore(state: RoomState, line: TestLine): boolean {
  const role = state.members.get(line.session!)?.role ?? Role.Viewer;
  const readOnly = ((state.manifests.newest?.policy ?? 0) & Policy.ReadOnly) !== 0;
  return role >= (readOnly ? Role.Owner : Role.Editor);
}

function refuse(line: TestLine, blob: BlobId, code: Code): void {
  line.give({ type: "blobRefused", blob, code, text: "not taken" });
}
