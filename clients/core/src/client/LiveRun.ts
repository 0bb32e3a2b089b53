import { type RunCommand, RunCommandKind, type TerminalSize } from "../runs/RunCommand.ts";
import type { RunEnded } from "../runs/RunEnded.ts";
import { parseRunEvent, type RunEvent, RunEventKind, type RunTerms } from "../runs/RunEvent.ts";
import { accessOf, CommandKey, EventKey } from "../runs/RunKeys.ts";
import { EMPTY, equal } from "../wire/Bytes.ts";
import type { RoomId, RunId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { Observable } from "./Observable.ts";
import { Retry } from "./Retry.ts";
import type { RoomError } from "./RoomError.ts";
import { pieces, RunLink } from "./RunLink.ts";
import type { World } from "./World.ts";

const MOST_PAUSE_MS = 10_000;
const STRANGE = "The server says something of this run that does not open with its key. What it says is not shown.";

/** How far a run is, as this page was told. */
export interface RunState {
  readonly phase: "queued" | "running" | "ended" | "lost";
  /** Runs that are begun before it, while it is queued; undefined as long as that is not known. */
  readonly ahead: number | undefined;
  /** Whether what it says now is the compiler's. */
  readonly compiling: boolean;
  readonly terms: RunTerms | undefined;
  /** Of its terminal; undefined as long as that is not known, and where it has none. */
  readonly size: TerminalSize | undefined;
  readonly ended: RunEnded | undefined;
  /** Whether it has said as much as it may: the rest is left out. */
  readonly full: boolean;
  /** Whether the connection was lost and is being made again. */
  readonly away: boolean;
  /** Why nothing more is to be had of it, for a person; where it is lost. */
  readonly problem: string | undefined;
}

/** A piece of what was said, in order. */
export interface Said {
  readonly by: "compiler" | "program";
  readonly bytes: Uint8Array;
}

interface Of {
  readonly world: World;
  readonly server: string;
  readonly id: RunId;
  readonly runKey: Uint8Array;
  /** Whether this page began it. */
  readonly started: boolean;
}

/**
 * One run as this page follows it: all it said so far, how far it is, and the hand of who may type. It goes on from the last event after a lost
 * connection, with growing pauses; events count in their order alone, so that nothing is shown twice or left out.
 */
export class LiveRun {
  readonly id: RunId;
  /** Only the page that began a run sets its size, and answers what its terminal is asked. */
  readonly started: boolean;
  readonly state = new Observable<RunState>({
    phase: "queued",
    ahead: undefined,
    compiling: false,
    terms: undefined,
    size: undefined,
    ended: undefined,
    full: false,
    away: false,
    problem: undefined,
  });
  /** Whether this page may type and stop it. */
  readonly hand = new Observable(false);
  onended: (ended: RunEnded) => void = () => {};
  readonly #of: Of;
  readonly #retry: Retry;
  readonly #said: Said[] = [];
  readonly #listeners = new Set<(said: Said, isNew: boolean) => void>();
  readonly #readers = new Set<(said: Said) => void>();
  /** How many pieces were told to somebody. */
  #told = 0;
  readonly #eventKey: Promise<EventKey>;
  #link: RunLink | undefined;
  #handKey: Uint8Array | undefined;
  /** By which everyone in the room types; empty while nobody else may. */
  #lentKey: Uint8Array = EMPTY;
  /** Whether the server may have been told of any. */
  #wasLent = false;
  #commandKey: Promise<CommandKey> | undefined;
  #size: TerminalSize | undefined;
  #stops = false;
  /** Of what the program said. */
  #bytes = 0;
  /** The number of the next event. */
  #next = 0;
  #turn: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(of: Of) {
    this.#of = of;
    this.id = of.id;
    this.started = of.started;
    this.#retry = new Retry(of.world, MOST_PAUSE_MS);
    this.#eventKey = EventKey.of(of.runKey, of.id);
  }

  /** Begins it over this connection. @param sealed the order */
  start(link: RunLink, roomId: RoomId, sealed: Uint8Array): void {
    this.#take(link);
    link.send({ type: "start", roomId, sealed });
  }

  /** Follows what another page began, from its first event; or goes on where the connection was lost. */
  watch(): void {
    if (this.over) return;
    RunLink.open(this.#of.world, this.#of.server).then(
      (link) => {
        if (this.over) {
          link.close();
          return;
        }
        this.#take(link);
        link.send({ type: "watch", run: this.id, access: accessOf(this.#of.runKey, this.id), from: this.#next });
      },
      () => this.#again(),
    );
  }

  /** The connection may be a dead one: the hub's was. */
  renew(): void {
    if (this.over) return;
    if (this.#link === undefined) {
      this.#retry.now();
      return;
    }
    this.#drop();
    this.watch();
  }

  /** Hears all that was said, and then each piece as it comes, new where nobody on this page has heard it yet. Returns its end. */
  listen(listener: (said: Said, isNew: boolean) => void): () => void {
    for (const [nth, said] of this.#said.entries()) listener(said, nth >= this.#told);
    this.#told = this.#said.length;
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Hears the same, but shows it to nobody: what it hears stays new. Returns its end. */
  read(reader: (said: Said) => void): () => void {
    for (const said of this.#said) reader(said);
    this.#readers.add(reader);
    return () => this.#readers.delete(reader);
  }

  giveHand(handKey: Uint8Array): void {
    if (this.#handKey !== undefined) return;
    this.#handKey = handKey;
    this.#prepareHand();
  }

  /** Whether the hand is this page's own, not one that is lent. */
  get hasOwnHand(): boolean {
    return this.#handKey !== undefined;
  }

  /** Everyone in the room types by this key; by none where it is empty. The server is told by who has a hand of their own (X5). */
  lend(key: Uint8Array): void {
    if (equal(key, this.#lentKey)) return;
    this.#lentKey = key;
    this.#wasLent = true;
    this.#prepareHand();
  }

  type(bytes: Uint8Array): void {
    for (const piece of pieces(bytes)) this.#command({ kind: RunCommandKind.Type, bytes: piece });
  }

  resize(size: TerminalSize): void {
    const same = this.#size?.columns === size.columns && this.#size.rows === size.rows;
    this.#size = size;
    if (this.started && !same) this.#command({ kind: RunCommandKind.Size, ...size });
  }

  /** Now, or as soon as that can be told. */
  stop(): void {
    this.#stops = true;
    this.#command({ kind: RunCommandKind.Stop });
  }

  /** Follows it no more. What this page began goes on as long as its author is here. */
  close(): void {
    this.#closed = true;
    this.#retry.stop();
    this.#drop();
    this.#listeners.clear();
    this.#readers.clear();
  }

  /** Whether nothing more comes of it here. */
  get over(): boolean {
    const { phase } = this.state.get();
    return this.#closed || phase === "ended" || phase === "lost";
  }

  #take(link: RunLink): void {
    this.#link = link;
    link.onevent = (index, event) => {
      this.#turn = this.#turn.then(() => this.#open(link, index, event));
    };
    link.onend = (refused) => {
      this.#turn = this.#turn.then(() => this.#ended(link, refused)); // behind what it still said
    };
    this.#prepareHand();
    this.#set({ away: false });
  }

  #drop(): void {
    const link = this.#link;
    this.#link = undefined;
    this.#commandKey = undefined;
    link?.close();
  }

  #prepareHand(): void {
    const key = this.#handKey ?? (this.#lentKey.length > 0 ? this.#lentKey : undefined);
    this.hand.set(key !== undefined);
    this.#commandKey = this.#link && key && CommandKey.of(key, this.#link.challenge, this.id);
    if (this.#handKey !== undefined && this.#wasLent) this.#command({ kind: RunCommandKind.Lend, key: this.#lentKey });
    if (this.#stops) this.stop();
  }

  #command(command: RunCommand): void {
    const [link, key] = [this.#link, this.#commandKey];
    if (link === undefined || key === undefined || this.over) return;
    void key.then((ready) => link.command(ready, command));
  }

  async #open(link: RunLink, index: number, sealed: Uint8Array): Promise<void> {
    if (link !== this.#link || index !== this.#next) return; // of a connection before, or already known
    const plain = await (await this.#eventKey).open(index, sealed);
    const event = plain && parseRunEvent(plain);
    if (link !== this.#link) return;
    if (event === undefined || failed(event)) {
      this.#lose(STRANGE);
      return;
    }
    this.#next += 1;
    this.#retry.succeeded();
    this.#tell(event);
  }

  #tell(event: RunEvent): void {
    switch (event.kind) {
      case RunEventKind.Queued:
        this.#set({ phase: "queued", ahead: event.ahead });
        break;
      case RunEventKind.Begun:
        this.#set({ phase: "running", ahead: undefined, terms: event.terms });
        break;
      case RunEventKind.Sized:
        this.#set({ size: { columns: event.columns, rows: event.rows } });
        break;
      case RunEventKind.CompilerSaid:
        this.#set({ compiling: true });
        this.#say({ by: "compiler", bytes: event.bytes });
        break;
      case RunEventKind.Compiled:
        this.#set({ compiling: false });
        break;
      case RunEventKind.Said:
        this.#bytes += event.bytes.length;
        this.#say({ by: "program", bytes: event.bytes });
        this.#set({
          compiling: false,
          full: this.#bytes >= (this.state.get().terms?.outputBytes ?? Number.POSITIVE_INFINITY),
        });
        break;
      case RunEventKind.Ended:
        this.#set({ phase: "ended", compiling: false, ended: event.ended });
        this.#drop();
        this.onended(event.ended);
        break;
    }
  }

  #say(said: Said): void {
    this.#said.push(said);
    if (this.#listeners.size > 0) this.#told = this.#said.length;
    for (const listener of [...this.#listeners]) listener(said, true);
    for (const reader of [...this.#readers]) reader(said);
  }

  #ended(link: RunLink, refused: RoomError | undefined): void {
    if (link !== this.#link || this.over) return;
    this.#drop();
    const takenBack = refused?.code === Code.Malformed && !this.hasOwnHand; // while this page typed by it
    if (refused !== undefined && !takenBack) this.#lose(refused.text);
    else this.#again();
  }

  #again(): void {
    if (this.over) return;
    this.#set({ away: true });
    this.#retry.later(() => this.watch());
  }

  #lose(problem: string): void {
    this.#set({ phase: "lost", compiling: false, away: false, problem });
    this.#drop();
  }

  #set(change: Partial<RunState>): void {
    const before = this.state.get();
    const next = { ...before, ...change };
    const same = (Object.keys(next) as (keyof RunState)[]).every((key) => next[key] === before[key]);
    if (!same) this.state.set(next);
  }
}
