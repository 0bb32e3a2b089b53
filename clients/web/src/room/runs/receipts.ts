import type { Room, RunView } from "@coterie/core";
import type { RunReceipt } from "@coterie/core/rooms/Payloads/RunReceipt.ts";
import { type RunEnded, RunFlag } from "@coterie/core/runs/RunEnded.ts";
import { equal } from "@coterie/core/wire/Bytes.ts";

/** Whether both ran the same: language, first file, arguments, input and every file. */
export function ranTheSame(one: RunReceipt, other: RunReceipt): boolean {
  const alike =
    one.language === other.language &&
    one.entry === other.entry &&
    one.arguments.join("\0") === other.arguments.join("\0") &&
    one.arguments.length === other.arguments.length &&
    one.files.length === other.files.length &&
    equal(one.inputHash, other.inputHash);
  if (!alike) return false;
  const hashes = new Map(other.files.map(({ path, hash }) => [path, hash]));
  return one.files.every(({ path, hash }) => equal(hash, hashes.get(path) ?? new Uint8Array(0)));
}

/** Whether both ended alike and said the same. */
export function saidTheSame(one: RunEnded, other: RunEnded): boolean {
  return one.end === other.end && one.exitCode === other.exitCode && equal(one.saidHash, other.saidHash);
}

/** The other runs of the room that ran the very same, the newest first. */
export function repeats({ runs }: Room, id: string): readonly { readonly run: RunView; readonly same: boolean }[] {
  const receipt = runs.receiptOf(id);
  if (receipt === undefined) return [];
  return runs.view
    .get()
    .toReversed()
    .flatMap((run) => {
      const other = run.id === id ? undefined : runs.receiptOf(run.id);
      if (other === undefined || !ranTheSame(receipt, other)) return [];
      return [{ run, same: saidTheSame(receipt.ended, other.ended) }];
    });
}

/** What somebody typed makes another run of the same say something else. */
export function wasTyped({ flags }: RunEnded): boolean {
  return (flags & RunFlag.Typed) !== 0;
}
