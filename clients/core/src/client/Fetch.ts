import { importSealingKey } from "../keys/Sealing.ts";
import { type Blob, blobId, chunkHash, chunksOf, openChunk, rangeOf, sealedBytes } from "../rooms/Blob.ts";
import type { RoomId } from "../wire/Ids.ts";
import { Code } from "../wire/Refusal.ts";
import { RoomError } from "./RoomError.ts";

const FALSE_CONTENT =
  "What the server sent is not what was put into the room. Try again; if it persists ask who put it there.";

/** One blob on its way from the hub. What came counts once all of it is there and is what its id says (B2). */
export class Fetch {
  readonly blob: Blob;
  readonly done: Promise<Uint8Array>;
  readonly #roomId: RoomId;
  readonly #content: Uint8Array;
  readonly #hashes: Uint8Array[] = [];
  readonly #key: Promise<CryptoKey>;
  /** Indexes that were not asked for on this connection. */
  #unasked: number[];
  readonly #asked = new Set<number>();
  #left: number;
  #resolve!: (content: Uint8Array) => void;
  #reject!: (reason: unknown) => void;

  constructor(roomId: RoomId, blob: Blob) {
    this.blob = blob;
    this.#roomId = roomId;
    this.#content = new Uint8Array(blob.size);
    this.#key = importSealingKey(blob.key);
    this.#left = chunksOf(blob.size);
    this.#unasked = Array.from({ length: this.#left }, (_, index) => index);
    this.done = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.done.catch(() => {});
  }

  /** How much of it is here, from 0 to 1. */
  get part(): number {
    return 1 - this.#left / chunksOf(this.blob.size);
  }

  next(): number | undefined {
    const index = this.#unasked.shift();
    if (index !== undefined) this.#asked.add(index);
    return index;
  }

  /** The connection is gone: what it was asked for is to be asked for anew. */
  stranded(): void {
    this.#unasked = [...this.#asked, ...this.#unasked];
    this.#asked.clear();
  }

  async take(index: number, chunk: Uint8Array): Promise<void> {
    if (!this.#asked.delete(index)) return;
    const { size, id } = this.blob;
    const piece = await openChunk(await this.#key, this.#roomId, size, index, chunk);
    if (piece === undefined) return this.fail(new RoomError(Code.Content, FALSE_CONTENT));
    this.#content.set(piece, rangeOf(size, index).from);
    this.#hashes[index] = chunkHash(chunk);
    this.#left -= 1;
    if (this.#left > 0) return;
    if (blobId(this.#roomId, sealedBytes(size), this.#hashes) === id) this.#resolve(this.#content);
    else this.fail(new RoomError(Code.Content, FALSE_CONTENT));
  }

  fail(reason: unknown): void {
    this.#reject(reason);
  }
}
