import { crc32, deflateRawSync } from "node:zlib";

/** An entry as a hostile hand writes it: what is not said is true. */
export interface Handmade {
  readonly name: string | Uint8Array;
  readonly data?: Uint8Array | string;
  /** The data as it lies in the archive, instead of the deflated one. */
  readonly packed?: Uint8Array;
  readonly method?: number;
  readonly flags?: number;
  readonly size?: number;
  readonly crc?: number;
  readonly packedSize?: number;
  readonly mode?: number;
  readonly host?: number;
  readonly extra?: Uint8Array;
  /** Where the directory says that it lies. */
  readonly at?: number;
  readonly localMethod?: number;
}

export interface Around {
  readonly entries?: number;
  readonly directoryAt?: number;
  readonly directorySize?: number;
  readonly comment?: Uint8Array;
  readonly disk?: number;
}

/** An archive of these entries, byte by byte. */
export function zipOf(entries: readonly Handmade[], around: Around = {}): Buffer {
  const locals: Buffer[] = [];
  const lines: Buffer[] = [];
  let at = 0;
  for (const entry of entries) {
    const name = Buffer.from(entry.name as string);
    const data = Buffer.from((entry.data ?? "") as string);
    const method = entry.method ?? 8;
    const packed = Buffer.from(entry.packed ?? (method === 8 ? deflateRawSync(data) : data));
    const extra = Buffer.from(entry.extra ?? []);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    common.writeUInt16LE(entry.flags ?? 0x0800, 2);
    common.writeUInt16LE(method, 4);
    common.writeUInt32LE(entry.crc ?? crc32(data), 10);
    common.writeUInt32LE(entry.packedSize ?? packed.length, 14);
    common.writeUInt32LE(entry.size ?? data.length, 18);
    common.writeUInt16LE(name.length, 22);
    common.writeUInt16LE(extra.length, 24);
    const local = Buffer.concat([Buffer.from("PK\x03\x04"), common, name, extra, packed]);
    if (entry.localMethod !== undefined) local.writeUInt16LE(entry.localMethod, 8);
    const line = Buffer.alloc(46);
    line.write("PK\x01\x02");
    line.writeUInt16LE(((entry.host ?? 3) << 8) | 20, 4);
    common.copy(line, 6);
    line.writeUInt16LE(entry.mode ?? 0, 40);
    line.writeUInt32LE(entry.at ?? at, 42);
    lines.push(Buffer.concat([line, name, extra]));
    locals.push(local);
    at += local.length;
  }
  const directory = Buffer.concat(lines);
  const end = Buffer.alloc(22);
  end.write("PK\x05\x06");
  end.writeUInt16LE(around.disk ?? 0, 4);
  end.writeUInt16LE(around.entries ?? entries.length, 8);
  end.writeUInt16LE(around.entries ?? entries.length, 10);
  end.writeUInt32LE(around.directorySize ?? directory.length, 12);
  end.writeUInt32LE(around.directoryAt ?? at, 16);
  const comment = Buffer.from(around.comment ?? []);
  end.writeUInt16LE(comment.length, 20);
  return Buffer.concat([...locals, directory, end, comment]);
}
