import * as Y from "yjs";
import { digestOf, TEXT_ROOT } from "../rooms/Digest.ts";
import { type EditEffect, EditState } from "../rooms/Edit.ts";
import { isDue, readSnapshot, snapshotOf } from "../rooms/FileSnapshot.ts";
import { recordHash } from "../rooms/RoomState.ts";
import { encodeSnapshotClear, parseSnapshotClear } from "../rooms/SnapshotClear.ts";
import type { StreamBase } from "../rooms/StreamState.ts";
import { EMPTY, equal } from "../wire/Bytes.ts";
import { RecordClass } from "../wire/Classes.ts";
import type { MemberId, NodeId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { Drafts } from "./Drafts.ts";
import { carried, difference, type Replacement } from "./difference.ts";
import { Observable } from "./Observable.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Change, Entry, StreamReader, StreamSync } from "./StreamSync.ts";
import type { TrustedSnapshot } from "./trustedSnapshot.ts";
import type { Timer } from "./World.ts";

/** How long a file of a rebuilt room may lack its text before what this machine has of it is offered as a copy. */
const TEXT_WITHIN_MS = 10_000;
/** Keys after the first leave together after this pause. */
const FLUSH_MS = 50;
const FROM_LOG = Symbol("from the log");
/** Own edits of an earlier visit: sent like typing, never taken back by undo. */
const FROM_OUTBOX = Symbol("from the outbox");
/** What this person does, whoever binds an editor to the document: all but what this class does by itself, whose origins are symbols. */
class OwnOrigins extends Set<unknown> {
  /** Yjs asks for an origin and, failing that, for its constructor. */
  override has(origin: unknown): boolean {
    return typeof origin !== "symbol" && origin !== Symbol;
  }
}

const TYPED_AGAIN = Symbol("typed again");
const NO_RECORD = new Uint8Array(32);

export type FilePhase = "loading" | "ready" | "deleted";

/** A file's text as it was when its room was lost: what the log said, what stood here, and who writes it anew. */
interface Lost {
  readonly logged: string;
  readonly typed: string;
  readonly bringing: boolean;
  readonly timer: Timer;
}

/**
 * One file's text, live and confirmed.
 *
 * Always: `#confirmed` is exactly what the log says, every edit pre-checked (E1–E5); the live document is that plus this client's
 * own edits on their way. Where the log does not take an own edit, the live document is made anew from the confirmed one, and
 * what was typed is typed again under a new Yjs client id (E6), or, refused for good, kept in `rejected`.
 */
export class FileDoc implements StreamReader {
  readonly id: NodeId;
  readonly state = new Observable<FilePhase>("loading");
  /** What was typed here and will never count, with the reason; until taken note of. */
  readonly rejected = new Observable<{ readonly text: string; readonly why: string } | undefined>(undefined);
  readonly #sync: RoomSync;
  readonly #stream: StreamSync;
  readonly #mayWrite: () => boolean;
  #live!: { readonly doc: Y.Doc; readonly text: Y.Text; readonly undo: Y.UndoManager };
  #confirmed = new Y.Doc();
  #edits = new EditState();
  #lost: Lost | undefined;
  readonly #drafts = new Drafts();
  #inherited: Uint8Array[] = [];
  #timer: Timer | undefined;
  #flushedAt = 0;
  #deleted = false;
  /** The live document holds what the log did not take, by chance or for good: nothing more is sent before it was made anew. */
  #ill: "no" | "void" | "refused" = "no";
  /** Position of the last edit that counted. */
  #editedAt = 0;
  /** Changes on their way that will be void, and were typed again already. */
  readonly #disowned = new WeakSet<Change>();
  #bytesSince = 0;
  #lastSnapshot: { readonly hash: Uint8Array; readonly bytes: number } = { hash: NO_RECORD, bytes: 0 };
  #snapshotting = false;

  constructor(sync: RoomSync, id: NodeId, mayWrite: () => boolean) {
    this.#sync = sync;
    this.id = id;
    this.#mayWrite = mayWrite;
    this.#adopt(new Y.Doc());
    this.#stream = sync.follow(id, this);
  }

  get doc(): Y.Doc {
    return this.#live.doc;
  }

  get text(): Y.Text {
    return this.#live.text;
  }

  /** Takes back this person's own edits only. */
  get undo(): Y.UndoManager {
    return this.#live.undo;
  }

  /** Own edits that no ack covers yet and that no stream counts. */
  get pending(): number {
    return this.#drafts.length + this.#inherited.length;
  }

  /** Own edits that no ack covers yet, in order: what must not be lost when this machine goes away. */
  unsent(): readonly Uint8Array[] {
    const sent = this.#stream.changes.filter((change) => change.class === RecordClass.Edit);
    return [...sent.map(({ payload }) => payload), ...this.#inherited, ...(this.#drafts.payloads() ?? [])];
  }

  /** Takes up own edits of an earlier visit: what of them is not in the log yet is sent once the log has been read. */
  inherit(updates: readonly Uint8Array[]): void {
    this.#inherited.push(...updates);
    this.#sync.unsavedChanged();
    if (this.#stream.live) this.ready();
  }

  get quiet(): boolean {
    return this.pending === 0 && this.#stream.unsaved === 0;
  }

  async begin(snapshot: TrustedSnapshot | undefined): Promise<StreamBase | undefined> {
    this.#edits = new EditState();
    this.#confirmed = new Y.Doc();
    this.#bytesSince = 0;
    this.#editedAt = snapshot?.seq ?? 0;
    if (snapshot === undefined) return undefined;
    const read = await readSnapshot(snapshot.payload);
    if (failed(read)) return undefined;
    for (const { clientId, memberId } of read.claims)
      this.#edits.restore(clientId, read.clocks.get(clientId)!, memberId);
    this.#apply(read.yjs, true);
    return { seq: snapshot.seq, head: snapshot.head, versionFloor: read.versionFloor, counters: read.counters };
  }

  take(entry: Entry): void {
    const { record, payload, own } = entry;
    if (record.class === RecordClass.Snapshot) {
      if (own === undefined && payload !== undefined) void this.#compare(record, payload);
      this.#bytesSince = 0;
      this.#lastSnapshot = { hash: recordHash(record.bytes), bytes: record.bytes.length };
      return;
    }
    if (record.class !== RecordClass.Edit || payload === undefined) return;
    this.#bytesSince += record.bytes.length;
    const effect = this.#edits.check(payload, entry.memberId);
    if ("rule" in effect) {
      if (own !== undefined && this.#ill === "no" && !this.#disowned.has(own)) this.#ill = "void";
      return;
    }
    const before = own === undefined && this.#takesOwnId(effect) ? this.#logged : undefined;
    this.#edits.advance(effect, entry.memberId);
    this.#editedAt = entry.seq;
    this.#apply(payload, own === undefined && before === undefined);
    if (before !== undefined) this.#disown(before);
    this.#recover();
    if (own !== undefined) void this.#snapshotIfDue();
  }

  ready(): void {
    if (this.#lost !== undefined) {
      this.#recover();
      return;
    }
    if (this.#sync.state.tree.livingFile(this.id)) this.#live.doc.clientID = this.#newClientId();
    if (this.state.get() === "loading") this.state.set(this.#deleted ? "deleted" : "ready");
    for (const update of this.#inherited.splice(0)) Y.applyUpdate(this.doc, update, FROM_OUTBOX);
    this.#settle();
    this.#flush();
  }

  /** The tree says whether the file lives. */
  setDeleted(deleted: boolean): void {
    if (this.#deleted === deleted) return;
    this.#deleted = deleted;
    this.#recover();
    if (this.state.get() === "loading") return;
    this.state.set(deleted ? "deleted" : "ready");
    this.#settle();
    this.#flush();
  }

  /**
   * The room was lost and stands again without content. Edits of the old log mean nothing in the new one, so text is merged as text:
   * one member, who is `bringing`, writes what it has; the others add what they had typed and not yet sent.
   */
  rebuilt(bringing: boolean): void {
    const before = this.#lost;
    const typed = before?.typed ?? this.text.toString();
    const logged = before?.logged ?? this.#logged;
    const { world } = this.#sync;
    if (before !== undefined) world.clearTimer(before.timer);
    const timer = world.setTimer(() => this.#giveUp(), TEXT_WITHIN_MS);
    this.#lost = { logged, typed, bringing, timer };
    this.#stream.abandon();
    this.#drafts.clear();
    this.#inherited = [];
    this.#ill = "no";
    this.#replace(new Y.Doc());
    this.state.set("loading");
  }

  close(): void {
    if (this.#lost !== undefined) this.#sync.world.clearTimer(this.#lost.timer);
    if (this.#timer !== undefined) this.#sync.world.clearTimer(this.#timer);
    this.#sync.unfollow(this.id);
    this.#live.undo.destroy();
    this.#live.doc.destroy();
    this.#confirmed.destroy();
  }

  #apply(update: Uint8Array, alsoLive: boolean): void {
    Y.applyUpdate(this.#confirmed, update, FROM_LOG);
    if (alsoLive) Y.applyUpdate(this.#live.doc, update, FROM_LOG);
  }

  /** Once the rebuilt room has this file, and its text if somebody brings it. */
  #recover(): void {
    const lost = this.#lost;
    if (lost === undefined || this.#deleted || !this.#stream.live) return;
    const theirs = this.text.toString();
    if (theirs === "" && lost.logged !== "" && !lost.bringing) return;
    this.#sync.world.clearTimer(lost.timer);
    this.#lost = undefined;
    this.#live.doc.clientID = this.#newClientId();
    const logged = theirs === "" ? "" : lost.logged;
    const mine = difference(logged, lost.typed);
    if (this.#mayWrite()) this.#write(mine && carried(mine, difference(logged, theirs)));
    this.state.set("ready");
  }

  #giveUp(): void {
    const lost = this.#lost;
    this.#lost = undefined;
    if (lost === undefined) return;
    const why =
      "The server restarted and this file's text did not come back with the room. Copy it from here into a file.";
    if (lost.typed !== "") this.rejected.set({ text: lost.typed, why });
    this.state.set(this.#deleted ? "deleted" : "ready");
  }

  #replace(doc: Y.Doc): void {
    this.#live.undo.destroy();
    this.#live.doc.destroy();
    this.#adopt(doc);
  }

  #adopt(doc: Y.Doc): void {
    const text = doc.getText(TEXT_ROOT);
    const undo = new Y.UndoManager(text, { trackedOrigins: new OwnOrigins() });
    doc.on("update", (update: Uint8Array, origin: unknown) => {
      if (origin !== FROM_LOG && this.#live.doc === doc)
        this.#typed(origin === FROM_OUTBOX ? writerOf(update) : undefined, update);
    });
    this.#live = { doc, text, undo };
  }

  #typed(writer: number | undefined, update: Uint8Array): void {
    this.#drafts.add(writer ?? this.doc.clientID, update);
    this.#sync.unsavedChanged();
    if (this.#timer !== undefined) return;
    const { world } = this.#sync;
    const wait = Math.max(0, this.#flushedAt + FLUSH_MS - world.now());
    if (wait === 0) queueMicrotask(() => this.#flush());
    else this.#timer = world.setTimer(() => this.#flush(), Math.min(wait, FLUSH_MS));
  }

  #flush(): void {
    const { world } = this.#sync;
    if (this.#timer !== undefined) world.clearTimer(this.#timer);
    this.#timer = undefined;
    if (this.#drafts.length === 0 || this.#ill !== "no" || this.#deleted || !this.#stream.live) return;
    const payloads = this.#drafts.payloads();
    if (payloads === undefined) {
      this.#onRefused(
        new RoomError(Code.TooLarge, "One value of this edit is larger than 128 KiB: put it in in smaller parts."),
      );
      return;
    }
    this.#drafts.clear();
    this.#flushedAt = world.now();
    for (const payload of payloads)
      this.#stream.append({
        class: RecordClass.Edit,
        clear: () => EMPTY,
        payload,
        landed: () => this.#settle(),
        refused: (error) => this.#onRefused(error),
      });
  }

  #onRefused(error: RoomError): void {
    if (error.code === Code.Stream && this.#deleted) {
      if (this.#ill === "no") this.#ill = "void"; // typed again if the file comes back
    } else {
      this.#ill = "refused";
      this.rejected.set({ text: this.text.toString(), why: error.text });
    }
    this.#settle();
  }

  /** Makes the live document anew once nothing of it is on its way any more. */
  #settle(): void {
    if (this.#ill === "no" || this.#deleted || this.#stream.unsaved > 0) return;
    const typed = this.text.toString();
    const keep = this.#ill === "void" && this.#mayWrite();
    this.#remake(keep ? difference(this.#logged, typed) : undefined);
  }

  /** Whether an edit claims a Yjs client id under which something typed here is still on its way: that will be void (E5). */
  #takesOwnId(effect: EditEffect): boolean {
    return [...effect.clocks.keys()].some((client) => Y.getState(this.doc.store, client) > this.#edits.clockOf(client));
  }

  /** E6: types again what the log cannot take any more. @param before the log's text when it still could */
  #disown(before: string): void {
    for (const change of this.#stream.changes) this.#disowned.add(change);
    const mine = difference(before, this.text.toString());
    this.#remake(mine && carried(mine, difference(before, this.#logged)));
  }

  /** A new live document, under a new Yjs client id: the log's text and this edit of it. */
  #remake(edit: Replacement | undefined): void {
    this.#drafts.clear();
    this.#ill = "no";
    const doc = new Y.Doc();
    Y.applyUpdate(doc, Y.encodeStateAsUpdate(this.#confirmed), FROM_LOG);
    this.#replace(doc);
    this.#write(edit);
    this.state.set("loading");
    this.#sync.world.setTimer(() => this.state.set(this.#deleted ? "deleted" : "ready"), 0);
  }

  /** Sent as an own edit, but nothing that undo takes back: nobody has just typed it. */
  #write(edit: Replacement | undefined): void {
    if (edit === undefined) return;
    this.doc.transact(() => {
      this.text.delete(edit.start, edit.end - edit.start);
      this.text.insert(edit.start, edit.text);
    }, TYPED_AGAIN);
  }

  /** What the log says. */
  get #logged(): string {
    return this.#confirmed.getText(TEXT_ROOT).toString();
  }

  #newClientId(): number {
    for (;;) {
      const id = new DataView(this.#sync.world.random(4).buffer).getUint32(0);
      if (this.#edits.clockOf(id) === 0) return id;
    }
  }

  /** N5: a snapshot of exactly what stands here must say the same of it; nothing is ever replaced by it. */
  async #compare(record: RecordView, payload: Uint8Array): Promise<void> {
    const clear = parseSnapshotClear(record.clear);
    if (failed(clear) || clear.seq < this.#editedAt) return;
    const own = digestOf(this.#confirmed);
    const read = await readSnapshot(payload);
    if (!failed(read) && equal(read.digest, own)) return;
    this.#sync.alarm({ rule: "N5", text: "a member's snapshot of a file says other than the file's log" });
  }

  /** N3: who crosses the mark writes the snapshot. */
  async #snapshotIfDue(): Promise<void> {
    if (this.#snapshotting || !isDue(this.#bytesSince, this.#lastSnapshot.bytes)) return;
    this.#snapshotting = true;
    const stream = this.#sync.state.stream(this.id);
    const { seq, head, versionFloor } = stream;
    const claims = [...this.#edits.claims].map(([clientId, memberId]) => ({
      clientId,
      memberId: memberId as MemberId,
    }));
    const payload = await snapshotOf(this.#confirmed, claims, versionFloor, new Map(stream.counters));
    if (failed(payload)) {
      // Too large for one record: the log goes on being the way in, and the question comes up again after as much as now.
      this.#bytesSince = 0;
      this.#snapshotting = false;
      return;
    }
    const clear = encodeSnapshotClear({ stream: this.id, seq, head, previous: this.#lastSnapshot.hash, blobs: [] });
    const done = () => {
      this.#snapshotting = false;
    };
    this.#stream.append({ class: RecordClass.Snapshot, clear: () => clear, payload, landed: done, refused: done });
  }
}

/** The Yjs client that wrote an update's structs; undefined where it only deletes. */
function writerOf(update: Uint8Array): number | undefined {
  return Y.decodeUpdate(update).structs[0]?.id.client;
}
