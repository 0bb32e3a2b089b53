import { listed } from "../../app/listed.ts";
import { megabytes } from "../bring/plan.ts";
import { BadZip } from "./BadZip.ts";

/** Texts pack to a tenth, pictures hardly; what packs to less than this part of it, all together, was made to. */
const mostTimes = 200;
/** Bytes, unpacked, that no page chokes on, however small they were packed. */
const harmless = 100_000_000;

interface Sized {
  readonly path: string;
  readonly size: number;
}

/** Refuses an archive that is much larger unpacked than any honest one, before anything of it is unpacked. @throws BadZip */
export function refuseBomb(entries: readonly Sized[], packed: number): void {
  const total = entries.reduce((sum, { size }) => sum + size, 0);
  if (total <= harmless || total <= mostTimes * packed) return;
  const largest = entries.toSorted((a, b) => b.size - a.size).map(({ path, size }) => `${path} (${megabytes(size)})`);
  throw new BadZip(
    `This ZIP of ${megabytes(packed)} would become ${megabytes(total)}, ${Math.round(total / packed).toLocaleString()} times as much, as those do that are made to harm: ${listed(largest)}. It is not read.`,
  );
}
