import { Limits } from "../limits.ts";
import {
  encodePulse,
  type PulsePlace,
  type Pulse as PulseSignal,
  pulseCheck,
  signPulse,
} from "../rooms/Payloads/Pulse.ts";
import { equal } from "../wire/Bytes.ts";
import { RecordClass } from "../wire/Classes.ts";
import { type MemberId, NO_SESSION, type SessionId } from "../wire/Ids.ts";
import { type Exhibit, ofPulse } from "./exhibits.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Silence } from "./Silence.ts";
import type { Timer } from "./World.ts";

const PULSE_MS = Limits.PulseSeconds * 1_000;
/** Pulses go on this long after the last sign of life of the user interface or of a peer's records. */
const ACTIVE_MS = 60_000;
/** Members whose pulse raised an alarm in this visit: one alarm each, and of no more than this many. */
const MAX_ACCUSERS = 8;

/** P2: says what my chains are, and compares what others say, so that a fork shows within seconds. */
export class Pulse {
  readonly #sync: RoomSync;
  #timer: Timer;
  #activeAt: number;
  /** How many streams were told: of more than a pulse takes, each pulse tells the next ones. */
  #told = 0;
  readonly #accusers = new Set<MemberId>();
  readonly #silence: Silence;

  constructor(sync: RoomSync, silence: Silence) {
    this.#sync = sync;
    this.#silence = silence;
    this.#activeAt = sync.world.now();
    this.#timer = this.#next();
  }

  /** Something happened in the room. */
  beat(): void {
    this.#activeAt = this.#sync.world.now();
  }

  /** @param name of the member whose pulse it is: it is their word against the server's. */
  hear(signal: PulseSignal, session: SessionId, member: MemberId, name: string): void {
    this.#silence.hearPulse(signal, member);
    if (!this.#mayAccuse(member)) return;
    const { state } = this.#sync;
    for (const { stream, seq, head } of signal.streams) {
      const own = state.findStream(stream)?.headAt(seq);
      if (own === undefined || equal(own.subarray(0, head.length), head)) continue;
      void this.#accuse(signal, member, name, ofPulse(signal, stream, seq, own, session));
      return;
    }
  }

  #mayAccuse(member: MemberId): boolean {
    return !this.#accusers.has(member) && this.#accusers.size < MAX_ACCUSERS;
  }

  /** Only what its author signed, so that it can be shown to others: else anybody's word would do. */
  async #accuse(signal: PulseSignal, member: MemberId, name: string, exhibit: Exhibit): Promise<void> {
    const session = exhibit.author ?? NO_SESSION;
    const author = this.#sync.state.members.get(session);
    const check = author && pulseCheck(this.#placeOf(session), signal, author.cert.signPub);
    if (check === undefined || !(await this.#sync.verifier.verify(check)) || !this.#mayAccuse(member)) return;
    this.#accusers.add(member);
    const text = `${name} sees a different history at position ${exhibit.seq}`;
    this.#sync.alarms.raise({ rule: "P2", text }, exhibit);
  }

  #placeOf(session: SessionId): PulsePlace {
    const { roomId, incarnation } = this.#sync.state;
    return { roomId, incarnation, session };
  }

  close(): void {
    this.#sync.world.clearTimer(this.#timer);
  }

  #next(): Timer {
    return this.#sync.world.setTimer(() => {
      void this.#send();
      this.#timer = this.#next();
    }, PULSE_MS);
  }

  async #send(): Promise<void> {
    const { state, world, session, joined, keyring } = this.#sync;
    if (!joined || world.now() - this.#activeAt > ACTIVE_MS) return;
    const all = [...this.#sync.streams].flatMap(({ id, live }) => (live ? (state.findStream(id) ?? []) : []));
    const from = this.#told % Math.max(1, all.length);
    const next = [...all.slice(from), ...all.slice(0, from)].slice(0, Limits.MaxPulseStreams);
    this.#told = from + next.length;
    const streams = next.map(({ id, seq, head }) => ({ stream: id, seq, head }));
    const pulse = await signPulse(this.#placeOf(session), streams, keyring.identity.sign.privateKey);
    if (session !== this.#sync.session) return;
    await this.#sync.sendEphemeral(RecordClass.Signal, state.streams.control, encodePulse(pulse));
  }
}
