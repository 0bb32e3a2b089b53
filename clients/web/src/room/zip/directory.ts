import { BadZip, damaged, several } from "./BadZip.ts";
import { endOf } from "./endOf.ts";
import { fixed, modes, signatures } from "./format.ts";
import { viewOf } from "./viewOf.ts";
import { fieldsOf64 } from "./zip64.ts";

/** Bounds of what is read of an archive; how large it is itself is of no account, as it is read in slices. */
export const most = {
  entries: 20_000, // as many as a room has nodes
  directoryBytes: 16_000_000, // 20,000 entries with 800 bytes of name and extras each
} as const;

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
  const end = await endOf(file);
  if (end.entries > most.entries)
    throw new BadZip(`This ZIP holds ${end.entries.toLocaleString()} entries: at most 20,000 can be taken.`);
  if (end.offset + end.size !== end.at) throw new BadZip(damaged);
  if (end.size > most.directoryBytes) throw new BadZip("The list of what is in this ZIP is too long.");
  return apart(linesIn(await viewOf(file.slice(end.offset, end.at)), end.entries), end.offset);
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
    const extras = bytes(at + fixed.central + name, extra);
    const said = {
      size: view.getUint32(at + 24, true),
      packed: view.getUint32(at + 20, true),
      at: view.getUint32(at + 42, true),
      disk: view.getUint16(at + 34, true),
    };
    const { size, packed, at: begin, disk } = fieldsOf64(said, extras);
    if (disk !== 0) throw new BadZip(several);
    lines.push({
      flags: view.getUint16(at + 8, true),
      method: view.getUint16(at + 10, true),
      crc: view.getUint32(at + 16, true),
      packed,
      size,
      mode: unixHosts.includes(view.getUint8(at + 5)) || (mode & modes.type) === modes.link ? mode : 0,
      name: bytes(at + fixed.central, name),
      extra: extras,
      at: begin,
      end: 0,
    });
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
