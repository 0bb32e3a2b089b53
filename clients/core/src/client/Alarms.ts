import type { Cert } from "../rooms/Cert.ts";
import { writeEvidence } from "../rooms/Evidence.ts";
import { exhibitHash, NO_HEAD, signTestimony, TestimonyKind } from "../rooms/Testimony.ts";
import type { Fault } from "../rooms/Verdict.ts";
import { toHex } from "../wire/Bytes.ts";
import { hubFrameBytes } from "../wire/HubFrame.ts";
import { type MemberId, NO_SESSION } from "../wire/Ids.ts";
import type { Exhibit, FrontAlarm } from "./exhibits.ts";
import { ownSession } from "./papers.ts";
import { RoomError } from "./RoomError.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Alarm, AlarmKind } from "./view.ts";

/** Alarms of one visit that are kept; of more, those of the hub's faults are dropped, and then all. */
const MAX_ALARMS = 32;

/** What kind of alarm the breaking of a rule is. */
const KINDS: { readonly [rule: string]: AlarmKind } = {
  M6: "forked-manifests",
  J10: "forked-history",
  P2: "forked-history",
  J14: "broken-chain",
  J15: "bad-ack",
  J16: "rolled-back",
  W4: "rolled-back",
  N5: "false-snapshot",
  N6: "rolled-back",
};

/** All that a third person needs, taken when the alarm was raised. */
interface Material {
  readonly exhibit: Exhibit;
  readonly incarnation: Uint8Array;
  readonly manifests: readonly Uint8Array[];
  readonly author: { readonly cert: Uint8Array; readonly session: Uint8Array } | undefined;
  /** Under those manifests: a later one is of rules that are not in the file. */
  readonly cert: Promise<Cert>;
  readonly time: number;
}

/**
 * What a person in a room must be told because it cannot be mended: each with its kind, its facts, and, where two accounts contradict each
 * other, what shows that to others (section 18).
 *
 * Always: an alarm stays for the visit, but for a stale view, which goes when something is heard again. What evidence holds is what was
 * signed, or sent by the hub, and nothing that the room's key opens.
 */
export class Alarms {
  readonly #sync: RoomSync;
  readonly #changed: () => void;
  #raised: readonly Alarm[] = [];
  #list: readonly Alarm[] = [];
  #stale: Alarm | undefined;
  readonly #materials = new Map<number, Material>();
  #ids = 0;

  constructor(sync: RoomSync, changed: () => void) {
    this.#sync = sync;
    this.#changed = changed;
  }

  /** In the order in which they came, a stale view last. The same list as before where none came or went. */
  get list(): readonly Alarm[] {
    return this.#list;
  }

  /** A judge's alarm. */
  raise(fault: Pick<Fault, "rule" | "text">, exhibit?: Exhibit): void {
    if (fault.rule === "J13") return; // the stream had stopped: what stopped it was told
    this.#add(KINDS[fault.rule] ?? "forked-history", fault.rule, `${fault.text} (${fault.rule})`, exhibit);
  }

  /** What the hub should have refused: the room goes on, and people are told. */
  fault(text: string): void {
    this.#add("hub-fault", "J13", `The server let something through that it must refuse: ${text}`);
  }

  /** What a hub showed of the room on the way in is not that room. */
  front({ kind, text, room }: FrontAlarm): void {
    const { control } = this.#sync.state.streams;
    const exhibit: Exhibit | undefined = room && {
      kind: TestimonyKind.Front,
      bytes: hubFrameBytes(room),
      stream: control,
      seq: 0,
      head: NO_HEAD,
    };
    this.#add(kind, "K4", text, exhibit);
  }

  /** Nothing is heard of the others, or not all that they wrote, or undefined where that is over. */
  stale(
    told: { readonly text: string; readonly heardAt: number; readonly members: readonly MemberId[] } | undefined,
  ): void {
    const before = this.#stale;
    if (told?.text === before?.text) return;
    this.#stale = told && {
      ...told,
      id: before?.id ?? this.#ids++,
      kind: "stale-view",
      rule: "P2",
      stream: undefined,
      seq: undefined,
      head: undefined,
      at: before?.at ?? this.#sync.world.now(),
      evidence: false,
    };
    this.#set(this.#raised);
  }

  /** Whether people are told that what they see may be old. */
  get isStale(): boolean {
    return this.#stale !== undefined;
  }

  /** The file that shows an alarm's contradiction to whom it may concern. @throws RoomError where there is none, or no keys to sign by */
  async evidence(id: number): Promise<string> {
    const material = this.#materials.get(id);
    const { world, keyring } = this.#sync;
    if (material === undefined) throw new RoomError(0, "There is nothing that would show this to others.");
    const { exhibit, incarnation, manifests, author, time } = material;
    const cert = await material.cert;
    const session = await ownSession(world, keyring, cert, NO_SESSION, new Uint8Array(32)); // for this testimony alone
    const testimony = await signTestimony(
      {
        kind: exhibit.kind,
        roomId: keyring.roomId,
        incarnation,
        session: session.sessionId,
        stream: exhibit.stream,
        seq: exhibit.seq,
        before: exhibit.before ?? NO_HEAD,
        head: exhibit.head,
        time,
        exhibitHash: exhibitHash(exhibit.bytes),
      },
      keyring.identity.sign.privateKey,
    );
    const witness = { cert: cert.bytes, session: session.bytes };
    const members = author === undefined ? [witness] : [witness, author];
    const { genesis } = keyring;
    return writeEvidence({ genesis, manifests, members, testimony: testimony.bytes, exhibit: exhibit.bytes });
  }

  #add(kind: AlarmKind, rule: string, text: string, exhibit?: Exhibit): void {
    const { state, world } = this.#sync;
    if (this.#raised.some((alarm) => alarm.kind === kind && alarm.text === text)) return;
    if (this.#raised.length >= MAX_ALARMS && (kind === "hub-fault" || !this.#dropFault())) return;
    const id = this.#ids++;
    const at = world.now();
    const author = exhibit?.author && state.members.get(exhibit.author);
    const alarm: Alarm = {
      id,
      kind,
      rule,
      text,
      stream: exhibit?.stream,
      seq: exhibit?.seq,
      head: exhibit === undefined || exhibit.head === NO_HEAD ? undefined : toHex(exhibit.head),
      members: exhibit?.by ?? (author === undefined ? [] : [author.memberId]),
      at,
      heardAt: undefined,
      evidence: exhibit !== undefined,
    };
    if (exhibit !== undefined) {
      const papers = author && { cert: author.cert.bytes, session: author.session.bytes };
      const manifests = Array.from(
        { length: state.manifests.length },
        (_, version) => state.manifests.at(version)!.bytes,
      );
      const cert = this.#sync.own.cert();
      cert.catch(() => {}); // said where the evidence is asked for
      this.#materials.set(id, { exhibit, incarnation: state.incarnation, manifests, author: papers, cert, time: at });
    }
    this.#set([...this.#raised, alarm]);
  }

  #dropFault(): boolean {
    const at = this.#raised.findIndex(({ kind }) => kind === "hub-fault");
    if (at >= 0) this.#raised = this.#raised.toSpliced(at, 1);
    return at >= 0;
  }

  #set(raised: readonly Alarm[]): void {
    this.#raised = raised;
    this.#list = this.#stale === undefined ? raised : [...raised, this.#stale];
    this.#changed();
  }
}
