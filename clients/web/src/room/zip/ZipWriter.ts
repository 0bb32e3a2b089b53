import { deflateSync } from "fflate";
import { crc32 } from "./crc32.ts";
import { fixed, flags, in64, methods, modes, signatures } from "./format.ts";

const utf8 = new TextEncoder();
const version = 20; // 2.0: folders and deflate
const version64 = 45; // 4.5: ZIP64
const madeOnUnix = 3 << 8; // so that the modes count

/**
 * The bytes of a ZIP, entry by entry: each is whole when it is returned and kept no longer, but for its line of the directory.
 *
 * Always: sizes and check sum stand before the data, not behind it, because some readers cannot do with less where an entry is stored;
 * names are marked as UTF-8; an entry that deflate would not make smaller is stored; ZIP64 is used where it must be, which is behind the first
 * 4 GB. It compresses where it is called: in a worker.
 */
export class ZipWriter {
  readonly #date: number;
  readonly #time: number;
  readonly #directory: Uint8Array[] = [];
  #at: number;

  /**
   * @param now the modification time of every entry, on this machine's clock, as ZIP has it
   * @param at how many bytes of the archive are there already
   */
  constructor(now: Date, at = 0) {
    this.#at = at;
    this.#date = ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
    this.#time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  }

  /** @param path with slashes, none at the end */
  folder(path: string): Uint8Array<ArrayBuffer>[] {
    return this.#entry(`${path}/`, new Uint8Array(), ((modes.folder | 0o755) << 16) | 0x10);
  }

  /** @param executable as one that is started by its name */
  file(path: string, bytes: Uint8Array<ArrayBuffer>, executable = false): Uint8Array<ArrayBuffer>[] {
    return this.#entry(path, bytes, (modes.file | (executable ? 0o755 : 0o644)) << 16);
  }

  /** The directory, after the last entry. */
  end(): Uint8Array<ArrayBuffer>[] {
    const [offset, entries] = [this.#at, this.#directory.length];
    const size = this.#directory.reduce((sum, line) => sum + line.length, 0);
    const is64 = offset >= in64.number || size >= in64.number || entries >= in64.count;
    const lines = new Uint8Array(size);
    let at = 0;
    for (const line of this.#directory) {
      lines.set(line, at);
      at += line.length;
    }
    const end = new DataView(new ArrayBuffer(fixed.end));
    end.setUint32(0, signatures.end, true);
    end.setUint16(8, Math.min(entries, in64.count), true);
    end.setUint16(10, Math.min(entries, in64.count), true);
    end.setUint32(12, Math.min(size, in64.number), true);
    end.setUint32(16, Math.min(offset, in64.number), true);
    const own = new Uint8Array(end.buffer);
    return is64 ? [lines, end64({ entries, size, offset }), own] : [lines, own];
  }

  #entry(path: string, bytes: Uint8Array<ArrayBuffer>, attributes: number): Uint8Array<ArrayBuffer>[] {
    const name = utf8.encode(path);
    const deflated = bytes.length === 0 ? bytes : deflateSync(bytes, { level: 6 });
    const smaller = deflated.length < bytes.length;
    const data = smaller ? deflated : bytes;
    const extra = this.#at < in64.number ? new Uint8Array() : field64(this.#at);

    const common = new DataView(new ArrayBuffer(26)); // from the version on, the same in both headers
    common.setUint16(0, extra.length > 0 ? version64 : version, true);
    common.setUint16(2, flags.utf8, true);
    common.setUint16(4, smaller ? methods.deflated : methods.stored, true);
    common.setUint16(6, this.#time, true);
    common.setUint16(8, this.#date, true);
    common.setUint32(10, crc32(bytes), true);
    common.setUint32(14, data.length, true);
    common.setUint32(18, bytes.length, true);
    common.setUint16(22, name.length, true);

    const header = new Uint8Array(fixed.local + name.length);
    new DataView(header.buffer).setUint32(0, signatures.local, true);
    header.set(new Uint8Array(common.buffer), 4);
    header.set(name, fixed.local);

    const line = new Uint8Array(fixed.central + name.length + extra.length);
    const view = new DataView(line.buffer);
    view.setUint32(0, signatures.central, true);
    view.setUint16(4, madeOnUnix | version, true);
    line.set(new Uint8Array(common.buffer), 6);
    view.setUint16(30, extra.length, true);
    view.setUint32(38, attributes >>> 0, true);
    view.setUint32(42, Math.min(this.#at, in64.number), true);
    line.set(name, fixed.central);
    line.set(extra, fixed.central + name.length);

    this.#directory.push(line);
    this.#at += header.length + data.length;
    return data.length === 0 ? [header] : [header, data];
  }
}

/** Where an entry begins that lies behind the first 4 GB, for its line of the directory. */
function field64(at: number): Uint8Array {
  const view = new DataView(new ArrayBuffer(12));
  view.setUint16(0, in64.field, true);
  view.setUint16(2, 8, true);
  view.setBigUint64(4, BigInt(at), true);
  return new Uint8Array(view.buffer);
}

/** The end as ZIP64 has it, and where that is found. */
function end64({ entries, size, offset }: { entries: number; size: number; offset: number }): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(fixed.end64 + fixed.end64Locator));
  view.setUint32(0, signatures.end64, true);
  view.setBigUint64(4, BigInt(fixed.end64 - 12), true);
  view.setUint16(12, madeOnUnix | version64, true);
  view.setUint16(14, version64, true);
  view.setBigUint64(24, BigInt(entries), true);
  view.setBigUint64(32, BigInt(entries), true);
  view.setBigUint64(40, BigInt(size), true);
  view.setBigUint64(48, BigInt(offset), true);
  view.setUint32(fixed.end64, signatures.end64Locator, true);
  view.setBigUint64(fixed.end64 + 8, BigInt(offset + size), true);
  view.setUint32(fixed.end64 + 16, 1, true);
  return new Uint8Array(view.buffer);
}
