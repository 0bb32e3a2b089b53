// The same document, made by four libraries. Each contender has: text and list edits of one transaction each, with the update
// that would travel; application of an update; state as bytes and back. What a library cannot do is missing.
import * as dt from "diamond-types-node";
import { LoroDoc } from "loro-crdt";
import * as Y from "yjs";
import * as W from "ywasm";

class Yjs {
  constructor(onUpdate) {
    this.doc = new Y.Doc();
    this.text = this.doc.getText("text");
    this.array = this.doc.getArray("array");
    this.map = this.doc.getMap("map");
    if (onUpdate) this.doc.on("update", onUpdate);
  }
  edit(at, removed, inserted) {
    this.doc.transact(() => this.splice(at, removed, inserted));
  }
  splice(at, removed, inserted) {
    if (removed > 0) this.text.delete(at, removed);
    if (inserted !== "") this.text.insert(at, inserted);
  }
  insert(at, values) {
    this.array.insert(at, values);
  }
  set(key, value) {
    this.map.set(key, value);
  }
  together(work) {
    this.doc.transact(work);
  }
  apply(update) {
    Y.applyUpdate(this.doc, update);
  }
  applyAll(updates) {
    this.doc.transact(() => {
      for (const update of updates) Y.applyUpdate(this.doc, update);
    });
  }
  encode() {
    return Y.encodeStateAsUpdate(this.doc);
  }
  encodeV2() {
    return Y.encodeStateAsUpdateV2(this.doc);
  }
  applyV2(bytes) {
    Y.applyUpdateV2(this.doc, bytes);
  }
  read() {
    return this.text.toString();
  }
  readList() {
    return this.array.toJSON();
  }
  static merge(updates) {
    return Y.mergeUpdates(updates);
  }
}

class Ywasm {
  constructor(onUpdate) {
    this.doc = new W.YDoc({});
    this.text = this.doc.getText("text");
    this.array = this.doc.getArray("array");
    this.map = this.doc.getMap("map");
    this.transaction = undefined;
    if (onUpdate) this.doc.onUpdate(onUpdate);
  }
  together(work) {
    if (this.transaction) return work();
    this.transaction = this.doc.beginTransaction();
    try {
      work();
    } finally {
      this.transaction.commit();
      this.transaction.free();
      this.transaction = undefined;
    }
  }
  edit(at, removed, inserted) {
    this.together(() => this.splice(at, removed, inserted));
  }
  splice(at, removed, inserted) {
    if (removed > 0) this.text.delete(at, removed, this.transaction);
    if (inserted !== "") this.text.insert(at, inserted, undefined, this.transaction);
  }
  insert(at, values) {
    this.together(() => this.array.insert(at, values, this.transaction));
  }
  set(key, value) {
    this.together(() => this.map.set(key, value, this.transaction));
  }
  apply(update) {
    W.applyUpdate(this.doc, update, undefined);
  }
  applyAll(updates) {
    for (const update of updates) W.applyUpdate(this.doc, update, undefined);
  }
  encode() {
    return W.encodeStateAsUpdate(this.doc);
  }
  encodeV2() {
    return W.encodeStateAsUpdateV2(this.doc);
  }
  applyV2(bytes) {
    W.applyUpdateV2(this.doc, bytes, undefined);
  }
  read() {
    return this.text.toString(undefined);
  }
  readList() {
    return this.array.toJson(undefined);
  }
  free() {
    this.doc.free();
  }
}

class Loro {
  constructor(onUpdate) {
    this.doc = new LoroDoc();
    this.text = this.doc.getText("text");
    this.array = this.doc.getList("array");
    this.map = this.doc.getMap("map");
    if (onUpdate) this.doc.subscribeLocalUpdates(onUpdate);
  }
  together(work) {
    work();
    this.doc.commit();
  }
  edit(at, removed, inserted) {
    this.splice(at, removed, inserted);
    this.doc.commit();
  }
  splice(at, removed, inserted) {
    if (removed > 0) this.text.delete(at, removed);
    if (inserted !== "") this.text.insert(at, inserted);
  }
  insert(at, values) {
    for (let i = 0; i < values.length; i++) this.array.insert(at + i, values[i]);
    this.doc.commit();
  }
  set(key, value) {
    this.map.set(key, value);
    this.doc.commit();
  }
  apply(update) {
    this.doc.import(update);
  }
  applyAll(updates) {
    this.doc.importBatch(updates);
  }
  encode() {
    return this.doc.export({ mode: "snapshot" });
  }
  read() {
    return this.text.toString();
  }
  readList() {
    return this.array.toJSON();
  }
  free() {
    this.doc.free();
  }
}

class DiamondTypes {
  constructor(onUpdate) {
    this.doc = new dt.Doc(`a${Math.floor(Math.random() * 2 ** 32)}`);
    this.onUpdate = onUpdate;
  }
  together(work) {
    const before = this.onUpdate && this.doc.getLocalVersion();
    work();
    this.onUpdate?.(this.doc.getPatchSince(before));
  }
  edit(at, removed, inserted) {
    this.together(() => this.splice(at, removed, inserted));
  }
  splice(at, removed, inserted) {
    if (removed > 0) this.doc.del(at, removed);
    if (inserted !== "") this.doc.ins(at, inserted);
  }
  apply(update) {
    this.doc.mergeBytes(update);
  }
  applyAll(updates) {
    for (const update of updates) this.doc.mergeBytes(update);
  }
  encode() {
    return this.doc.toBytes();
  }
  read() {
    return this.doc.get();
  }
  free() {
    this.doc.free();
  }
}

export const contenders = { yjs: Yjs, ywasm: Ywasm, loro: Loro, "diamond-types": DiamondTypes };
