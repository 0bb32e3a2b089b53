import { Limits } from "../limits.ts";
import { encodePulse, type Pulse as PulseSignal } from "../rooms/Payloads/Pulse.ts";
import { equal } from "../wire/Bytes.ts";
import { RecordClass } from "../wire/Classes.ts";
import type { MemberId } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";
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

  constructor(sync: RoomSync) {
    this.#sync = sync;
    this.#activeAt = sync.world.now();
    this.#timer = this.#next();
  }

  /** Something happened in the room. */
  beat(): void {
    this.#activeAt = this.#sync.world.now();
  }

  /** @param name of the member whose pulse it is: it is their word against the server's. */
  hear(signal: PulseSignal, member: MemberId, name: string): void {
    if (this.#accusers.has(member) || this.#accusers.size >= MAX_ACCUSERS) return;
    const { state } = this.#sync;
    for (const { stream, seq, head } of signal.streams) {
      const own = state.findStream(stream)?.headAt(seq);
      if (own === undefined || equal(own.subarray(0, head.length), head)) continue;
      this.#accusers.add(member);
      this.#sync.alarm({ rule: "P2", text: `${name} sees a different history at position ${seq}` });
      return;
    }
  }

  close(): void {
    this.#sync.world.clearTimer(this.#timer);
  }

  #next(): Timer {
    return this.#sync.world.setTimer(() => {
      this.#send();
      this.#timer = this.#next();
    }, PULSE_MS);
  }

  #send(): void {
    const { state, world } = this.#sync;
    if (world.now() - this.#activeAt > ACTIVE_MS) return;
    const all = [...this.#sync.streams].flatMap(({ id, live }) => (live ? (state.findStream(id) ?? []) : []));
    const from = this.#told % Math.max(1, all.length);
    const next = [...all.slice(from), ...all.slice(0, from)].slice(0, Limits.MaxPulseStreams);
    this.#told = from + next.length;
    const streams = next.map(({ id, seq, head }) => ({ stream: id, seq, head }));
    void this.#sync.sendEphemeral(RecordClass.Signal, state.streams.control, encodePulse(streams));
  }
}
