import { seenHead } from "../rooms/Chain.ts";
import type { RecordSealer } from "../rooms/RecordSealer.ts";
import type { RecordClass } from "../wire/Classes.ts";
import type { StreamId } from "../wire/Ids.ts";
import type { RoomSync } from "./RoomSync.ts";

/**
 * The ephemeral records of a session, one after the other: of two that are sealed at once the second may be done first, and the first,
 * whose counter is lower, would count for nobody (R4).
 */
export class Ephemeral {
  readonly #sync: RoomSync;
  readonly #sealer: () => RecordSealer | undefined;
  readonly #counters = new Map<string, number>();
  #turn: Promise<void> = Promise.resolve();

  constructor(sync: RoomSync, sealer: () => RecordSealer | undefined) {
    this.#sync = sync;
    this.#sealer = sealer;
  }

  /** Another session begins. */
  clear(): void {
    this.#counters.clear();
  }

  /** Sends it if a session is open; else it is dropped. */
  send(recordClass: RecordClass, stream: StreamId, payload: Uint8Array): Promise<void> {
    const sent = this.#turn.then(() => this.#send(recordClass, stream, payload));
    this.#turn = sent.catch(() => {});
    return sent;
  }

  async #send(recordClass: RecordClass, stream: StreamId, payload: Uint8Array): Promise<void> {
    const { state, own, keyring } = this.#sync;
    const [manifest, sealer] = [state.manifests.newest, this.#sealer()];
    if (manifest === undefined || sealer === undefined || !own.holdsKey) return;
    const key = `${recordClass} ${stream}`;
    const counter = (this.#counters.get(key) ?? 0) + 1;
    this.#counters.set(key, counter);
    const seen = { seenSeq: 0, seenHead: seenHead(state.firstHead(stream), manifest.hash) };
    const head = { class: recordClass, flags: 0, version: manifest.version, stream, counter, ...seen };
    const record = await sealer.seal(keyring.epoch, { ...head, payload });
    if (sealer === this.#sealer()) this.#sync.send({ type: "send", record: record.bytes });
  }
}
