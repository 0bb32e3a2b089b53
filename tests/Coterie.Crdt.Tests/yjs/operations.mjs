import * as Y from "yjs";
import { untag } from "./values.mjs";

/** A root of a document: the types that a session names. */
export function root(doc, name, type) {
  switch (type) {
    case "text":
      return doc.getText(name);
    case "array":
      return doc.getArray(name);
    case "map":
      return doc.getMap(name);
    default:
      return doc.getXmlFragment(name);
  }
}

/** Does one recorded operation. */
export function apply(doc, roots, { op, path, i, n, s, k, v, attrs, delta }) {
  let target = root(doc, path[0], roots[path[0]]);
  for (const step of path.slice(1)) target = target.get(step);
  const attributes = attrs === undefined ? undefined : untag(attrs);
  switch (op) {
    case "text.insert":
      return target.insert(i, s, attributes);
    case "text.delete":
    case "array.delete":
    case "xml.delete":
      return target.delete(i, n);
    case "text.format":
      return target.format(i, n, attributes);
    case "text.embed":
      return target.insertEmbed(i, untag(v), attributes);
    case "text.delta":
      return target.applyDelta(delta.map(deltaStep));
    case "text.attr":
    case "xml.attr":
      return target.setAttribute(k, untag(v));
    case "xml.unattr":
      return target.removeAttribute(k);
    case "array.insert":
    case "xml.insert":
      return target.insert(i, untag(v));
    case "array.push":
      return target.push(untag(v));
    case "map.set":
      return target.set(k, untag(v));
    case "map.delete":
      return target.delete(k);
    case "map.clear":
      return target.clear();
    default:
      throw new Error(`no operation ${op}`);
  }
}

function deltaStep(step) {
  const made = { ...step };
  if ("insert" in made) made.insert = untag(made.insert);
  if ("attributes" in made) made.attributes = untag(made.attributes);
  return made;
}

const words = ["hello ", "x", "\n", "lorem", "é", "中文字", "foo()", "{ }", "0123456789", "a", "b"];
const pairs = ["😀", "a😀b", "𝒳", "👩‍👩‍👧"];
const keys = ["a", "b", "key", "", "ключ", "😀", "10", "9"];
const attributes = [
  { bold: true },
  { bold: null },
  { italic: true },
  { italic: true, bold: true },
  { color: "red" },
  { color: "blue" },
  { color: null },
  { link: { href: "x" } },
  { link: { href: "y", t: 1 } },
  { link: null },
];

/** Random operations on whatever a document holds. */
export class Operations {
  #random;
  #session;

  constructor(random, session) {
    this.#random = random;
    this.#session = session;
  }

  /** One that makes sense for the document as it is. */
  next(doc) {
    const name = this.#random.pick(Object.keys(this.#session.roots));
    return this.#below(root(doc, name, this.#session.roots[name]), [name], 0);
  }

  #below(type, path, depth) {
    const children = this.#children(type);
    if (children.length > 0 && depth < 4 && this.#random.chance(0.5)) {
      const [step, child] = this.#random.pick(children);
      return this.#below(child, [...path, step], depth + 1);
    }
    if (type instanceof Y.Text) return { path, ...this.#text(type) };
    if (type instanceof Y.Array) return { path, ...this.#array(type) };
    if (type instanceof Y.Map) return { path, ...this.#map(type) };
    return { path, ...this.#xml(type) };
  }

  #children(type) {
    if (type instanceof Y.Text) return [];
    const entries = type instanceof Y.Map ? [...type.entries()] : type.toArray().map((each, at) => [at, each]);
    return entries.filter(([, each]) => each instanceof Y.AbstractType);
  }

  #words() {
    const list = this.#session.pairs ? [...words, ...pairs, ...pairs] : words;
    return Array.from({ length: 1 + this.#random.below(3) }, () => this.#random.pick(list)).join("");
  }

  /** Where to insert; sessions of conflicts always choose the same few places. */
  #place(length) {
    return this.#random.below(this.#session.conflicts ? Math.min(length, 2) + 1 : length + 1);
  }

  #range(length, most) {
    const i = this.#random.below(length);
    return { i, n: 1 + this.#random.below(Math.min(most, length - i)) };
  }

  #text(text) {
    const { length } = text;
    if (this.#random.chance(0.02)) return { op: "text.attr", k: this.#random.pick(keys), v: this.#value() };
    if (this.#session.rich && this.#random.chance(0.6)) return this.#rich(text);
    if (length > 0 && this.#random.chance(0.35)) return { op: "text.delete", ...this.#range(length, 8) };
    return { op: "text.insert", i: this.#place(length), s: this.#words() };
  }

  #rich({ length }) {
    const attrs = this.#random.pick(attributes);
    switch (this.#random.below(length > 0 ? 5 : 2)) {
      case 0:
        return { op: "text.insert", i: this.#random.below(length + 1), s: this.#words(), attrs };
      case 1:
        return { op: "text.embed", i: this.#random.below(length + 1), v: { image: this.#words() }, attrs };
      case 2: {
        const { i, n } = this.#range(length, 6);
        const steps = [{ insert: this.#words(), attributes: attrs }, { retain: n, attributes: attrs }, { delete: n }];
        return { op: "text.delta", delta: [...(i > 0 ? [{ retain: i }] : []), this.#random.pick(steps)] };
      }
      default:
        return { op: "text.format", ...this.#range(length, 10), attrs };
    }
  }

  #array({ length }) {
    if (length > 0 && this.#random.chance(0.35)) return { op: "array.delete", ...this.#range(length, 3) };
    const v = Array.from({ length: 1 + this.#random.below(3) }, () => this.#listed());
    return this.#random.chance(0.2) ? { op: "array.push", v } : { op: "array.insert", i: this.#place(length), v };
  }

  #map(map) {
    const k = this.#random.pick(this.#session.conflicts ? ["v", "w"] : keys);
    if (this.#random.chance(0.04)) return { op: "map.clear" };
    if (map.size > 0 && this.#random.chance(0.25)) return { op: "map.delete", k };
    return { op: "map.set", k, v: this.#random.chance(0.3) ? this.#special() : this.#value() };
  }

  #xml(type) {
    if (type instanceof Y.XmlElement && this.#random.chance(0.3)) {
      const k = this.#random.pick(["id", "class", "x"]);
      return this.#random.chance(0.3) ? { op: "xml.unattr", k } : { op: "xml.attr", k, v: this.#words() };
    }
    if (type.length > 0 && this.#random.chance(0.3)) return { op: "xml.delete", ...this.#range(type.length, 2) };
    return { op: "xml.insert", i: this.#place(type.length), v: [this.#node(0)] };
  }

  #node(depth) {
    if (depth > 2 || this.#random.chance(0.5)) return { $: "xmltext", v: this.#words() };
    const children = Array.from({ length: this.#random.below(2) }, () => this.#node(depth + 1));
    const attrs = this.#random.chance(0.4) ? { id: this.#words() } : {};
    return { $: "xmlelem", name: this.#random.pick(["p", "div", "LI"]), attrs, children };
  }

  /** What an array takes: anything but undefined and BigInt. */
  #listed() {
    return this.#random.chance(0.15) ? this.#special() : this.#value(false);
  }

  /** A shared type, a subdocument or bytes, as far as the session has them. */
  #special() {
    const kinds = ["bin", ...(this.#session.nested ?? []), ...(this.#session.nested ?? [])];
    switch (this.#random.pick(kinds)) {
      case "text":
        return { $: "text", v: this.#words() };
      case "map":
        return { $: "map", v: { [this.#random.pick(keys)]: this.#value() } };
      case "array":
        return { $: "array", v: [this.#value(false)] };
      case "doc":
        return {
          $: "doc",
          guid: `guid-${this.#random.below(1e6)}`,
          meta: this.#random.chance(0.5) ? null : { m: this.#random.below(9) },
          autoLoad: this.#random.chance(0.3),
        };
      default:
        return { $: "bin", v: Buffer.from([this.#random.below(256), this.#random.below(256)]).toString("base64") };
    }
  }

  #value(any = true, depth = 0) {
    const numbers = [0, 1, -1, 63, 64, -64, 2 ** 31 - 1, 2 ** 31, 1e21, 0.1, -1.25, 16777217.5, 5e-324];
    const floats = ["NaN", "Infinity", "-Infinity", "-0"];
    const bigs = ["1", "-1", "9223372036854775807", "-9223372036854775808"];
    switch (this.#random.below(depth > 2 ? 5 : any ? 9 : 7)) {
      case 0:
        return null;
      case 1:
        return this.#random.chance(0.5);
      case 2:
        return this.#words();
      case 3:
        return { $: "f", v: this.#random.pick(floats) };
      case 4:
        return this.#random.pick(numbers);
      case 5:
        return Array.from({ length: this.#random.below(3) }, () => this.#value(true, depth + 1));
      case 6:
        return { [this.#random.pick(keys)]: this.#value(true, depth + 1), [this.#random.pick(keys)]: 1 };
      case 7:
        return { $: "undef" };
      default:
        return { $: "big", v: this.#random.pick(bigs) };
    }
  }
}
