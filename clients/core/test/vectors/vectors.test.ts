import { describe, expect, test } from "vitest";
import { type Author, Case, files, load } from "./Case.ts";
import { computing } from "./Computing.ts";
import { judging } from "./Judging.ts";

/** Every case that either language wrote holds here, field by field (tests/vectors/README.md). */
const AUTHORS: readonly Author[] = ["from-csharp", "from-typescript"];
const checks = { ...computing, ...judging };

for (const author of AUTHORS)
  for (const file of files(author))
    describe(`${author}/${file}`, () => {
      const check = checks[file];
      test("is a file of the schema", () => expect(check).toBeDefined());
      for (const fields of load(author, file))
        test(fields.name, async () => {
          const vector = new Case(fields);
          await check?.(vector);
          expect(vector.unread).toEqual([]);
        });
    });

test("there are vectors", () => expect(files("from-typescript").length).toBeGreaterThan(0));
