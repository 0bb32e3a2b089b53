import { BadZip, damaged } from "./BadZip.ts";
import { fixed, in64, modes, signatures } from "./format.ts";

/** Bounds of what is read of an archive. */
export const most = {
  entries: 20_000, // as many as a room has nodes
  unpackedBytes: 200_000_000, // in all
  fileBytes: 400_000_000, // of the archive itself: what is not much larger unpacked is never twice as large packed
  directoryBytes: 16_000_000, // 20,000 entries with 800 bytes of name and extras each
} as const;

const mostComment = 0xffff;
/** Who made an entry: a Unix, or macOS. */
const unixHosts: readonly number[] = [3, 19];

/** A line of the central directory, as it stands there. */
export interface Line {
  readonly flags: number;
  readonly method: number;
  readonly crc: number;
  readonly packed: number;
  readonly size: number;
  /** As Unix has it; 0 where another system made the entry, unless it says that it is a link. */
  readonly mode: number;
  readonly name: Uint8Array;
  readonly extra: Uint8Array;
  /** Where its local header begins, and where the next thing after its data does at the latest. */
  readonly at: number;
  readonly end: number;
}

/**
 * The lines of an archive's central directory, which alone counts.
 *
 * Always: no two entries share a byte, none reaches into the directory, and the directory reaches to the end record: so all entries together
 * are read at most once each, and no other tool sees another directory in the same bytes.
 * @throws BadZip
 */
export async function directoryOf(file: Blob): Promise<Line[]> {
  if (file.size > most.fileBytes) throw new BadZip("This ZIP is larger than 400 MB: take it apart first.");
  const tailAt = Math.max(0, file.size - fixed.end - mostComment - fixed.end64Locator);
  const tail = await viewOf(file.slice(tailAt));
  const at = endIn(tail);
  if (at === undefined) throw new BadZip("This is no ZIP, or it is cut off.");
  const end = {
    disk: tail.getUint16(at + 4, true),
    directoryDisk: tail.getUint16(at + 6, true),
    entriesHere: tail.getUint16(at + 8, true),
    entries: tail.getUint16(at + 10, true),
    size: tail.getUint32(at + 12, true),
    offset: tail.getUint32(at + 16, true),
  };
  const locator = at - fixed.end64Locator;
  const has64 = locator >= 0 && tail.getUint32(locator, true) === signatures.end64Locator;
  if (has64 || end.entries === in64.count || end.size === in64.number || end.offset === in64.number)
    throw new BadZip("This ZIP is in the form for huge archives (ZIP64), which is not read here: pack less at a time.");
  if (end.disk !== 0 || end.directoryDisk !== 0 || end.entriesHere !== end.entries)
    throw new BadZip("This is one part of a ZIP of several: join them first.");
  if (end.entries > most.entries)
    throw new BadZip(`This ZIP holds ${end.entries.toLocaleString()} entries: at most 20,000 can be taken.`);
  if (end.offset + end.size !== tailAt + at) throw new BadZip(damaged);
  if (end.size > most.directoryBytes) throw new BadZip("The list of what is in this ZIP is too long.");
  return apart(linesIn(await viewOf(file.slice(end.offset, end.offset + end.size)), end.entries), end.offset);
}

/** Where the end record begins: the last one whose comment reaches to the end of the file. */
function endIn(tail: DataView): number | undefined {
  for (let at = tail.byteLength - fixed.end; at >= 0; at--) {
    if (tail.getUint32(at, true) !== signatures.end) continue;
    if (at + fixed.end + tail.getUint16(at + 20, true) === tail.byteLength) return at;
  }
  return undefined;
}

function linesIn(view: DataView, count: number): Line[] {
  const lines: Line[] = [];
  let at = 0;
  while (lines.length < count) {
    if (at + fixed.central > view.byteLength || view.getUint32(at, true) !== signatures.central)
      throw new BadZip(damaged);
    const [name, extra, comment] = [28, 30, 32].map((where) => view.getUint16(at + where, true)) as [
      number,
      number,
      number,
    ];
    const next = at + fixed.central + name + extra + comment;
    if (next > view.byteLength) throw new BadZip(damaged);
    const bytes = (from: number, length: number) => new Uint8Array(view.buffer, view.byteOffset + from, length);
    const mode = view.getUint16(at + 40, true);
    const line = {
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      size: view.getUint32(at + 24, true),
      mode: unixHosts.includes(view.getUint8(at + 5)) || (mode & modes.type) === modes.link ? mode : 0,
      name: bytes(at + fixed.central, name),
      extra: bytes(at + fixed.central + name, extra),
      at: view.getUint32(at + 42, true),
      end: 0,
    };
    if ([line.packed, line.size, line.at].includes(in64.number) || view.getUint16(at + 34, true) !== 0)
      throw new BadZip(
        "This ZIP has entries in the form for huge files (ZIP64) or in other parts: pack less at a time.",
      );
    lines.push(line);
    at = next;
  }
  if (at !== view.byteLength) throw new BadZip(damaged);
  return lines;
}

/** The same lines, each with where its bytes must have ended. */
function apart(lines: readonly Line[], directoryAt: number): Line[] {
  const ends = new Map<Line, number>();
  let next = directoryAt;
  for (const line of lines.toSorted((a, b) => b.at - a.at)) {
    if (line.at + fixed.local + line.name.length + line.packed > next)
      throw new BadZip("Entries of this ZIP lie over one another: it is damaged, or made to harm. It is not read.");
    ends.set(line, next);
    next = line.at;
  }
  return lines.map((line) => ({ ...line, end: ends.get(line)! }));
}

export async function viewOf(blob: Blob): Promise<DataView> {
  return new DataView(await blob.arrayBuffer());
}
