import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { describe, expect, test } from "vitest";
import { load, path } from "./Case.ts";
import { drawn } from "./Drawn.ts";
import { fixed } from "./Fixed.ts";
import { trials } from "./Trials.ts";

/**
 * COTERIE_WRITE_VECTORS=1 writes tests/vectors/from-typescript anew. Otherwise the files with fixed inputs must come out the
 * same, and of those with drawn keys, whose cases vectors.test.ts checks, the same cases must.
 */
const WRITE = process.env.COTERIE_WRITE_VECTORS === "1";
const named = (cases: readonly object[]) => cases.map((each) => ("name" in each ? each.name : undefined));

describe("from-typescript", () => {
  for (const [file, generate] of Object.entries({ ...fixed, ...drawn, ...trials }))
    test(`${file} is up to date`, { timeout: 60_000 }, async () => {
      const cases = await generate();
      const target = path("from-typescript", file);
      if (WRITE) {
        mkdirSync(dirname(target), { recursive: true });
        writeFileSync(target, `[\n${cases.map((each) => JSON.stringify(each)).join(",\n")}\n]\n`);
      }
      expect(existsSync(target)).toBe(true);
      const kept = load("from-typescript", file);
      expect(file in fixed ? kept : named(kept)).toEqual(file in fixed ? cases : named(cases));
    });
});
