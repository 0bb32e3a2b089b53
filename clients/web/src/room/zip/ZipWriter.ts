import { deflateSync } from "fflate";
import { crc32 } from "./crc32.ts";
import { fixed, flags, in64, methods, modes, signatures } from "./format.ts";

const utf8 = new TextEncoder();
const version = 20; // 2.0: folders and deflate
const madeOnUnix = 3 << 8; // so that the modes count

/**
 * The bytes of a ZIP, entry by entry: each is whole when it is returned and kept no longer, but for its line of the directory.
 *
 * Always: sizes and check sum stand before the data, not behind it, because some readers cannot do with less where an entry is stored;
 * names are marked as UTF-8; an entry that deflate would not make smaller is stored. It compresses where it is called: in a worker.
 */
export class ZipWriter {
  readonly #date: number;
  readonly #time: number;
  readonly #directory: Uint8Array[] = [];
  #at = 0;

  /** @param now the modification time of every entry, on this machine's clock, as ZIP has it */
  constructor(now: Date) {
    this.#date = ((now.getFullYear() - 1980) << 9) | ((now.getMonth() + 1) << 5) | now.getDate();
    this.#time = (now.getHours() << 11) | (now.getMinutes() << 5) | (now.getSeconds() >> 1);
  }

  /** @param path with slashes, none at the end */
  folder(path: string): Uint8Array<ArrayBuffer>[] {
    return this.#entry(`${path}/`, new Uint8Array(), ((modes.folder | 0o755) << 16) | 0x10);
  }

  file(path: string, bytes: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer>[] {
    return this.#entry(path, bytes, (modes.file | 0o644) << 16);
  }

  /** The directory, after the last entry. */
  end(): Uint8Array<ArrayBuffer>[] {
    const size = this.#directory.reduce((sum, line) => sum + line.length, 0);
    this.#fits(size);
    const bytes = new Uint8Array(size + fixed.end);
    let at = 0;
    for (const line of this.#directory) {
      bytes.set(line, at);
      at += line.length;
    }
    const view = new DataView(bytes.buffer, size);
    view.setUint32(0, signatures.end, true);
    view.setUint16(8, this.#directory.length, true);
    view.setUint16(10, this.#directory.length, true);
    view.setUint32(12, size, true);
    view.setUint32(16, this.#at, true);
    return [bytes];
  }

  #entry(path: string, bytes: Uint8Array<ArrayBuffer>, attributes: number): Uint8Array<ArrayBuffer>[] {
    const name = utf8.encode(path);
    const deflated = bytes.length === 0 ? bytes : deflateSync(bytes, { level: 6 });
    const smaller = deflated.length < bytes.length;
    const data = smaller ? deflated : bytes;
    this.#fits(fixed.local + name.length + data.length);

    const common = new DataView(new ArrayBuffer(26)); // from the version on, the same in both headers
    common.setUint16(0, version, true);
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

    const line = new Uint8Array(fixed.central + name.length);
    const view = new DataView(line.buffer);
    view.setUint32(0, signatures.central, true);
    view.setUint16(4, madeOnUnix | version, true);
    line.set(new Uint8Array(common.buffer), 6);
    view.setUint32(38, attributes >>> 0, true);
    view.setUint32(42, this.#at, true);
    line.set(name, fixed.central);

    this.#directory.push(line);
    this.#at += header.length + data.length;
    return data.length === 0 ? [header] : [header, data];
  }

  #fits(more: number): void {
    if (this.#at + more >= in64.number || this.#directory.length >= in64.count)
      throw new Error("This is more than a ZIP can hold, which is 4 GB: download its folders one by one.");
  }
}
