import type { Room, RunView } from "@coterie/core";
import type { RunReceipt } from "@coterie/core/rooms/Payloads/RunReceipt.ts";
import { type RunEnded, RunFlag } from "@coterie/core/runs/RunEnded.ts";
import { equal } from "@coterie/core/wire/Bytes.ts";
import { legible } from "../bring/plan.ts";

/** More of the files that differ are counted, not named. */
const mostNamed = 3;

/** What was not the same before they began, for a person; nothing where both ran the very same. @param one the later one, which the words tell of */
export function differences(one: RunReceipt, other: RunReceipt): readonly string[] {
  const files = changedFiles(one, other);
  const named = files.slice(0, mostNamed).map((path) => legible(path, 60));
  const more = files.length - named.length;
  return [
    ...(one.language === other.language ? [] : [`another language (${legible(one.language, 60)})`]),
    ...(one.version === other.version ? [] : [`another version (${legible(one.version, 60) || "not said"})`]),
    ...(alike(one.arguments, other.arguments) ? [] : ["other arguments"]),
    ...(equal(one.inputHash, other.inputHash) ? [] : ["another input"]),
    ...(one.terminal === other.terminal ? [] : [one.terminal ? "a terminal" : "no terminal"]),
    ...(named.length === 0 ? [] : [`other files (${named.join(", ")}${more > 0 ? ` and ${more} more` : ""})`]),
  ];
}

/** Whether both ended alike and said the same. */
export function saidTheSame(one: RunEnded, other: RunEnded): boolean {
  return one.end === other.end && one.exitCode === other.exitCode && equal(one.saidHash, other.saidHash);
}

export interface Compared {
  readonly run: RunView;
  /** What it began with that this one did not. */
  readonly with: readonly string[];
  readonly saidTheSame: boolean;
}

/** The other runs of the same program that have a receipt, the newest first. */
export function comparedWith({ runs }: Room, id: string): readonly Compared[] {
  const receipt = runs.receiptOf(id);
  if (receipt === undefined) return [];
  const others = runs.view.get().flatMap((run): Compared[] => {
    const other = run.id === id || run.entry !== receipt.entry ? undefined : runs.receiptOf(run.id);
    if (other === undefined) return [];
    return [{ run, with: differences(other, receipt), saidTheSame: saidTheSame(receipt.ended, other.ended) }];
  });
  return others.toReversed();
}

/** What somebody typed makes another run of the same say something else. */
export function wasTyped({ flags }: RunEnded): boolean {
  return (flags & RunFlag.Typed) !== 0;
}

/** Paths of files that only one had, or that were not the same. */
function changedFiles(one: RunReceipt, other: RunReceipt): readonly string[] {
  const left = new Map(other.files.map(({ path, hash }) => [path, hash]));
  const changed = one.files.flatMap(({ path, hash }) => {
    const theirs = left.get(path);
    left.delete(path);
    return theirs !== undefined && equal(hash, theirs) ? [] : [path];
  });
  return [...changed, ...left.keys()];
}

function alike(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((word, nth) => word === other[nth]);
}
