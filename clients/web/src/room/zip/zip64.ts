import { BadZip, damaged } from "./BadZip.ts";
import { extraField } from "./extraField.ts";
import { in64 } from "./format.ts";

/** What a line of the directory says of its entry, each of which may stand in the ZIP64 field instead. */
export interface Said {
  readonly size: number;
  readonly packed: number;
  readonly at: number;
  readonly disk: number;
}

/** The field holds, in this order, those alone whose own place has the value that says so. @throws BadZip */
export function fieldsOf64(said: Said, extra: Uint8Array): Said {
  const { size, packed, at, disk } = said;
  if (![size, packed, at].includes(in64.number) && disk !== in64.disk) return said;
  const field = extraField(extra, in64.field);
  if (field === undefined) throw new BadZip(damaged);
  const view = new DataView(field.buffer, field.byteOffset, field.byteLength);
  let next = 0;
  const take = (value: number) => {
    if (value !== in64.number) return value;
    next += 8;
    return number64(view, next - 8);
  };
  const taken = { size: take(size), packed: take(packed), at: take(at) };
  if (disk !== in64.disk) return { ...taken, disk };
  if (next + 4 > view.byteLength) throw new BadZip(damaged);
  return { ...taken, disk: view.getUint32(next, true) };
}

/** A number of eight bytes, which must be one that can be counted with. @throws BadZip */
export function number64(view: DataView, at: number): number {
  if (at + 8 > view.byteLength) throw new BadZip(damaged);
  const number = Number(view.getBigUint64(at, true));
  if (!Number.isSafeInteger(number)) throw new BadZip(damaged);
  return number;
}
