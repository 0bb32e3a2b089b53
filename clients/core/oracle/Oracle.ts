import { createInterface } from "node:readline";
import { fromHex } from "../src/protocol.ts";
import { answer } from "./Canonical.ts";

/** One line in, one line out, in order: see oracle.mjs. */
const lines = createInterface({ input: process.stdin, crlfDelay: Number.POSITIVE_INFINITY });
for await (const line of lines) {
  const [kind = "", hex = ""] = line.split(" ");
  const bytes = fromHex(hex);
  process.stdout.write(`${bytes === undefined ? '{"error":"NotHex"}' : JSON.stringify(answer(kind, bytes))}\n`);
}
