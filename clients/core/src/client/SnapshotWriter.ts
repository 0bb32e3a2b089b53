import { Limits } from "../limits.ts";
import { recordHash } from "../rooms/RoomState.ts";
import { inBlob, inRecord, isDue, type Packed, parseSnapshot } from "../rooms/Snapshot.ts";
import { encodeSnapshotClear, parseSnapshotClear } from "../rooms/SnapshotClear.ts";
import type { SnapshotTail } from "../rooms/SnapshotState.ts";
import { equal, fromHex } from "../wire/Bytes.ts";
import { mayWrite, RecordClass } from "../wire/Classes.ts";
import type { StreamId } from "../wire/Ids.ts";
import { failed, type Parsed } from "../wire/WireError.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Entry, StreamSync } from "./StreamSync.ts";
import { vouches } from "./trustedSnapshot.ts";
import { contentOf } from "./Upload.ts";

/** What a stream's content is to its snapshots. Both are of the position where the stream stands now, taken before anything is awaited. */
export interface Snapshotted {
  /** The state, packed, or "TooLarge". */
  pack(tail: Omit<SnapshotTail, "digest">, digest: Promise<Uint8Array>): Promise<Parsed<Packed>>;
  digest(): Promise<Uint8Array>;
  /** Reads a state that its author may have made up. */
  read(packed: Packed): Promise<Parsed<Pick<SnapshotTail, "digest">>>;
  /** For a person: "a file", "the chat". */
  readonly name: string;
}

interface Placed {
  readonly payload: Uint8Array;
  readonly blobs: readonly Uint8Array[];
}

const NONE = { hash: new Uint8Array(32), bytes: 0 };

/**
 * The snapshots of one stream: writes one when it is due (N3) and compares those of others (N5). Only who is an owner or a keeper
 * writes, because nobody starts from another's (N4): who crosses the mark, or, where that is somebody else, whoever may.
 */
export class SnapshotWriter {
  readonly #sync: RoomSync;
  readonly #id: StreamId;
  readonly #content: Snapshotted;
  /** Of records since the last snapshot that may be started from. */
  #bytesSince = 0;
  #last: { readonly hash: Uint8Array; readonly bytes: number } = NONE;
  /** Position of the last record that changed the content. */
  #changedAt = 0;
  #writing = false;

  constructor(sync: RoomSync, id: StreamId, content: Snapshotted) {
    this.#sync = sync;
    this.#id = id;
    this.#content = content;
  }

  get writing(): boolean {
    return this.#writing;
  }

  /** The stream begins anew. @param seq its base. */
  begin(seq: number): void {
    this.#bytesSince = 0;
    this.#last = NONE;
    this.#changedAt = seq;
    this.#writing = false;
  }

  /** A position was taken into the content. */
  took({ record, own, seq, payload }: Entry, stream: StreamSync): void {
    const { state } = this.#sync;
    const vouched = vouches(state, record.session);
    if (record.class === RecordClass.Snapshot) {
      if (own === undefined && payload !== undefined) void this.#compare(record.clear, payload);
      if (!vouched) return;
      this.#bytesSince = 0;
      this.#last = { hash: recordHash(record.bytes), bytes: record.bytes.length + besideRecord(payload) };
      return;
    }
    this.#bytesSince += record.bytes.length;
    this.#changedAt = seq;
    if (own !== undefined || !vouched) this.writeIfDue(stream);
  }

  /**
   * N3. Also when the tail has been read: whoever crossed the mark may have been nobody to vouch. Not while more of one's own is on its way: of a
   * long text one is written when all of it is there, not several.
   */
  writeIfDue(stream: StreamSync): void {
    const { state, keyring } = this.#sync;
    const policy = state.manifests.newest?.policy ?? 0;
    if (this.#writing || !stream.live || stream.unsaved > 0 || !isDue(this.#bytesSince, this.#last.bytes)) return;
    if (vouches(state, this.#sync.session) && mayWrite(RecordClass.Snapshot, keyring.role, policy))
      void this.#write(stream);
  }

  async #write(stream: StreamSync): Promise<void> {
    this.#writing = true;
    const { state } = this.#sync;
    const { seq, head, versionFloor, counters } = state.stream(this.#id);
    const { hash: previous } = this.#last;
    const digest = this.#content.digest();
    const packed = await this.#content.pack({ versionFloor, counters: new Map(counters) }, digest);
    const done = () => {
      this.#writing = false;
    };
    // Where none can be written now, the log goes on being the way in, and the question comes up again after as much as now.
    this.#bytesSince = 0;
    const placed = failed(packed) ? undefined : await this.#place(packed, await digest);
    if (placed === undefined || state !== this.#sync.state) return done(); // or the room was rebuilt meanwhile
    const clear = encodeSnapshotClear({ stream: this.#id, seq, head, previous, blobs: placed.blobs });
    const { payload } = placed;
    stream.append({ class: RecordClass.Snapshot, clear: () => clear, payload, landed: done, refused: done });
  }

  /** The state goes into the record, or where it does not fit there into a blob; undefined where the hub does not take that. */
  async #place(packed: Packed, digest: Uint8Array): Promise<Placed | undefined> {
    const payload = inRecord(packed);
    if (payload.length <= Limits.MaxPayloadBytes) return { payload, blobs: [] };
    try {
      const blob = await this.#sync.blobs.put(contentOf(packed.state));
      return { payload: inBlob(packed.packing, blob, digest), blobs: [fromHex(blob.id)!] };
    } catch {
      return undefined;
    }
  }

  /** N5: a snapshot of exactly what stands here must say the same of it; nothing is ever replaced by it. */
  async #compare(clearPart: Uint8Array, payload: Uint8Array): Promise<void> {
    const clear = parseSnapshotClear(clearPart);
    if (failed(clear) || clear.seq < this.#changedAt) return;
    const own = await this.#content.digest();
    const snapshot = parseSnapshot(payload);
    if (!failed(snapshot)) {
      const theirs = snapshot.format === 2 ? snapshot : await this.#content.read(snapshot);
      if (!failed(theirs) && equal(theirs.digest, own)) return;
    }
    this.#sync.alarms.raise({
      rule: "N5",
      text: `a member's snapshot of ${this.#content.name} says other than its log`,
    });
  }
}

/** Bytes of a snapshot's state that lie in a blob. */
function besideRecord(payload: Uint8Array | undefined): number {
  const snapshot = payload && parseSnapshot(payload);
  return snapshot !== undefined && !failed(snapshot) && snapshot.format === 2 ? snapshot.size : 0;
}
