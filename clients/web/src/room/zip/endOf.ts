import { BadZip, damaged, several } from "./BadZip.ts";
import { fixed, in64, signatures } from "./format.ts";
import { viewOf } from "./viewOf.ts";
import { number64 } from "./zip64.ts";

const mostComment = 0xffff;

/** What an archive's end says of its directory. */
export interface End {
  readonly entries: number;
  readonly size: number;
  readonly offset: number;
  /** Where the end itself begins: behind the directory. */
  readonly at: number;
}

/**
 * The end of an archive, by its own record or, where that has one before it, by the record of ZIP64.
 *
 * Always: where both say something, they say the same; nothing lies between them: so no other tool sees another directory in the same bytes.
 * @throws BadZip
 */
export async function endOf(file: Blob): Promise<End> {
  const tailAt = Math.max(0, file.size - fixed.end - mostComment - fixed.end64Locator);
  const tail = await viewOf(file.slice(tailAt));
  const at = endIn(tail);
  if (at === undefined) throw new BadZip("This is no ZIP, or it is cut off.");
  const [disk, directoryDisk, here, entries] = [4, 6, 8, 10].map((where) => tail.getUint16(at + where, true)) as [
    ...[number, number, number, number],
  ];
  const end = { entries, size: tail.getUint32(at + 12, true), offset: tail.getUint32(at + 16, true), at: tailAt + at };
  const locator = at - fixed.end64Locator;
  if (locator >= 0 && tail.getUint32(locator, true) === signatures.end64Locator) {
    const end64 = await end64Of(file, tail, tailAt, locator);
    const same = (said: number, is: number, instead: number) => said === instead || said === is;
    const agree =
      same(end.entries, end64.entries, in64.count) &&
      same(end.size, end64.size, in64.number) &&
      same(end.offset, end64.offset, in64.number) &&
      same(here, end64.entries, in64.count) &&
      [disk, directoryDisk].every((each) => same(each, 0, in64.disk));
    if (!agree) throw new BadZip(damaged);
    return end64;
  }
  if (disk !== 0 || directoryDisk !== 0 || here !== entries) throw new BadZip(several);
  return end;
}

/** Where the end record begins: the last one whose comment reaches to the end of the file. */
function endIn(tail: DataView): number | undefined {
  for (let at = tail.byteLength - fixed.end; at >= 0; at--) {
    if (tail.getUint32(at, true) !== signatures.end) continue;
    if (at + fixed.end + tail.getUint16(at + 20, true) === tail.byteLength) return at;
  }
  return undefined;
}

/** The record that its locator names, which lies right before that. */
async function end64Of(file: Blob, tail: DataView, tailAt: number, locator: number): Promise<End> {
  const at = number64(tail, locator + 8);
  const parts = tail.getUint32(locator + 16, true);
  if (tail.getUint32(locator + 4, true) !== 0 || parts > 1) throw new BadZip(several);
  if (at + fixed.end64 > tailAt + locator) throw new BadZip(damaged);
  const view = await viewOf(file.slice(at, at + fixed.end64));
  if (view.byteLength < fixed.end64 || view.getUint32(0, true) !== signatures.end64) throw new BadZip(damaged);
  if (at + 12 + number64(view, 4) !== tailAt + locator) throw new BadZip(damaged);
  const entries = number64(view, 32);
  if (view.getUint32(16, true) !== 0 || view.getUint32(20, true) !== 0 || number64(view, 24) !== entries)
    throw new BadZip(several);
  return { entries, size: number64(view, 40), offset: number64(view, 48), at };
}
