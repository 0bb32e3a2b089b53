import * as Y from "yjs";
import { digestOf } from "../rooms/Digest.ts";
import { type EditEffect, EditState } from "../rooms/Edit.ts";
import { readSnapshot, snapshotOf } from "../rooms/FileSnapshot.ts";
import type { StreamBase } from "../rooms/StreamState.ts";
import { EMPTY } from "../wire/Bytes.ts";
import { RecordClass } from "../wire/Classes.ts";
import type { NodeId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { Drafts } from "./Drafts.ts";
import { carriedOver, difference, type Replacement } from "./difference.ts";
import { LiveText } from "./LiveText.ts";
import { CAME_BACK_OTHERWISE, DID_NOT_COME_BACK, type Lost, mayComeBack, piecesOf, TEXT_WITHIN_MS } from "./Lost.ts";
import { Mending } from "./Mending.ts";
import { Observable } from "./Observable.ts";
import type { UnsentChange } from "./Outbox.ts";
import { FROM_LOG, FROM_OUTBOX, TYPED_AGAIN } from "./origins.ts";
import type { Life } from "./PendingTree.ts";
import { keptRejected, type Rejected } from "./Rejected.ts";
import { RoomError } from "./RoomError.ts";
import { CLOSED } from "./RoomListener.ts";
import type { RoomSync } from "./RoomSync.ts";
import { copyOf, edits, textOf, typedIn } from "./retyping.ts";
import { SnapshotWriter } from "./SnapshotWriter.ts";
import type { Change, Entry, StreamReader, StreamSync } from "./StreamSync.ts";
import { PIECE_UNITS } from "./splitUpdate.ts";
import { baseOf, isAsSaid, type TrustedSnapshot } from "./trustedSnapshot.ts";
import type { Timer } from "./World.ts";
import { bringerOf, isAhead, unusedClient, writerOf } from "./writers.ts";

/** Keys after the first leave together after this pause. */
const FLUSH_MS = 50;
const NEVER_MADE = "This file could not be made in the room. What was typed in it stands nowhere else.";

export type FilePhase = "loading" | "ready" | "deleted";

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
  readonly rejected = new Observable<Rejected | undefined>(undefined);
  readonly #sync: RoomSync;
  readonly #stream: StreamSync;
  readonly #mayWrite: () => boolean;
  #live = this.#liveOf(new Y.Doc());
  #confirmed = new Y.Doc();
  #edits = new EditState();
  #lost: Lost | undefined;
  readonly #drafts = new Drafts();
  #inherited: Uint8Array[] = [];
  #timer: Timer | undefined;
  #flushedAt = 0;
  #life: Life = "living";
  /** The log was once read to its end, in this incarnation: what it said is known whole. */
  #read = false;
  /** What it says came from a snapshot, since the log was last read to its end. */
  #skipped = false;
  /** The live document holds what the log did not take, by chance or for good: nothing more is sent before it was made anew. */
  #ill: "no" | "void" | "refused" = "no";
  /** Changes on their way that will be void, and were typed again already. */
  readonly #disowned = new WeakSet<Change>();
  readonly #snapshots: SnapshotWriter;
  readonly mending = new Mending();

  constructor(sync: RoomSync, id: NodeId, mayWrite: () => boolean) {
    this.#sync = sync;
    this.id = id;
    this.#mayWrite = mayWrite;
    this.#snapshots = new SnapshotWriter(sync, id, {
      name: "a file",
      pack: ({ versionFloor, counters }, digest) =>
        snapshotOf(this.#confirmed, this.#edits.claims, versionFloor, counters, digest),
      digest: () => digestOf(this.#confirmed),
      read: readSnapshot,
    });
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
    if (this.#life === "discarded") return 0;
    const others = (this.#waits && this.#mayWrite()) || this.#ill === "void" ? 1 : 0;
    return this.#drafts.length + this.#inherited.length + others;
  }

  /** Own edits that no ack covers yet, in order, and what was not taken: what must not be lost when this machine goes away. */
  unsent(): UnsentChange[] {
    const sent = this.#stream.changes.filter((change) => change.class === RecordClass.Edit);
    const refused = this.#ill === "void" ? [Y.encodeStateAsUpdate(this.doc, Y.encodeStateVector(this.#confirmed))] : [];
    const drafts = this.#drafts.payloads() ?? [];
    const payloads = [...sent.map(({ payload }) => payload), ...this.#inherited, ...drafts, ...refused];
    const edits = payloads.map((payload) => ({ stream: this.id, class: RecordClass.Edit, clear: EMPTY, payload }));
    return [...edits, ...keptRejected(this.id, this.rejected.get())];
  }

  /** Takes up own edits of an earlier visit: what of them is not in the log yet is sent once the log has been read. */
  inherit(updates: readonly Uint8Array[]): void {
    this.#inherited.push(...updates);
    this.#sync.unsavedChanged();
    if (this.#stream.live) this.ready();
  }

  /** Something typed here that the log cannot take, because the file is deleted in it; nothing of it is on its way. */
  get stranded(): boolean {
    const own = this.#drafts.length > 0 || this.#ill === "void";
    return own && this.#deleted && this.#lost === undefined && this.#stream.live && this.#stream.unsaved === 0;
  }

  /** Gives up what is stranded: a file that comes back is as the log has it. @returns the text as it stood here, where it differs. */
  giveUpStranded(): string | undefined {
    const text = this.text.toString();
    this.#drafts.clear();
    this.#ill = "refused";
    this.#sync.unsavedChanged();
    return text === textOf(this.#confirmed) ? undefined : text;
  }

  /** Puts a text at the beginning that nobody has just typed: sent like an own edit, but nothing that undo takes back. */
  put(text: string): void {
    this.doc.transact(() => this.text.insert(0, text), TYPED_AGAIN);
  }

  /** The document and the position that it covers, exactly: nothing of one's own is on its way. */
  get settled(): { readonly seq: number; readonly doc: Y.Doc; readonly confirmed: Y.Doc } | undefined {
    const rests = this.pending === 0 && this.#stream.live && this.#stream.unsaved === 0 && this.#ill === "no";
    if (!rests || this.#lost !== undefined || this.mending.underway || this.#life !== "living") return undefined;
    return { seq: this.#stream.readTo, doc: this.doc, confirmed: this.#confirmed };
  }

  /** E8: reads the log once more, and where this document is another, makes it anew. Only while it is settled. @param marks its earlier digests */
  mend(marks: ReadonlyMap<number, Uint8Array>): void {
    const settled = this.settled;
    if (settled === undefined) return;
    this.mending.begin(settled.doc, settled.seq, marks);
    this.#stream.restart(true);
  }

  get quiet(): boolean {
    return this.pending === 0 && this.#stream.unsaved === 0 && !this.#waits && this.rejected.get() === undefined;
  }

  /** Whether nothing is lost, and nothing left half done, where it is followed no more. */
  get idle(): boolean {
    return this.quiet && !this.#snapshots.writing && this.mending.result.get()?.text === undefined;
  }

  get #waits(): boolean {
    return this.#lost !== undefined && !this.#lost.asleep;
  }

  async begin(
    snapshot: TrustedSnapshot | undefined,
    admits: (base: StreamBase) => boolean = () => true,
  ): Promise<StreamBase | undefined> {
    if (snapshot === undefined) return this.#blank(0);
    const read = await readSnapshot(snapshot.packed);
    if (failed(read) || !isAsSaid(snapshot, read)) return undefined;
    const base = baseOf(snapshot, read);
    if (!admits(base)) return undefined;
    this.#blank(snapshot.seq);
    this.#skipped = true;
    for (const { clientId, memberId } of read.claims)
      this.#edits.restore(clientId, read.clocks.get(clientId)!, memberId);
    this.#apply(read.yjs, this.#lost === undefined && !this.mending.underway);
    this.mending.took(snapshot.seq, this.#confirmed);
    return base;
  }

  #blank(seq: number): undefined {
    this.#edits = new EditState();
    this.#confirmed = new Y.Doc();
    this.#read = false;
    this.#snapshots.begin(seq);
  }

  take(entry: Entry): void {
    this.#takeEdit(entry);
    this.mending.took(entry.seq, this.#confirmed);
    this.#snapshots.took(entry, this.#stream);
  }

  #takeEdit(entry: Entry): void {
    const { record, payload, own } = entry;
    if (record.class !== RecordClass.Edit || payload === undefined) return;
    const effect = this.#edits.check(payload, entry.memberId);
    if ("rule" in effect) {
      if (own !== undefined && this.#ill === "no" && !this.#disowned.has(own)) this.#ill = "void";
      return;
    }
    const lives = own === undefined && this.#lost === undefined && !this.mending.underway;
    const before = lives && this.#takesOwnId(effect) ? copyOf(this.#confirmed) : undefined;
    this.#edits.advance(effect, entry.memberId);
    this.#apply(payload, lives && before === undefined);
    if (this.#lost !== undefined && effect.clocks.has(this.#lost.bringer)) {
      this.#lost.brought ??= new Y.Doc();
      Y.applyUpdate(this.#lost.brought, payload);
    }
    if (before !== undefined) this.#disown(before);
    this.#recover();
  }

  ready(): void {
    this.#read = true;
    this.#snapshots.writeIfDue(this.#stream);
    if (this.#lost !== undefined) {
      this.#recover();
      return;
    }
    const typed = this.mending.end(this.doc, this.#confirmed);
    if (typed !== undefined) this.#remake(this.#typedAgain(this.#confirmed, typed));
    if (this.#sync.state.tree.livingFile(this.id)) this.#live.doc.clientID = this.#newClientId();
    if (this.state.get() === "loading") this.state.set(this.#deleted ? "deleted" : "ready");
    for (const update of this.#inherited.splice(0)) Y.applyUpdate(this.doc, update, FROM_OUTBOX);
    if (this.#skipped && this.quiet && isAhead(this.doc, this.#edits, this.doc.store.clients.keys()))
      this.#ill = "void"; // landed unseen (N6)
    this.#skipped = false;
    this.#settle();
    this.#flush();
    if (this.stranded) this.#sync.unsavedChanged();
  }

  /** The tree says whether the file lives. What is typed into one that is coming is sent once it lives. */
  setLife(life: Life): void {
    const before = this.#life;
    this.#life = life;
    if (before === life) {
      this.#settle(); // deleted and restored before it was shown
      return;
    }
    if (life === "coming" && this.state.get() === "loading") this.state.set("ready"); // nobody else can have written in it
    if (before === "coming" && life === "deleted" && !this.#knownDead) this.#neverMade();
    if (this.#lost?.asleep) this.#wake(this.#lost);
    this.#recover();
    if (this.#lost !== undefined || this.state.get() === "loading") return;
    this.state.set(this.#deleted ? "deleted" : "ready");
    this.#settle();
    this.#flush();
  }

  get #deleted(): boolean {
    return this.#life === "deleted" || this.#life === "discarded";
  }

  /** Deleted in the log, which the tree may not show yet. */
  get #knownDead(): boolean {
    return this.#sync.state.tree.get(this.id)?.diedWith !== undefined;
  }

  #neverMade(): void {
    const text = this.text.toString();
    if (text !== "") this.rejected.set({ text, why: NEVER_MADE });
    this.#drafts.clear();
    this.#inherited = [];
    this.#sync.unsavedChanged();
  }

  /**
   * The room was lost and stands again without content. Edits of the old log mean nothing in the new one: one member brings the text that
   * the log said, and everybody types again, in that text, what of theirs was not in it. Nobody brings what they know to be deleted.
   * @param bringAfter milliseconds until this member brings the text, where nobody has; undefined: never
   */
  rebuilt(bringAfter: number | undefined): void {
    const before = this.#lost;
    const known = before?.base ?? this.mending.giveUp() ?? (this.#read ? this.#confirmed : undefined);
    const base = known ?? new Y.Doc();
    const asleep = before === undefined ? this.#deleted : before.asleep && this.#deleted;
    const { world, state } = this.#sync;
    this.#end();
    this.#stream.abandon();
    this.#drafts.clear();
    this.#inherited = [];
    this.#ill = "no";
    this.#read = false;
    if (known === undefined) {
      this.#replace(new Y.Doc()); // a beginning of it, which nobody typed
      this.state.set(asleep ? "deleted" : "loading");
    }
    const bringer = bringerOf(state.incarnation, this.id);
    const rest = { due: false, brought: undefined, bringing: undefined, givingUp: undefined };
    const lost: Lost = { base, asleep, bringer, ...rest };
    this.#lost = lost;
    if (!asleep) this.#giveUpLater(lost);
    if (asleep || bringAfter === undefined) return;
    const due = () => {
      lost.due = true;
      this.#recover();
    };
    lost.bringing = world.setTimer(due, bringAfter);
  }

  close(): void {
    this.#end();
    if (this.#timer !== undefined) this.#sync.world.clearTimer(this.#timer);
    this.#sync.unfollow(this.id);
    this.#live.destroy();
    this.mending.close();
    this.#confirmed.destroy();
  }

  #apply(update: Uint8Array, alsoLive: boolean): void {
    Y.applyUpdate(this.#confirmed, update, FROM_LOG);
    if (alsoLive) Y.applyUpdate(this.#live.doc, update, FROM_LOG);
  }

  #wake(lost: Lost): void {
    lost.asleep = false;
    this.#giveUpLater(lost);
    this.state.set("ready");
    this.#sync.unsavedChanged();
  }

  #giveUpLater(lost: Lost): void {
    lost.givingUp = this.#sync.world.setTimer(() => this.#giveUp(lost), TEXT_WITHIN_MS);
  }

  /** Once the rebuilt room has this file, and its text if anybody had one. */
  #recover(): void {
    const lost = this.#lost;
    if (lost === undefined || this.#life !== "living" || !this.#stream.live || this.#stream.unsaved > 0) return;
    const logged = textOf(lost.base);
    if (logged !== "" && this.#edits.clockOf(lost.bringer) === 0) {
      if (lost.due && this.#mayWrite()) this.#bring(lost);
      return;
    }
    const brought = lost.brought ?? new Y.Doc();
    const there = textOf(brought);
    const half = there.length >= PIECE_UNITS - 1 && there.length < logged.length;
    if (half && logged.startsWith(there)) return; // the next piece of it is on its way
    const lacks = difference(logged, there);
    const text = this.text.toString();
    if (lacks !== undefined && lacks.start < lacks.end && text) this.rejected.set({ text, why: CAME_BACK_OTHERWISE });
    const mine = edits(lost.base, this.doc);
    const again = this.#typedAgain(brought, there === logged ? mine : carriedOver(mine, logged, there));
    this.#end();
    this.#remake(again);
    this.#sync.unsavedChanged();
  }

  /** E7: of several who do this at once, the first in the log brings the text, and the records of the others are void. */
  #bring(lost: Lost): void {
    for (const payload of piecesOf(lost)) {
      const change: Change = {
        class: RecordClass.Edit,
        clear: () => EMPTY,
        payload,
        landed: () => this.#recover(),
        refused: () => {
          lost.due = false; // whoever else may brings it; or what stands here is offered as a copy
        },
      };
      this.#disowned.add(change);
      this.#stream.append(change);
    }
  }

  #giveUp(lost: Lost): void {
    const comes = this.#life === "coming" || (this.#life !== "living" && mayComeBack(this.#sync, this.id));
    if (comes || !this.#stream.live || this.#stream.unsaved > 0) {
      this.#giveUpLater(lost); // it could not come
      return;
    }
    const typed = this.text.toString();
    this.#end();
    if (typed !== "" && typed !== textOf(this.#confirmed)) this.rejected.set({ text: typed, why: DID_NOT_COME_BACK });
    this.#remake(undefined);
    this.#sync.unsavedChanged();
  }

  /** The file is no more, or not yet, waited for. */
  #end(): void {
    for (const timer of [this.#lost?.bringing, this.#lost?.givingUp])
      if (timer !== undefined) this.#sync.world.clearTimer(timer);
    this.#lost?.brought?.destroy();
    this.#lost = undefined;
  }

  #replace(doc: Y.Doc): void {
    this.#live.destroy();
    this.#live = this.#liveOf(doc);
  }

  #liveOf(doc: Y.Doc): LiveText {
    return new LiveText(doc, (from, writer, update) => {
      if (this.#live === from) this.#typed(writer, update);
    });
  }

  #typed(writer: number | undefined, update: Uint8Array): void {
    if (this.#lost !== undefined) return; // typed again, as text, once the file is there
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
    const takes = this.#life === "living" || (this.#life === "coming" && this.#sync.makings.has(this.#stream.id));
    if (this.#drafts.length === 0 || this.#ill !== "no" || !takes || !this.#stream.live) return;
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
    if (error.code === Code.Stream && (this.#deleted || this.#knownDead)) {
      if (this.#ill === "no") this.#ill = "void"; // typed again if the file comes back
    } else {
      this.#ill = "refused";
      this.rejected.set({ text: this.text.toString(), why: error.text });
    }
    this.#settle();
    this.#snapshots.writeIfDue(this.#stream); // it waited for this
  }

  /** Makes the live document anew once nothing of it is on its way any more. */
  #settle(): void {
    const waits = this.#deleted || this.#knownDead || !this.#stream.live || this.#stream.unsaved > 0;
    if (this.#ill === "no" || waits) return;
    const keep = this.#ill === "void";
    this.#remake(keep ? this.#typedAgain(this.#confirmed, edits(this.#confirmed, this.doc)) : undefined);
  }

  /** Whether an edit claims a Yjs client id under which something typed here is still on its way: that will be void (E5). */
  #takesOwnId(effect: EditEffect): boolean {
    return isAhead(this.doc, this.#edits, effect.clocks.keys());
  }

  /** E6: types again what the log cannot take any more. @param before what the log said when it still could */
  #disown(before: Y.Doc): void {
    for (const change of this.#stream.changes) this.#disowned.add(change);
    this.#remake(this.#typedAgain(before, edits(before, this.doc)));
  }

  /** What was typed, under a Yjs client id that is new to the log. @param base what it was typed in, as far as the log has it */
  #typedAgain(base: Y.Doc, mine: readonly Replacement[]): Uint8Array | undefined {
    if (mine.length === 0) return undefined;
    if (this.#mayWrite()) return typedIn(base, mine, this.#newClientId());
    if (this.rejected.get() === undefined) this.rejected.set({ text: this.text.toString(), why: CLOSED });
    return undefined;
  }

  /** A new live document: what the log says and this edit, which is sent as an own one but which undo does not take back. */
  #remake(edit: Uint8Array | undefined): void {
    this.#drafts.clear();
    this.#ill = "no";
    const doc = copyOf(this.#confirmed);
    this.#replace(doc);
    if (edit !== undefined) {
      Y.applyUpdate(doc, edit, TYPED_AGAIN);
      doc.clientID = writerOf(edit) ?? doc.clientID;
    }
    this.state.set("loading");
    this.#sync.world.setTimer(() => this.state.set(this.#deleted ? "deleted" : "ready"), 0);
  }

  #newClientId(): number {
    return unusedClient(this.#sync.world.random, (id) => this.#edits.clockOf(id) > 0);
  }
}
