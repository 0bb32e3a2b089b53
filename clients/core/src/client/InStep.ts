import type * as Y from "yjs";
import { Limits } from "../limits.ts";
import { digestOf, TEXT_ROOT } from "../rooms/Digest.ts";
import { encodeStates, type States } from "../rooms/Payloads/States.ts";
import { equal } from "../wire/Bytes.ts";
import { RecordClass } from "../wire/Classes.ts";
import type { MemberId, NodeId, SessionId, StreamId } from "../wire/Ids.ts";
import type { FileDoc } from "./FileDoc.ts";
import { type Mended, sameState } from "./Mending.ts";
import { Observable } from "./Observable.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Step } from "./view.ts";

/** What a member's state was is believed to hold for so long. */
const LIVES_MS = 30_000;
/** Said again without a change, so that one that was dropped is made up for. */
const REPEAT_MS = 12_000;
/** Positions of one file whose digests are remembered: others say theirs a little earlier or later. */
const MAX_MARKS = 16;
/** A document that did not change is looked at again after so long; a long one, which a page would notice, never sooner. */
const LOOK_AGAIN_MS = 60_000;
const LONG_UNITS = 256 * 1024;
/** A file is read anew at most once in this time, whatever others say. */
const MEND_EVERY_MS = 60_000;

interface Seen {
  /** By position, in the order in which they were reached; others from each reading anew on. */
  marks: Map<number, Uint8Array>;
  /** Its digest is being made. */
  making: boolean;
  /** When, at which position, and after how many changes of which document it was last looked at. */
  looked: { readonly at: number; readonly seq: number; readonly doc: Y.Doc; readonly changes: number } | undefined;
  saidAt: number;
  saidSeq: number;
  mendedAt: number;
  /** Whose copy was last the same, or another. */
  readonly told: Map<SessionId, { readonly member: MemberId; readonly same: boolean; readonly at: number }>;
  /** Whose was another where this one was then found sound, and has not been the same since. */
  readonly wrong: Set<MemberId>;
  readonly view: Observable<Step>;
}

const ALONE: Step = { withOthers: 0, differs: [] };

/**
 * Whether the open files are the same here as with the others (E8): each says the digest of what it shows and the position which that
 * covers, and compares those of one position. Where they differ the log decides: who finds their own copy another than it reads it anew.
 *
 * Always: only states of equal coverage are compared, and nothing is taken from another member but the word that theirs is different; of
 * one whose last such word proved wrong, not even that. Nobody is named before this copy was found sound.
 */
export class InStep {
  readonly #sync: RoomSync;
  readonly #files: () => readonly FileDoc[];
  readonly #seen = new Map<NodeId, Seen>();
  readonly #changes = new WeakMap<Y.Doc, { readonly count: number }>();

  constructor(sync: RoomSync, files: () => readonly FileDoc[]) {
    this.#sync = sync;
    this.#files = files;
  }

  /** How a file stands to the others' copies of it. */
  of(file: string): Observable<Step> {
    return this.#of(file as NodeId).view;
  }

  /** Some seconds passed. */
  look(): void {
    const files = this.#files();
    const open = new Set(files.map(({ id }) => id));
    for (const id of this.#seen.keys()) if (!open.has(id)) this.#seen.delete(id);
    for (const file of files) {
      this.#note(file);
      this.#show(this.#of(file.id));
    }
    this.#say(files);
  }

  /** What a member says of theirs. */
  hear({ states }: States, session: SessionId, member: MemberId): void {
    if (member === this.#sync.memberId) return;
    for (const { stream, seq, digest } of states) {
      const file = this.#files().find(({ id }) => id === stream);
      const seen = file && this.#of(file.id);
      const own = seen?.marks.get(seq);
      if (file === undefined || seen === undefined || own === undefined) continue;
      const same = equal(own, digest);
      seen.told.set(session, { member, same, at: this.#sync.world.now() });
      if (same) seen.wrong.delete(member);
      else if (!seen.wrong.has(member)) this.#mend(file, seen);
      this.#show(seen);
    }
  }

  #of(file: NodeId): Seen {
    const before = this.#seen.get(file);
    if (before !== undefined) return before;
    const never = Number.NEGATIVE_INFINITY;
    const seen: Seen = {
      marks: new Map(),
      making: false,
      looked: undefined,
      saidAt: never,
      saidSeq: -1,
      mendedAt: never,
      told: new Map(),
      wrong: new Set(),
      view: new Observable<Step>(ALONE),
    };
    this.#seen.set(file, seen);
    return seen;
  }

  /** Of a file that rests: its digest here, and whether the document that is shown is still what the log said. */
  #note(file: FileDoc): void {
    const settled = file.settled;
    const seen = this.#of(file.id);
    if (settled === undefined || seen.making || !this.#isDue(settled, seen)) return;
    const { seq, doc, confirmed } = settled;
    const apart = !sameState(doc, confirmed);
    if (apart) this.#mend(file, seen);
    if (apart || seen.marks.has(seq)) return;
    const { marks } = seen;
    seen.making = true;
    void digestOf(doc).then((digest) => {
      seen.making = false;
      marks.set(seq, digest);
      for (const oldest of marks.keys()) if (marks.size > MAX_MARKS) marks.delete(oldest);
      this.#say(this.#files());
    });
  }

  #isDue({ seq, doc }: { readonly seq: number; readonly doc: Y.Doc }, seen: Seen): boolean {
    const now = this.#sync.world.now();
    let counted = this.#changes.get(doc);
    if (counted === undefined) {
      const fresh = { count: 0 };
      counted = fresh;
      this.#changes.set(doc, fresh);
      doc.on("update", () => {
        fresh.count += 1;
      });
    }
    const { looked } = seen;
    const changes = counted.count;
    const same = looked !== undefined && looked.doc === doc && looked.seq === seq && looked.changes === changes;
    const long = looked !== undefined && doc.getText(TEXT_ROOT).length > LONG_UNITS;
    if ((same || long) && now - looked.at < LOOK_AGAIN_MS) return false;
    seen.looked = { at: now, seq, doc, changes };
    return true;
  }

  #mend(file: FileDoc, seen: Seen): void {
    const now = this.#sync.world.now();
    if (file.settled === undefined || now - seen.mendedAt < MEND_EVERY_MS) return;
    seen.mendedAt = now;
    const { marks } = seen;
    seen.marks = new Map(); // they are of a document that may be damaged, and so is one that is being made
    seen.looked = undefined;
    seen.saidSeq = -1;
    file.mending.onEnd = (mended) => this.#ended(mended, seen);
    file.mend(marks);
  }

  /** This copy was looked at: whose was another is wrong, or was right. */
  #ended({ sound, since }: Mended, seen: Seen): void {
    if (!sound || since !== undefined) seen.told.clear();
    else for (const { same, member } of seen.told.values()) if (!same) seen.wrong.add(member);
    this.#show(seen);
  }

  #say(files: readonly FileDoc[]): void {
    const { world, state, joined } = this.#sync;
    if (!joined || state.members.others(this.#sync.memberId).length === 0) return;
    const now = world.now();
    const due = files.flatMap((file) => {
      const [seen, seq] = [this.#of(file.id), file.settled?.seq];
      const digest = seq === undefined ? undefined : seen.marks.get(seq);
      const again = seq !== seen.saidSeq || now - seen.saidAt >= REPEAT_MS;
      return digest === undefined || seq === undefined || !again
        ? []
        : [{ seen, stream: file.id as StreamId, seq, digest }];
    });
    if (due.length === 0) return;
    const said = due.toSorted((one, other) => one.seen.saidAt - other.seen.saidAt).slice(0, Limits.MaxStates);
    for (const { seen, seq } of said) {
      seen.saidAt = now;
      seen.saidSeq = seq;
    }
    void this.#sync.sendEphemeral(RecordClass.Signal, state.streams.control, encodeStates(said));
  }

  #show(seen: Seen): void {
    const { world, state } = this.#sync;
    const same = new Set<MemberId>();
    const others = new Set<MemberId>();
    for (const [session, told] of seen.told) {
      const lives = state.members.get(session)?.live === true && world.now() - told.at < LIVES_MS;
      if (!lives) seen.told.delete(session);
      else if (told.same) same.add(told.member);
      else if (seen.wrong.has(told.member)) others.add(told.member);
    }
    const differs = [...others];
    const { view } = seen;
    const before = view.get();
    if (before.withOthers === same.size && before.differs.join() === differs.join()) return;
    view.set({ withOthers: same.size, differs });
  }
}
