import * as Y from "yjs";
import { digestOf } from "../rooms/Digest.ts";
import { equal } from "../wire/Bytes.ts";
import { carriedOver, type Replacement } from "./difference.ts";
import { Observable } from "./Observable.ts";
import { FROM_LOG } from "./origins.ts";
import { copyOf, edits, textOf } from "./retyping.ts";

/** Texts that stood here of which nobody took note: what is found beyond these is not kept. */
const MAX_KEPT = 8;

/** What became of a document that was read anew from its log. */
export interface Mended {
  /** Whether it was as its log says. */
  readonly sound: boolean;
  /** The first position from which on it was known to be another than its log says; undefined where that is not known. */
  readonly since: number | undefined;
  /** What stood here, where the log says another text: until the person has taken note of it. */
  readonly text: string | undefined;
}

/** Whether two documents hold the same history and show the same text. */
export function sameState(one: Y.Doc, other: Y.Doc): boolean {
  return Y.equalSnapshots(Y.snapshot(one), Y.snapshot(other)) && textOf(one) === textOf(other);
}

interface Damaged {
  readonly doc: Y.Doc;
  readonly seq: number;
  /** Its digests at earlier positions. */
  readonly marks: ReadonlyMap<number, Uint8Array>;
  readonly differs: Promise<number | undefined>[];
  /** Whether it was as the log says, once that is known. */
  sound: boolean | undefined;
}

/**
 * A document that may have come apart from its log, while that is read once more. What is typed meanwhile is typed in the old one.
 *
 * Always: the old document is compared with what the log says at the very position that it covered, and so is each digest that was noted
 * of it before; what of the log was read since is no difference.
 */
export class Mending {
  /** What came of the last one; where it has a text, that stays until taken note of, and then comes the next. */
  readonly result = new Observable<Mended | undefined>(undefined);
  /** Told what came of each. */
  onEnd: (mended: Mended) => void = () => {};
  readonly #kept: Mended[] = [];
  #now: Damaged | undefined;

  constructor() {
    this.result.subscribe(() => {
      if (this.result.get() === undefined) this.result.set(this.#kept.shift());
    });
  }

  get underway(): boolean {
    return this.#now !== undefined;
  }

  /** @param marks digests of the document at earlier positions */
  begin(live: Y.Doc, seq: number, marks: ReadonlyMap<number, Uint8Array>): void {
    this.close();
    this.#now = { doc: copyOf(live), seq, marks, differs: [], sound: undefined };
  }

  /** The log says this at a position. */
  took(seq: number, confirmed: Y.Doc): void {
    if (this.#now === undefined) return;
    const mark = this.#now.marks.get(seq);
    if (mark !== undefined)
      this.#now.differs.push(digestOf(confirmed).then((digest) => (equal(digest, mark) ? undefined : seq)));
    if (seq === this.#now.seq) this.#now.sound = sameState(confirmed, this.#now.doc);
  }

  /**
   * The log has been read to its end: a sound document gets what was read of it that it had not.
   * @returns where it has to be made anew: what was typed in it since, for the log's text
   */
  end(live: Y.Doc, confirmed: Y.Doc): readonly Replacement[] | undefined {
    const damaged = this.#now;
    if (damaged === undefined) return undefined;
    const sound = damaged.sound ?? hasNothingBeyond(damaged.doc, confirmed);
    const [shown, logged] = [textOf(damaged.doc), textOf(confirmed)];
    const mine = sound ? undefined : edits(damaged.doc, live);
    const text = sound || shown === logged ? undefined : shown;
    if (sound) Y.applyUpdate(live, Y.encodeStateAsUpdate(confirmed, Y.encodeStateVector(live)), FROM_LOG);
    void sinceWhen(damaged).then((since) => this.#tell({ sound, since, text }));
    this.close();
    return mine === undefined || shown === logged ? mine : carriedOver(mine, shown, logged);
  }

  #tell(mended: Mended): void {
    const stands = this.result.get();
    const stays = stands?.text !== undefined || (stands?.sound === false && mended.sound);
    if (!stays) this.result.set(mended);
    else if (mended.text !== undefined && this.#kept.length < MAX_KEPT) this.#kept.push(mended);
    this.onEnd(mended);
  }

  /** Its log is no more. @returns the document as it was before, if one was being read anew */
  giveUp(): Y.Doc | undefined {
    const doc = this.#now?.doc;
    this.#now = undefined;
    return doc;
  }

  close(): void {
    this.giveUp()?.destroy();
  }
}

async function sinceWhen({ differs }: Damaged): Promise<number | undefined> {
  const found = (await Promise.all(differs)).filter((seq) => seq !== undefined);
  return found.length === 0 ? undefined : Math.min(...found);
}

/** Where a snapshot covers more than a document did, all that can be said is whether that had anything which the log has not. */
function hasNothingBeyond(doc: Y.Doc, confirmed: Y.Doc): boolean {
  const both = copyOf(confirmed);
  Y.applyUpdate(both, Y.encodeStateAsUpdate(doc));
  const same = sameState(both, confirmed);
  both.destroy();
  return same;
}
