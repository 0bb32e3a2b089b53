import { Inflate } from "fflate";
import { BadZip, damaged } from "./BadZip.ts";
import { crc32 } from "./crc32.ts";
import { methods } from "./format.ts";

/** What the directory says of an entry, and its data as it lies in the archive. */
export interface PackedEntry {
  readonly data: Blob;
  readonly method: number;
  readonly size: number;
  readonly crc: number;
  /** So many bytes from its beginning are wanted; undefined for all. */
  readonly head?: number | undefined;
}

/** So much is inflated at a time: at most a thousandfold comes out before it is looked at. */
const pieceBytes = 16 * 1024;
/** After so much without a byte of output nothing can come any more: a block of deflate says at most 64 KiB before it gives some. */
const mostBarrenBytes = 128 * 1024;

/**
 * The bytes of an entry. fflate itself checks neither size nor check sum, nor always that the data was whole, nor what lies behind its end.
 *
 * Always: no more than the declared size is kept, and what would be more ends it at once; what is returned whole has the declared size and check sum.
 * @throws BadZip
 */
export async function unpack({ data, method, size, crc, head = size }: PackedEntry): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let [got, sum, barren] = [0, 0, 0];
  const take = (piece: Uint8Array) => {
    got += piece.length;
    if (got > size) throw new BadZip("More comes out of it than the ZIP says: it is damaged, or made to harm.");
    sum = crc32(piece, sum);
    if (piece.length === 0) return;
    barren = 0;
    pieces.push(piece);
  };
  const inflate = method === methods.deflated ? new Inflate(take) : undefined;
  const whole = head >= size;
  for (let at = 0; at < data.size && (whole || got < head); at += pieceBytes) {
    const piece = new Uint8Array(await data.slice(at, at + pieceBytes).arrayBuffer());
    barren += piece.length;
    if (!inflate) take(piece);
    else push(inflate, piece, at + pieceBytes >= data.size);
    if (barren > mostBarrenBytes) throw new BadZip(damaged);
  }
  if (whole && (got !== size || sum !== crc)) throw new BadZip(damaged);
  const bytes = new Uint8Array(Math.min(got, head));
  let at = 0;
  for (const piece of pieces) {
    bytes.set(piece.subarray(0, bytes.length - at), at);
    at += Math.min(piece.length, bytes.length - at);
  }
  return bytes;
}

function push(inflate: Inflate, piece: Uint8Array, last: boolean): void {
  try {
    inflate.push(piece, last);
  } catch (error) {
    throw error instanceof BadZip ? error : new BadZip(damaged);
  }
}
