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
    const streams = [];
    for (const { id, live } of this.#sync.streams) {
      const stream = live ? state.findStream(id) : undefined;
      if (stream !== undefined && streams.length < Limits.MaxPulseStreams)
        streams.push({ stream: id, seq: stream.seq, head: stream.head });
    }
    void this.#sync.sendEphemeral(RecordClass.Signal, state.streams.control, encodePulse(streams));
  }
}
