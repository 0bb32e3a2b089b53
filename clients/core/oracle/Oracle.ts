import { createInterface } from "node:readline";
import { fromHex } from "../src/protocol.ts";
import { answer } from "./Canonical.ts";
import { openedAnswers } from "./OpenedAnswers.ts";

/** One line in, one line out, in order: see oracle.mjs. */
const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
for await (const line of lines) {
  const [kind = "", hex = ""] = line.split(" ");
  const bytes = fromHex(hex);
  const said =
    bytes === undefined ? { error: "NotHex" } : ((await openedAnswers[kind]?.(bytes)) ?? answer(kind, bytes));
  process.stdout.write(`${JSON.stringify(said)}\n`);
}
