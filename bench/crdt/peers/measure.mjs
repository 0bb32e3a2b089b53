// node --expose-gc measure.mjs CONTENDER INPUT REPETITIONS SECONDS WARMUP: one scenario, one contender; prints one line of JSON:
// {row: [values…]} with as many values as repetitions fit into the seconds, at least one. Times in milliseconds.
import { readFileSync } from "node:fs";
import { contenders } from "./contenders.mjs";

const [name, path, repetitions, seconds, warmUp] = process.argv.slice(2);
const Doc = contenders[name];
const input = JSON.parse(readFileSync(path, "utf8"));
const begin = performance.now();
const deadline = begin + Number(seconds) * 1_000;

const rows = {};
const put = (row, value) => {
  rows[row] ??= [];
  rows[row].push(value);
};
const timed = (row, work) => {
  const start = performance.now();
  const result = work();
  put(row, performance.now() - start);
  return result;
};
const must = (holds, what) => {
  if (!holds) throw new Error(`${name}, ${input.id}: ${what}`);
};
const nothing = () => {};

/** Own edits, one transaction and one update each, then the state as bytes, and back. */
function local() {
  let sent = 0;
  const doc = new Doc((update) => {
    sent += update.length;
  });
  if (input.values) {
    if (!doc.insert) return;
    timed("time", () => {
      for (const [at, values] of input.values) doc.insert(at, values);
    });
    must(doc.readList().length === input.length, "the list is not as long as it should be");
  } else {
    timed("time", () => {
      for (let time = 0; time < input.times; time++)
        for (const [at, removed, inserted] of input.edits) doc.edit(at, removed, inserted);
    });
    must(doc.read().length === input.length, "the text is not as long as it should be");
  }
  put("update, B", sent / (input.values ?? input.edits).length / input.times);
  state(doc);
  doc.free?.();
}

function state(doc) {
  const encoded = timed("encode", () => doc.encode());
  put("size, B", encoded.length);
  const again = timed("load", () => loaded(encoded, "apply"));
  again.free?.();
  if (!doc.encodeV2) return;
  const second = timed("encode v2", () => doc.encodeV2());
  put("size v2, B", second.length);
  timed("load v2", () => loaded(second, "applyV2")).free?.();
}

/** Loaded and read: a document that was not read may not have been loaded. */
function loaded(bytes, apply) {
  const doc = new Doc(undefined);
  doc[apply](bytes);
  const length = input.values ? doc.readList().length : doc.read().length;
  must(length === input.length, `loaded, it is ${length} long`);
  return doc;
}

/** Two people, each in one transaction, at once. */
function two() {
  const made = [[], []];
  const docs = [0, 1].map((n) => new Doc((update) => made[n].push(update)));
  docs[0].edit(0, 0, input.initial);
  for (const update of made[0].splice(0)) docs[1].apply(update);
  timed("time", () => {
    for (const [n, edits] of [input.first, input.second].entries())
      docs[n].together(() => {
        for (const [at, removed, inserted] of edits) docs[n].splice(at, removed, inserted);
      });
    for (const update of made[0]) docs[1].apply(update);
    for (const update of made[1]) docs[0].apply(update);
  });
  must(docs[0].read() === docs[1].read(), "the two differ");
  bytes(docs[0]);
  for (const doc of docs) doc.free?.();
}

/** The state as bytes, and back, where nobody knows its length before. */
function bytes(doc) {
  const encoded = timed("encode", () => doc.encode());
  put("size, B", encoded.length);
  const again = new Doc(undefined);
  timed("load", () => {
    again.apply(encoded);
    again.read();
  });
  again.free?.();
}

/** Many who each change one thing at once; one takes in all of it. */
function many() {
  if (!Doc.prototype.insert) return;
  const updates = [];
  for (let n = 0; n < input.clients; n++) {
    const doc = new Doc((update) => updates.push(update));
    if (input.what === "list") doc.insert(0, [`${n}`]);
    else if (input.what === "text") doc.edit(0, 0, `${n}`);
    else doc.set("v", valueFor(n));
    doc.free?.();
  }
  const all = new Doc(undefined);
  timed("time", () => all.applyAll(updates));
  const encoded = timed("encode", () => all.encode());
  put("size, B", encoded.length);
  const again = new Doc(undefined);
  timed("load", () => again.apply(encoded));
  for (const doc of [all, again]) doc.free?.();
}

function valueFor(n) {
  if (input.what === "number") return n;
  return input.what === "object" ? { name: `${n}`, address: "here" } : `${n}`.repeat(input.clients);
}

/** Updates of others, one by one, and merged without a document. */
let own;
function remote() {
  own ??= ownUpdates();
  const doc = new Doc(undefined);
  timed("time", () => {
    for (const update of own) doc.apply(update);
  });
  must(doc.read().length === input.length, "the text is not as long as it should be");
  doc.free?.();
  if (input.merged && Doc.merge) timed("merge", () => Doc.merge(own));
}

function ownUpdates() {
  if (input.updates)
    return name === "yjs" || name === "ywasm" ? input.updates.map((text) => Buffer.from(text, "base64")) : [];
  const updates = [];
  const doc = new Doc((update) => updates.push(update));
  for (const [at, removed, inserted] of input.edits) doc.edit(at, removed, inserted);
  doc.free?.();
  return updates;
}

/** Edits here and there in a text that has this size already. */
function growth() {
  for (const { size, edits } of input.sizes) {
    const doc = new Doc(nothing);
    for (let at = 0; at < size; at += 1_000) doc.edit(at, 0, "x".repeat(1_000));
    const start = performance.now();
    for (const [at, removed, inserted] of edits) doc.edit(at, removed, inserted);
    put(`µs per edit at ${size / 1_000} kB`, ((performance.now() - start) * 1_000) / edits.length);
    doc.free?.();
  }
}

/** What a loaded document holds on to, where it lies in JavaScript's memory and not in WebAssembly's. */
function memory() {
  if (name !== "yjs") return;
  const doc = new Doc(undefined);
  for (const [at, removed, inserted] of input.edits) doc.edit(at, removed, inserted);
  const bytes = doc.encode();
  doc.free?.();
  const used = () => {
    globalThis.gc();
    const { heapUsed, external, arrayBuffers } = process.memoryUsage();
    return heapUsed + external + arrayBuffers;
  };
  const copies = 10;
  const before = used();
  const kept = Array.from({ length: copies }, () => {
    const copy = new Doc(undefined);
    copy.apply(bytes);
    return copy;
  });
  put("MB", (used() - before) / copies / 1e6);
  must(kept[copies - 1].read().length === input.length, "loaded, it differs");
  for (const copy of kept) copy.free?.();
}

const scenario = { local, two, many, remote, growth, memory }[input.kind];
if (input.kind === "remote" && ownUpdates().length === 0) {
  console.log("{}");
  process.exit(0);
}
// Code is compiled again and better once it ran for a while, in .NET and in Node: what is measured is a program that runs.
do scenario();
while (performance.now() < Math.min(deadline, begin + Number(warmUp) * 1_000));
const warm = Object.keys(rows);
if (performance.now() < deadline) for (const row of warm) delete rows[row];
for (let n = 0; n < Number(repetitions) && performance.now() < deadline; n++) scenario();
console.log(JSON.stringify(rows));
