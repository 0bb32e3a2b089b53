import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { Case } from "./Case.ts";
import { judging } from "./Judging.ts";

// What judges in C# were shown by servers and members that lie, and said to each of it (tests/Coterie.Simulation): this one says the same.
const recorded: (object & { name: string })[] = JSON.parse(readFileSync(process.env["COTERIE_TRAFFIC"] ?? "", "utf8"));

test("J13 the recorded traffic has people in it", () => expect(recorded.length).toBeGreaterThan(0));

test.each(recorded)("J1 J13 M3 S3 $name", async (person) => {
  await judging["roomstate.json"]?.(new Case(person));
});
