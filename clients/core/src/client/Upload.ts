import { importSealingKey } from "../keys/Sealing.ts";
import { type BlobSecret, blobId, chunkHash, chunksOf, rangeOf, sealChunk, sealedBytes } from "../rooms/Blob.ts";
import { equal } from "../wire/Bytes.ts";
import type { ClientFrame } from "../wire/ClientFrame.ts";
import type { BlobId, RoomId } from "../wire/Ids.ts";
import { RoomError } from "./RoomError.ts";

/** Where content comes from. It is read twice, a chunk at a time: to learn its id, and to send it. */
export interface Content {
  /** Bytes, which do not change. */
  readonly size: number;
  /** Rejects where it cannot be read any more. */
  read(from: number, to: number): Promise<Uint8Array>;
  /** All of it, where it lies in memory. */
  readonly bytes?: Uint8Array;
}

export function contentOf(bytes: Uint8Array): Content {
  return { size: bytes.length, read: async (from, to) => bytes.subarray(from, to), bytes };
}

/** One blob on its way to the hub: its chunks' hashes, and what the hub has not got yet. */
export class Upload {
  readonly id: BlobId;
  readonly done: Promise<void>;
  readonly #roomId: RoomId;
  readonly #content: Content;
  readonly #key: CryptoKey;
  readonly #hashes: readonly Uint8Array[];
  #missing: number[] = [];
  /** Sent on this connection, and not answered. */
  #underWay = new Set<number>();
  #left: number;
  #resolve!: () => void;
  #reject!: (reason: unknown) => void;

  private constructor(roomId: RoomId, content: Content, key: CryptoKey, hashes: readonly Uint8Array[]) {
    this.id = blobId(roomId, sealedBytes(content.size), hashes);
    this.#roomId = roomId;
    this.#content = content;
    this.#key = key;
    this.#hashes = hashes;
    this.#left = hashes.length;
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {});
  }

  /** Reads all of it once. @throws what reading does */
  static async of(roomId: RoomId, content: Content, secret: BlobSecret, signal?: AbortSignal): Promise<Upload> {
    const key = await importSealingKey(secret.key);
    const hashes: Uint8Array[] = [];
    for (let index = 0; index < chunksOf(content.size); index++) {
      signal?.throwIfAborted();
      const { from, to } = rangeOf(content.size, index);
      hashes.push(chunkHash(await sealChunk(key, roomId, content.size, index, await content.read(from, to))));
    }
    return new Upload(roomId, content, key, hashes);
  }

  get offer(): ClientFrame {
    return { type: "offer", blob: this.id, bytes: sealedBytes(this.#content.size), hashes: this.#hashes };
  }

  /** How much of it the hub has, from 0 to 1. */
  get part(): number {
    return 1 - this.#left / this.#hashes.length;
  }

  /** The hub lacks these. */
  offered(missing: readonly number[]): void {
    this.#missing = missing.filter((index) => index < this.#hashes.length);
    this.#underWay = new Set();
    this.#left = this.#missing.length;
    if (this.#left === 0) this.#resolve();
  }

  /** The connection is gone: what was sent on it may not have come. */
  stranded(): void {
    this.#missing = [];
    this.#underWay = new Set();
  }

  /** The index of a chunk to send now; undefined where there is none. */
  next(): number | undefined {
    const index = this.#missing.shift();
    if (index !== undefined) this.#underWay.add(index);
    return index;
  }

  /** @throws what reading does; RoomError where the content is not what it was */
  async chunk(index: number): Promise<ClientFrame> {
    const { size } = this.#content;
    const { from, to } = rangeOf(size, index);
    const bytes = await sealChunk(this.#key, this.#roomId, size, index, await this.#content.read(from, to));
    if (!equal(chunkHash(bytes), this.#hashes[index]!))
      throw new RoomError(0, "The file changed while it was being read. Try again.");
    return { type: "chunk", blob: this.id, index, bytes };
  }

  took(index: number): void {
    if (!this.#underWay.delete(index)) return;
    this.#left -= 1;
    if (this.#left === 0) this.#resolve();
  }

  fail(reason: unknown): void {
    this.#reject(reason);
  }
}
