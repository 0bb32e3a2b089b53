import { type EpochKey, epochKeyHash, importEpochKey, openPrevious } from "../rooms/EpochKey.ts";
import type { ManifestChain } from "../rooms/ManifestChain.ts";
import { equal } from "../wire/Bytes.ts";

/**
 * The keys of a room's epochs, as far back as the log goes: each manifest that begins one holds the key of the epoch before, sealed
 * (M4). Keys are kept non-extractable.
 */
export class Epochs {
  readonly newest: EpochKey;
  readonly #chain: () => ManifestChain;
  readonly #opened = new Map<number, Promise<EpochKey | undefined>>();

  /** @param newest the key of the newest epoch that this member was given */
  constructor(newest: EpochKey, chain: () => ManifestChain) {
    this.newest = newest;
    this.#chain = chain;
  }

  /** The key under which records of a manifest's version are sealed; undefined where this member was not given it, or not yet. */
  ofVersion(version: number): Promise<EpochKey | undefined> {
    const manifest = this.#chain().at(version);
    return manifest === undefined ? Promise.resolve(undefined) : this.#of(manifest.epoch);
  }

  #of(epoch: number): Promise<EpochKey | undefined> {
    if (epoch === this.newest.number) return Promise.resolve(this.newest);
    if (epoch > this.newest.number) return Promise.resolve(undefined);
    let opened = this.#opened.get(epoch);
    if (opened === undefined) {
      opened = this.#open(epoch);
      this.#opened.set(epoch, opened);
    }
    return opened;
  }

  async #open(epoch: number): Promise<EpochKey | undefined> {
    const after = await this.#of(epoch + 1);
    const [begins] = this.#chain().ofEpoch(epoch + 1);
    const [before] = this.#chain().ofEpoch(epoch);
    const bytes = after && begins && (await openPrevious(after, begins.prevEpochKey));
    if (bytes === undefined || before === undefined || !equal(epochKeyHash(bytes), before.epochKeyHash))
      return undefined;
    const key = await importEpochKey(before.roomId, epoch, bytes);
    bytes.fill(0);
    return key;
  }
}
