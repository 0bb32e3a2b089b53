import { expect, test } from "vitest";
import { KeptContent } from "../../src/client/KeptContent.ts";

const MiB = 1024 * 1024;

test("64 MB stay, those that were looked at last", () => {
  const kept = new KeptContent();
  kept.keep("first", new Uint8Array(31 * MiB));
  kept.keep("second", new Uint8Array(33 * MiB));
  expect(kept.get("second")).toHaveLength(33 * MiB);
  expect(kept.get("first")).toHaveLength(31 * MiB);
  kept.keep("third", new Uint8Array(1));
  expect(kept.get("second")).toBeUndefined();
  expect(kept.get("first")).toHaveLength(31 * MiB);
  kept.keep("fourth", new Uint8Array(33 * MiB - 1));
  expect(["third", "first", "fourth"].filter((name) => kept.get(name) === undefined)).toEqual([]);
});

test("what alone is more than that does not stay, and takes the place of nothing but itself", () => {
  const kept = new KeptContent();
  kept.keep("small", new Uint8Array(2));
  kept.keep("large", new Uint8Array(64 * MiB));
  expect(kept.get("small")).toBeUndefined();
  kept.keep("small", new Uint8Array(2));
  kept.keep("larger", new Uint8Array(64 * MiB + 1));
  expect(kept.get("small")).toHaveLength(2);
  expect(kept.get("larger")).toBeUndefined();
  for (let nth = 0; nth < 100; nth++) kept.keep("again", new Uint8Array(MiB)); // counted once
  expect(kept.get("small")).toHaveLength(2);
});
