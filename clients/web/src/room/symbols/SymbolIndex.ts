import { Observable, type Room, type TreeNode } from "@coterie/core";
import type { CodeSymbol, Outlined } from "./CodeSymbol.ts";
import { type Grammar, grammarOf } from "./grammars.ts";
import { Outliner } from "./Outliner.ts";
import { readTexts } from "./readTexts.ts";

/** Of a room with more symbols the first so many are found. */
const mostInRoom = 100_000;
/** What was read is shown after so long, together. */
const showMs = 250;

export interface RoomSymbol extends CodeSymbol {
  readonly file: string;
}

export interface RoomSymbols {
  readonly symbols: readonly RoomSymbol[];
  /** How far the reading is; undefined where it is not going on. */
  readonly reading: { readonly read: number; readonly total: number } | undefined;
  /** Files whose symbols are lacking, or not all there. */
  readonly left: number;
  readonly cut: boolean;
}

/** What was found in a version of a file. */
interface Kept {
  readonly version: string;
  readonly outlined: Outlined;
}

/** One reading of the room. */
interface Round {
  readonly read: Set<string>;
  readonly total: number;
  /** What did not come from the server in this round is not asked for again in it. */
  readonly lost: Set<Grammar>;
}

const nothing: RoomSymbols = { symbols: [], reading: undefined, left: 0, cut: false };

/**
 * The symbols of a room's files: what of them was read is kept here for as long as the room is on the screen.
 *
 * Always: files are read only between `begin` and its end; a text is outlined anew only where it or its language is another than the
 * one that was kept; of files that are gone nothing is kept.
 */
export class SymbolIndex {
  readonly view = new Observable<RoomSymbols>(nothing);
  readonly outliner = new Outliner();
  readonly #room: Room;
  readonly #kept = new Map<string, Kept>();
  #files: readonly string[] = [];
  #round: Round | undefined;
  #showing: ReturnType<typeof setTimeout> | undefined;

  constructor(room: Room) {
    this.#room = room;
  }

  /** Reads all files whose language has a grammar. Returns its end, which may come before all was read. @param languageOf by a file's name */
  begin(languageOf: (name: string) => string): () => void {
    const files = inOrder(this.#room.tree.view.get()).flatMap(({ id, name }) => {
      const grammar = grammarOf(languageOf(name), name);
      return grammar === undefined ? [] : [{ id, grammar }];
    });
    const grammars = new Map(files.map(({ id, grammar }) => [id, grammar]));
    this.#files = files.map(({ id }) => id);
    for (const id of this.#kept.keys()) if (!grammars.has(id)) this.#kept.delete(id);
    const round: Round = { read: new Set(), total: files.length, lost: new Set() };
    this.#round = round;
    const calledOff = new AbortController();
    const end = readTexts(this.#room, this.#files, {
      take: async (id, text) => {
        if (text === undefined) this.#kept.delete(id);
        else await this.#outline(id, grammars.get(id)!, text, round, calledOff.signal);
        round.read.add(id);
        if (this.#round === round) this.#showSoon();
      },
    });
    this.#show();
    return () => {
      end();
      calledOff.abort();
      if (this.#round !== round) return;
      this.#round = undefined;
      this.#show();
    };
  }

  close(): void {
    clearTimeout(this.#showing);
    this.outliner.close();
  }

  async #outline(id: string, grammar: Grammar, text: string, { lost }: Round, signal: AbortSignal): Promise<void> {
    const version = `${grammar} ${text.length} ${hashOf(text)}`;
    if (this.#kept.get(id)?.version === version) return;
    const outlined = lost.has(grammar) ? "unreachable" : await this.outliner.outline(grammar, text, signal);
    if (outlined === undefined || signal.aborted) return;
    const came = outlined !== "unreachable";
    if (!came) lost.add(grammar);
    this.#kept.set(id, { version: came ? version : "", outlined });
  }

  #showSoon(): void {
    this.#showing ??= setTimeout(() => this.#show(), showMs);
  }

  #show(): void {
    clearTimeout(this.#showing);
    this.#showing = undefined;
    const symbols: RoomSymbol[] = [];
    let left = 0;
    for (const file of this.#files) {
      const outlined = this.#kept.get(file)?.outlined;
      if (typeof outlined === "string" || outlined?.cut) left++;
      if (typeof outlined !== "object") continue;
      for (const symbol of outlined.symbols) if (symbols.length < mostInRoom) symbols.push({ ...symbol, file });
    }
    const round = this.#round;
    const reading = round && round.read.size < round.total ? { read: round.read.size, total: round.total } : undefined;
    this.view.set({ symbols, reading, left, cut: symbols.length === mostInRoom });
  }
}

function inOrder(nodes: readonly TreeNode[]): TreeNode[] {
  return nodes.filter(({ kind }) => kind === "file").toSorted((one, other) => one.path.localeCompare(other.path));
}

/** 53 bits of a text (cyrb53, public domain): tells versions of one file apart, and is no promise against anybody. */
function hashOf(text: string): number {
  let [high, low] = [0xdeadbeef, 0x41c6ce57];
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    high = Math.imul(high ^ unit, 2_654_435_761);
    low = Math.imul(low ^ unit, 1_597_334_677);
  }
  high = Math.imul(high ^ (high >>> 16), 2_246_822_507) ^ Math.imul(low ^ (low >>> 13), 3_266_489_909);
  low = Math.imul(low ^ (low >>> 16), 2_246_822_507) ^ Math.imul(high ^ (high >>> 13), 3_266_489_909);
  return 4_294_967_296 * (2_097_151 & low) + (high >>> 0);
}
