import { hash, hashLong } from "../keys/Hash.ts";
import { Limits } from "../limits.ts";
import { DisclosureKind, encodeDisclosure } from "../rooms/Payloads/Disclosure.ts";
import { encodeRunReceipt, type HashedFile, type RunReceipt } from "../rooms/Payloads/RunReceipt.ts";
import { encodeRunRequest } from "../rooms/Payloads/RunRequest.ts";
import { encodeRunShared } from "../rooms/Payloads/RunShared.ts";
import { encodeRunClear, RunKind } from "../rooms/RunClear.ts";
import type { RunEnded } from "../runs/RunEnded.ts";
import type { RunTerms } from "../runs/RunEvent.ts";
import { openHand, runIdOf, sealHand, sealOrder } from "../runs/RunKeys.ts";
import { encodeRunOrder, RUN_KEY_BYTES, type RunOrder } from "../runs/RunOrder.ts";
import { EMPTY, equal, utf8 } from "../wire/Bytes.ts";
import { mayWrite, Policy, RecordClass, Role } from "../wire/Classes.ts";
import type { RunId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { LiveRun } from "./LiveRun.ts";
import { Observable } from "./Observable.ts";
import type { Profiles } from "./Profiles.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import { RunLink } from "./RunLink.ts";
import { type LoggedRun, RunLog } from "./RunLog.ts";
import type { StreamSync } from "./StreamSync.ts";
import type { RunView } from "./view.ts";

/** A program that is to be run: its order without the keys. */
export type Program = Omit<RunOrder, "runKey" | "handKey">;

/** The server is asked about so many that are not known to have ended, the newest. */
const MOST_OPEN = 8;
/** The page that began a run has so long to say how it ended, before another page of its author does. */
const FIRST_WORD_MS = 3_000;

const NO_TERMS: RunTerms = {
  version: "",
  memoryBytes: 0,
  cpuMs: 0,
  wallMs: 0,
  processes: 0,
  outputBytes: 0,
  protections: "",
};

/**
 * The programs that the server runs for this room: who ran what, by the room's log; those that this page follows; and a new one.
 *
 * Always: what leaves the room is disclosed, and the request stands in the log, before the server is told to begin (X1, X9).
 */
export class Runs {
  /** The newest, the oldest of them first. */
  readonly view = new Observable<readonly RunView[]>([], true);
  readonly #sync: RoomSync;
  readonly #profiles: Profiles;
  readonly #log: RunLog;
  readonly #stream: StreamSync;
  readonly #live = new Map<RunId, LiveRun>();
  /** Receipts of runs that ended when their author might write none. */
  #owed: (() => Promise<void>)[] = [];
  /** The server's of the run before: an order is sealed to it while the connection is made. */
  #serverKey: Uint8Array | undefined;
  /** As each was shown last: what did not change keeps its identity. */
  #shown = new Map<RunId, RunView>();

  constructor(sync: RoomSync, profiles: Profiles) {
    this.#sync = sync;
    this.#profiles = profiles;
    this.#log = new RunLog(sync, { changed: (run) => this.#changed(run), ready: () => this.#goOn() });
    this.#stream = sync.follow(sync.state.streams.runs, this.#log);
  }

  /** Why this member may run nothing now, for a person; undefined where they may. */
  get refusal(): string | undefined {
    return this.#forbidden ?? (this.#sync.joined ? undefined : "You are not connected. Run it when the room is back.");
  }

  get #forbidden(): string | undefined {
    const { keyring, state } = this.#sync;
    const policy = state.manifests.newest?.policy ?? 0;
    if ((policy & Policy.Runs) === 0)
      return keyring.role === Role.Owner
        ? "Running code is switched off in this room. You can switch it on under People and rules."
        : "An owner has switched off running code in this room. Ask them to switch it on.";
    if (keyring.role < Role.Editor) return "Viewers run no programs. An owner can make you an editor.";
    if (!mayWrite(RecordClass.Run, keyring.role, policy))
      return "The room is read-only: until that is lifted only owners run programs.";
    return undefined;
  }

  /** Where programs of this room are run: the origin of its server. */
  get server(): string {
    const { server } = this.#sync.keyring;
    return /^https?:\/\/[^/]+/.exec(server)?.[0] ?? server;
  }

  /** @returns once the server was told to begin. @throws RoomError */
  async start(program: Program): Promise<LiveRun> {
    const { world, keyring } = this.#sync;
    const refusal = this.refusal ?? tooLarge(program);
    if (refusal !== undefined) throw new RoomError(Code.Forbidden, refusal);
    const opening = RunLink.open(world, keyring.server);
    try {
      const [runKey, handKey] = [world.random(RUN_KEY_BYTES), world.random(RUN_KEY_BYTES)];
      const order = encodeRunOrder({ ...program, runKey, handKey });
      const sealTo = async (serverKey: Uint8Array) => {
        const sealed = await sealOrder(serverKey, keyring.roomId, order);
        const id = runIdOf(keyring.roomId, sealed);
        return { sealed, id, request: await this.#requestOf(id, program, runKey, handKey) };
      };
      const early = this.#serverKey && sealTo(this.#serverKey);
      const link = await opening;
      const isFor = this.#serverKey && equal(this.#serverKey, link.serverKey); // else it was started anew
      this.#serverKey = link.serverKey;
      const { sealed, id, request } = await (isFor && early ? early : sealTo(link.serverKey));
      const requested = appended(this.#stream, RecordClass.Run, request, { kind: RunKind.Request, run: id });
      await Promise.all([this.#disclose(id, program), requested]); // together: the hub commits both at once
      if (link.closed) throw new RoomError(0, "The connection to the server was lost. Try again.");
      const live = new LiveRun({ world, server: keyring.server, id, runKey, started: true });
      this.#live.set(id, live);
      live.onended = (ended) => void this.#receipt(live, ended);
      live.giveHand(handKey);
      live.start(link, keyring.roomId, sealed);
      return live;
    } catch (error) {
      void opening.then((link) => link.close()).catch(() => {});
      throw error;
    }
  }

  /** The run as this page follows it; from now on, if it did not. @throws RoomError where there is none */
  watch(id: string): LiveRun {
    const known = this.#live.get(id as RunId);
    if (known !== undefined) return known;
    const run = this.#log.get(id as RunId);
    if (run === undefined) throw new RoomError(Code.Run, "This run is not known here any more.");
    const { world, keyring } = this.#sync;
    const { runKey } = run.request;
    const live = new LiveRun({ world, server: keyring.server, id: run.id, runKey, started: false });
    this.#live.set(run.id, live);
    if (run.memberId === this.#sync.memberId)
      live.onended = (ended) => void world.setTimer(() => void this.#receipt(live, ended), FIRST_WORD_MS);
    void this.#giveHand(run, live);
    live.watch();
    return live;
  }

  /** Ends a run of one's own, also one that this page does not follow: it does until that is over. */
  stop(id: string): void {
    const followed = this.#live.has(id as RunId);
    this.watch(id).stop();
    if (!followed) this.leave(id);
  }

  /** Ends following it; what this member began is followed to its end all the same: its receipt is written then. */
  leave(id: string): void {
    const live = this.#live.get(id as RunId);
    if (live === undefined) return;
    const own = live.started || this.#log.get(live.id)?.memberId === this.#sync.memberId;
    const forget = () => {
      live.close();
      if (this.#live.get(live.id) === live) this.#live.delete(live.id);
    };
    if (!own || live.over) {
      forget();
      return;
    }
    const end = live.state.subscribe(() => {
      if (!live.over) return;
      end();
      forget();
    });
  }

  /** Lets everyone in the room type, or nobody else any more (X5). @throws RoomError */
  async share(id: string, everyone: boolean): Promise<void> {
    const live = this.#live.get(id as RunId);
    const run = this.#log.get(id as RunId);
    if (!live?.hasOwnHand || run === undefined)
      throw new RoomError(Code.Forbidden, "Only who began the run, or an owner, can say who types.");
    if ((run.shared !== undefined) === everyone) return;
    const lentKey = everyone ? this.#sync.world.random(RUN_KEY_BYTES) : EMPTY;
    live.lend(lentKey);
    const clear = { kind: RunKind.Shared, run: run.id };
    await appended(this.#stream, RecordClass.Run, encodeRunShared({ lentKey }), clear).catch((error: unknown) => {
      live.lend(this.#log.get(run.id)?.shared ?? EMPTY);
      throw error;
    });
  }

  /** The receipt whole, where there is one. */
  receiptOf(id: string): RunReceipt | undefined {
    return this.#log.get(id as RunId)?.receipt;
  }

  /** What members may do has changed. */
  rulesChanged(): void {
    if (this.#forbidden !== undefined) return;
    for (const write of this.#owed.splice(0)) void write();
  }

  /** The hub's connection had been lost: those of runs may be dead. */
  cameBack(): void {
    for (const live of this.#live.values()) live.renew();
  }

  close(): void {
    for (const live of this.#live.values()) live.close();
    this.#live.clear();
  }

  /** Also when someone's name changed. */
  refresh(): void {
    const before = this.#shown;
    this.#shown = new Map();
    for (const run of this.#log.all()) this.#shown.set(run.id, this.#look(run, before.get(run.id)));
    this.view.set([...this.#shown.values()]);
  }

  /** What a page of one's own began that is closed, or loaded anew, is followed to its end: somebody has to say how it ended. */
  #goOn(): void {
    const own = [...this.#log.all()].filter(({ memberId }) => memberId === this.#sync.memberId);
    const open = own.filter(({ id, receipt }) => receipt === undefined && !this.#live.has(id));
    for (const { id } of open.slice(-MOST_OPEN)) this.watch(id);
  }

  #changed(run: LoggedRun | undefined): void {
    const live = run && this.#live.get(run.id);
    if (live !== undefined) void this.#giveHand(run!, live);
    this.refresh();
  }

  #look(run: LoggedRun, before: RunView | undefined): RunView {
    const { name, number, colour } = this.#profiles.of(run.memberId);
    const shared = run.shared !== undefined;
    const ended = run.receipt?.ended;
    const same = before?.name === name && before.number === number && before.colour === colour;
    if (same && before.shared === shared && before.ended === ended) return before;
    const { language, entry, terminal } = run.request;
    const mine = run.memberId === this.#sync.memberId;
    const { id, memberId, time } = run;
    return { id, memberId, name, number, colour, mine, language, entry, terminal, time, shared, ended };
  }

  /** Its own hand first: who has that needs no other. */
  async #giveHand({ id, memberId, request }: LoggedRun, live: LiveRun): Promise<void> {
    const { keyring } = this.#sync;
    const hasOne = keyring.role === Role.Owner || memberId === this.#sync.memberId;
    if (hasOne && !live.hasOwnHand)
      for (const hand of request.hands) {
        const handKey = await openHand(keyring.identity.dh, keyring.roomId, id, hand);
        if (handKey === undefined) continue;
        live.giveHand(handKey);
        break;
      }
    live.lend(this.#log.get(id)?.shared ?? EMPTY);
  }

  async #disclose(run: RunId, { files, input }: Program): Promise<void> {
    const bytes = files.reduce((sum, file) => sum + file.bytes.length, input.length);
    const payload = encodeDisclosure({ kind: DisclosureKind.Run, run, files: files.length, bytes, to: this.server });
    const control = this.#sync.followed(this.#sync.state.streams.control)!; // of who is called what
    await appended(control, RecordClass.Disclosure, payload);
  }

  async #requestOf(run: RunId, program: Program, runKey: Uint8Array, handKey: Uint8Array) {
    const { keyring, state } = this.#sync;
    const owners = (state.manifests.newest?.owners ?? []).map(({ dhPub }) => dhPub);
    const own = keyring.identity.dh.publicPoint; // this page may be loaded anew
    const isThere = keyring.role === Role.Owner || owners.length === Limits.MaxOwners;
    const heirs = isThere ? owners : [...owners, own];
    const hands = await Promise.all(heirs.map((dhPub) => sealHand(dhPub, keyring.roomId, run, handKey)));
    const { language, entry, terminal, arguments: words, input } = program;
    const files: readonly HashedFile[] = await Promise.all(
      program.files.map(async ({ path, bytes }) => ({ path, hash: await hashLong("run-file", bytes) })),
    );
    return encodeRunRequest({
      ...{ runKey, language, entry, terminal: terminal !== undefined, arguments: words },
      ...{ inputHash: hash("run-input", input), files, hands },
    });
  }

  /** A page of the author's alone writes it, unless another one did; where it may not, once it may again. */
  async #receipt(live: LiveRun, ended: RunEnded): Promise<void> {
    const run = this.#log.get(live.id);
    if (run === undefined || run.receipt !== undefined) return;
    const owe = () => this.#owed.push(() => this.#receipt(live, ended));
    if (this.#forbidden !== undefined) {
      owe();
      return;
    }
    const { runKey: _, hands: __, ...what } = run.request;
    const { outputBytes: ___, ...terms } = live.state.get().terms ?? NO_TERMS;
    const payload = encodeRunReceipt({ ...what, ...terms, ended });
    await appended(this.#stream, RecordClass.Run, payload, { kind: RunKind.Receipt, run: live.id }).catch(owe);
  }
}

function appended(
  stream: StreamSync,
  recordClass: RecordClass,
  payload: Uint8Array,
  clear?: { readonly kind: RunKind; readonly run: RunId },
): Promise<void> {
  return new Promise((landed, refused) => {
    const bytes = clear === undefined ? EMPTY : encodeRunClear(clear);
    stream.append({ class: recordClass, clear: () => bytes, payload, landed, refused });
  });
}

/** What the server would refuse unread, for a person. */
function tooLarge({ files, arguments: words, input }: Program): string | undefined {
  const bytes = files.reduce((sum, file) => sum + file.bytes.length, 0);
  const paths = files.reduce((sum, { path }) => sum + utf8(path).length, 0);
  const argumentBytes = words.reduce((sum, word) => sum + utf8(word).length, 0);
  if (files.length > Limits.MaxRunFiles) return "A run takes 1,000 files at most: leave some out.";
  if (words.length > Limits.MaxRunArguments) return "A program is given 64 arguments at most.";
  if (
    words.some((word) => utf8(word).length > Limits.MaxRunArgumentBytes) ||
    argumentBytes > Limits.MaxRunArgumentsBytes
  )
    return "The arguments are too long: one has 4 KiB at most, all together 16 KiB.";
  if (input.length > Limits.MaxRunInputBytes) return "The input has 1 MiB at most: put it into a file.";
  const around = 1_024 + 8 * files.length;
  if (
    paths > Limits.MaxRunPathsBytes ||
    bytes + paths + input.length + argumentBytes + around > Limits.MaxRunOrderBytes
  )
    return "A run takes 8 MiB at most, files and input together: leave some out.";
  return undefined;
}
