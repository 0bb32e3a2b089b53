import * as Y from "yjs";
import { apply, Operations, root } from "./operations.mjs";
import { Random } from "./random.mjs";
import { tag } from "./values.mjs";

/** What the kinds of sessions are about. A kind that begins with "undo" has an undo manager in each client. */
const all = { text: "text", rich: "text", array: "array", map: "map", xml: "xml" };
export const kinds = {
  text: { roots: { text: "text" } },
  rich: { roots: { rich: "text" }, rich: true },
  array: { roots: { array: "array" } },
  map: { roots: { map: "map" } },
  xml: { roots: { xml: "xml" } },
  surrogate: { roots: { text: "text" }, pairs: true },
  nested: { roots: { array: "array", map: "map" }, nested: ["text", "map", "array"] },
  subdoc: { roots: { array: "array", map: "map" }, nested: ["doc"] },
  "undo-text": { roots: { text: "text" } },
  "undo-rich": { roots: { rich: "text" }, rich: true },
  "undo-mixed": { roots: { text: "text", array: "array", map: "map" }, nested: ["text", "map"] },
  mixed: { roots: all, rich: true, nested: ["text", "map", "array", "doc"] },
  "conflict-text": { roots: { text: "text" }, conflicts: true },
  "conflict-map": { roots: { map: "map" }, conflicts: true },
  gapped: { roots: { text: "text", array: "array", map: "map" }, gapped: true },
  "big-ids": { roots: { text: "text", array: "array", map: "map" }, bigIds: true },
  bulk: { roots: { text: "text", array: "array" }, bulk: true },
  "gc-filter": { roots: { text: "text", array: "array", map: "map" }, nested: ["text", "map"], keeps: true },
  "undo-filter": { roots: { text: "text", array: "array", map: "map" }, nested: ["text", "map"], filters: true },
  "undo-doc": { roots: { text: "text", array: "array", map: "map" }, nested: ["text", "map"], whole: true },
};

const typing = "local";
const base64 = (bytes) => Buffer.from(bytes).toString("base64");
const bytes = (text) => Buffer.from(text, "base64");
const receive = (doc, codec, update) => (codec === "v1" ? Y.applyUpdate : Y.applyUpdateV2)(doc, update, "remote");

export function content(doc, roots) {
  return Object.fromEntries(Object.entries(roots).map(([name, type]) => [name, tag(root(doc, name, type))]));
}

/**
 * A random session of several clients on real Yjs: every step, every update it emitted, and what four orders of delivery make
 * of the updates. Answers null when Yjs itself does not come to the same content in all orders.
 */
export function record(kind, seed, length) {
  const random = new Random(seed);
  const settings = kinds[kind];
  const session = {
    kind,
    seed,
    gc: random.chance(0.7) || settings.keeps === true,
    observed: random.chance(0.5),
    clients: clientIds(random, settings),
    roots: settings.roots,
    updates: [],
    steps: [],
  };
  const run = new Run(session, settings, random);
  run.steps(settings.bulk ? length * 2 : length);
  session.encoded = run.peers.map((peer) => base64(Y.encodeStateAsUpdate(peer.doc)));
  return finish(session, run, random);
}

/** What an observer hears. */
function told(event) {
  const keys = [...event.keys].map(([key, { action, oldValue }]) => [key, { action, old: tag(oldValue) }]);
  return { path: event.path, delta: event.delta.map(tag), keys: Object.fromEntries(keys) };
}

function clientIds(random, settings) {
  const ids = new Set();
  const count = 2 + random.below(3);
  while (ids.size < count) {
    const small = random.chance(0.3);
    const most = settings.bigIds ? 2 ** 53 : small ? 10 : 2 ** 32;
    ids.add(Math.floor(random.next() * most));
  }
  return [...ids];
}

/** What a session of the kind gc-filter keeps of what is deleted: odd clocks, and longer items. */
const gcFilter = (item) => item.id.clock % 2 === 0 && item.length < 4;

/** What undo does in a session of the kind undo-filter: it hears of all changes, takes its own, leaves types and longer items. */
const filtered = {
  trackedOrigins: new Set([typing, "remote"]),
  captureTransaction: (transaction) => transaction.local,
  deleteFilter: (item) => item.content.type === undefined && item.length < 4,
  ignoreRemoteMapChanges: true,
};

class Run {
  constructor(session, settings, random) {
    this.session = session;
    this.settings = settings;
    this.random = random;
    this.operations = new Operations(random, settings);
    this.snapshots = [];
    this.positions = [];
    this.peers = session.clients.map((id) => this.#peer(id));
  }

  #peer(id) {
    const { gc, roots, kind } = this.session;
    const doc = new Y.Doc(this.settings.keeps ? { gc, gcFilter } : { gc });
    doc.clientID = id;
    const types = Object.entries(roots).map(([name, type]) => root(doc, name, type));
    const peer = { doc, known: new Set(), emitted: [], events: [], undo: null };
    if (this.session.observed)
      for (const type of types) type.observeDeep((events) => peer.events.push(events.map(told)));
    if (kind.startsWith("undo"))
      peer.undo = new Y.UndoManager(this.settings.whole ? doc : types, {
        captureTimeout: 1e9,
        ...(this.settings.filters ? filtered : { trackedOrigins: new Set([typing]) }),
      });
    let v1;
    doc.on("update", (update) => {
      v1 = update;
    });
    doc.on("updateV2", (update, _origin, _doc, transaction) => {
      if (transaction.local) peer.emitted.push({ v1: base64(v1), v2: base64(update) });
    });
    return peer;
  }

  steps(count) {
    for (let at = 0; at < count; at++) {
      const c = this.random.below(this.peers.length);
      const peer = this.peers[c];
      const dice = this.random.next();
      if (peer.undo !== null && dice < 0.15) this.#undo(peer, c);
      else if (dice < (this.settings.gapped || this.settings.conflicts ? 0.2 : 0.4)) this.#receive(peer, c);
      else this.#transact(peer, c);
      this.#look(peer, c);
    }
  }

  #transact(peer, c) {
    const ops = [];
    peer.doc.transact(() => {
      for (let n = 1 + this.random.below(3); n > 0; n--) {
        const op = this.operations.next(peer.doc);
        apply(peer.doc, this.session.roots, op);
        ops.push(op);
      }
    }, typing);
    this.#keep(peer, { t: "tx", c, ops }, true);
  }

  #undo(peer, c) {
    const t = this.random.pick(["undo", "undo", "redo", "stop"]);
    if (t === "undo") peer.undo.undo();
    else if (t === "redo") peer.undo.redo();
    else peer.undo.stopCapturing();
    this.#keep(peer, { t, c }, t !== "stop");
  }

  #receive(peer, c) {
    const missing = this.session.updates.flatMap((update, at) => (update.c === c || peer.known.has(at) ? [] : [at]));
    if (missing.length === 0) return;
    const order = this.settings.gapped || this.random.chance(0.2) ? this.random.shuffled(missing) : missing;
    const u = order.slice(0, 1 + this.random.below(order.length));
    const codec = this.random.pick(["v1", "v2"]);
    for (const at of u) {
      receive(peer.doc, codec, bytes(this.session.updates[at][codec]));
      peer.known.add(at);
    }
    this.#keep(peer, { t: "recv", c, u, codec }, peer.emitted.length > 0);
  }

  #keep(peer, step, emits) {
    if (peer.events.length > 0) step.events = peer.events.splice(0);
    if (emits) {
      step.emits = peer.emitted.map((update) => this.session.updates.push({ c: step.c, ...update }) - 1);
      peer.emitted.length = 0;
    }
    this.session.steps.push(step);
  }

  /** Now and then, what the past and a place look like. */
  #look({ doc }, c) {
    const afterStep = this.session.steps.length - 1;
    if (!this.session.gc && this.random.chance(0.04)) {
      const snapshot = Y.snapshot(doc);
      this.snapshots.push({
        afterStep,
        c,
        v1: base64(Y.encodeSnapshot(snapshot)),
        v2: base64(Y.encodeSnapshotV2(snapshot)),
        state: content(doc, this.session.roots),
      });
    }
    const name = Object.keys(this.session.roots).find((each) => ["text", "array"].includes(this.session.roots[each]));
    if (name === undefined || !this.random.chance(0.05)) return;
    const type = root(doc, name, this.session.roots[name]);
    const index = this.random.below(type.length + 1);
    const assoc = this.random.pick([0, -1]);
    const position = Y.createRelativePositionFromTypeIndex(type, index, assoc);
    this.positions.push({
      afterStep,
      c,
      root: name,
      index,
      assoc,
      bin: base64(Y.encodeRelativePosition(position)),
    });
  }
}

function finish(session, run, random) {
  const { updates } = session;
  const indexes = updates.map((_, at) => at);
  const orders = [
    { seq: indexes, codec: "v1", gc: session.gc },
    { seq: [...indexes].reverse(), codec: "v2", gc: session.gc },
    { seq: random.shuffled(indexes), codec: "v1", gc: !session.gc },
    { seq: [...random.shuffled(indexes), ...indexes.slice(0, 5)], codec: "v2", gc: session.gc },
  ];
  session.deliveries = orders.map((order) => deliver(session, order));
  const states = session.deliveries.map((each) => JSON.stringify(each.state));
  if (states.some((state) => state !== states[0])) return null;
  session.final = { state: session.deliveries[0].state, stateVector: session.deliveries[0].stateVector };
  for (const delivery of session.deliveries) delete delivery.state;
  session.merged = merge(updates);
  session.mergedOdd = mergeOdd(updates);
  session.diff = diff(session, random);
  session.obfuscated = obfuscate(session.merged);
  for (const snapshot of run.snapshots) look(snapshot, run, session);
  const first = run.peers[0].doc;
  for (const update of updates) Y.applyUpdate(first, bytes(update.v1));
  for (const position of run.positions) {
    const place = Y.decodeRelativePosition(bytes(position.bin));
    position.finalIndex = Y.createAbsolutePositionFromRelativePosition(place, first)?.index ?? null;
  }
  session.relativePositions = run.positions;
  session.snapshots = run.snapshots;
  return session;
}

function deliver({ updates, roots }, { seq, codec, gc }) {
  const doc = new Y.Doc({ gc });
  const checkpoints = [];
  const distance = Math.max(4, Math.ceil(seq.length / 3));
  seq.forEach((update, at) => {
    receive(doc, codec, bytes(updates[update][codec]));
    if ((at + 1) % distance !== 0) return;
    checkpoints.push({
      after: at + 1,
      sv: base64(Y.encodeStateVector(doc)),
      state: content(doc, roots),
      pending: doc.store.pendingStructs !== null,
      pendingDs: doc.store.pendingDs !== null,
    });
  });
  return {
    seq,
    codec,
    gc,
    checkpoints,
    state: content(doc, roots),
    stateVector: base64(Y.encodeStateVector(doc)),
    encodedV1: base64(Y.encodeStateAsUpdate(doc)),
    encodedV2: base64(Y.encodeStateAsUpdateV2(doc)),
  };
}

function merge(updates) {
  const v1 = Y.mergeUpdates(updates.map((update) => bytes(update.v1)));
  const v2 = Y.mergeUpdatesV2(updates.map((update) => bytes(update.v2)));
  const { from, to } = Y.parseUpdateMeta(v1);
  return {
    v1: base64(v1),
    v2: base64(v2),
    svFromUpdate: base64(Y.encodeStateVectorFromUpdate(v1)),
    meta: { from: [...from], to: [...to] },
    v1toV2: base64(Y.convertUpdateFormatV1ToV2(v1)),
    v2toV1: base64(Y.convertUpdateFormatV2ToV1(v2)),
  };
}

function mergeOdd(updates) {
  const u = updates.flatMap((_, at) => (at % 2 === 1 ? [at] : []));
  if (u.length < 2) return null;
  return {
    u,
    v1: base64(Y.mergeUpdates(u.map((at) => bytes(updates[at].v1)))),
    v2: base64(Y.mergeUpdatesV2(u.map((at) => bytes(updates[at].v2)))),
  };
}

function diff({ updates, merged }, random) {
  const doc = new Y.Doc();
  for (const update of updates.slice(0, random.below(updates.length + 1))) Y.applyUpdate(doc, bytes(update.v1));
  const sv = Y.encodeStateVector(doc);
  return {
    sv: base64(sv),
    v1: base64(Y.diffUpdate(bytes(merged.v1), sv)),
    v2: base64(Y.diffUpdateV2(bytes(merged.v2), sv)),
  };
}

/** Without what people wrote: all of it hidden, and only what is always hidden. */
function obfuscate(merged) {
  const least = { formatting: false, subdocs: false, yxml: false };
  const v1 = bytes(merged.v1);
  const v2 = bytes(merged.v2);
  return {
    v1: base64(Y.obfuscateUpdate(v1)),
    v2: base64(Y.obfuscateUpdateV2(v2)),
    leastV1: base64(Y.obfuscateUpdate(v1, least)),
    leastV2: base64(Y.obfuscateUpdateV2(v2, least)),
  };
}

/** What a snapshot says of a document that has gone on: the past, each text then and since, and which updates are in it. */
function look(snapshot, { peers, snapshots }, { updates, roots }) {
  const { doc } = peers[snapshot.c];
  const then = Y.decodeSnapshot(bytes(snapshot.v1));
  snapshot.restored = content(Y.createDocFromSnapshot(doc, then), roots);
  const before = snapshots.filter((each) => each.c === snapshot.c && each.afterStep < snapshot.afterStep).at(-1);
  const previous = before === undefined ? Y.emptySnapshot : Y.decodeSnapshot(bytes(before.v1));
  const who = (type, id) => ({ user: id.client, type });
  snapshot.deltas = {};
  for (const [name, type] of Object.entries(roots)) {
    if (type !== "text") continue;
    const text = doc.getText(name);
    snapshot.deltas[name] = {
      was: text.toDelta(then).map(tag),
      since: text.toDelta(undefined, then).map(tag),
      between: text.toDelta(then, previous).map(tag),
      who: text.toDelta(then, previous, who).map(tag),
    };
  }
  snapshot.contains = updates.map((update) => Y.snapshotContainsUpdate(then, bytes(update.v1)));
}
