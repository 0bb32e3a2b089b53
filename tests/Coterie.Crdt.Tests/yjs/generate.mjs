// Sessions of real Yjs, one JSON text a line: node generate.mjs SEED COUNT LENGTH [KIND...]
// The committed corpus: node generate.mjs --corpus
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { codec } from "./codec.mjs";
import { kinds, record } from "./session.mjs";

const corpus = new URL("../corpus/sessions/", import.meta.url);
const misc = new URL("../corpus/misc/", import.meta.url);
const corpusLength = 24;
const corpusPerKind = 2;

/** Sessions of long runs in which this library once did something else than Yjs: kind, seed, length. */
const found = [
  ["mixed", 15093557, 40],
  ["mixed", 15243192, 40],
  ["gc-filter", 16083189, 40],
  ["gc-filter", 5570669, 40],
];

/** The first session from a seed on in which Yjs agrees with itself. */
function next(kind, seed, length) {
  for (let each = seed; ; each += 1000) {
    const session = record(kind, each, length);
    if (session !== null && session.updates.length > 0) return session;
  }
}

function write(session, name) {
  writeFileSync(new URL(`${name}.json`, corpus), `${JSON.stringify(session)}\n`);
}

function writeCorpus() {
  mkdirSync(misc, { recursive: true });
  writeFileSync(new URL("lib0-codec.json", misc), `${JSON.stringify({ vectors: codec(1) })}\n`);
  rmSync(corpus, { recursive: true, force: true });
  mkdirSync(corpus, { recursive: true });
  for (const kind of Object.keys(kinds))
    for (let seed = 1; seed <= corpusPerKind; seed++) write(next(kind, seed, corpusLength), `${kind}-${seed}`);
  for (const [kind, seed, length] of found) write(next(kind, seed, length), `${kind}-${seed}`);
}

const [first, count, length, ...chosen] = process.argv.slice(2);
if (first === "--corpus") writeCorpus();
else {
  const names = chosen.length > 0 ? chosen : Object.keys(kinds);
  for (let at = 0; at < Number(count); at++) {
    const session = next(names[at % names.length], Number(first) + at, Number(length));
    // Whoever reads may be slow, and a line that nobody waits for would stay in this process.
    await new Promise((written) => process.stdout.write(`${JSON.stringify(session)}\n`, written));
  }
}
