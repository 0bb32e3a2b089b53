import * as Y from "yjs";

/**
 * Values in a tagged form that JSON can hold: {"$": "undef" | "big" | "bin" | "f" | "text" | "xmltext" | "map" | "array" |
 * "xmlelem" | "doc", ...}. `untag` makes the value, `tag` the form that tells all of a value's content.
 */
export function untag(value) {
  if (Array.isArray(value)) return value.map(untag);
  if (value === null || typeof value !== "object") return value;
  if (!("$" in value)) return mapped(value, untag);
  const make = makers[value.$];
  if (make === undefined) throw new Error(`no value of kind ${value.$}`);
  return make(value);
}

const makers = {
  undef: () => undefined,
  big: (value) => BigInt(value.v),
  bin: (value) => new Uint8Array(Buffer.from(value.v, "base64")),
  f: (value) => (value.v === "-0" ? -0 : Number(value.v)),
  text: (value) => new Y.Text(value.v),
  xmltext: (value) => new Y.XmlText(value.v),
  map: (value) => new Y.Map(Object.entries(value.v).map(([key, each]) => [key, untag(each)])),
  array: (value) => Y.Array.from(value.v.map(untag)),
  xmlelem: (value) => {
    const element = new Y.XmlElement(value.name);
    for (const [key, each] of Object.entries(value.attrs)) element.setAttribute(key, untag(each));
    element.insert(0, value.children.map(untag));
    return element;
  },
  doc: (value) => new Y.Doc({ guid: value.guid, meta: value.meta, autoLoad: value.autoLoad }),
};

export function tag(value) {
  if (value === undefined) return { $: "undef" };
  if (typeof value === "bigint") return { $: "big", v: value.toString() };
  if (typeof value === "number" && (!Number.isFinite(value) || Object.is(value, -0)))
    return { $: "f", v: Object.is(value, -0) ? "-0" : String(value) };
  if (value === null || typeof value !== "object") return value;
  if (value instanceof Uint8Array) return { $: "bin", v: Buffer.from(value).toString("base64") };
  if (Array.isArray(value)) return value.map(tag);
  return shared(value) ?? mapped(value, tag);
}

function shared(value) {
  if (value instanceof Y.Doc) return { $: "doc", guid: value.guid, meta: tag(value.meta), autoLoad: value.autoLoad };
  if (value instanceof Y.XmlText) return { $: "xmltext", ...text(value) };
  if (value instanceof Y.Text) return { $: "text", ...text(value), length: value.length };
  if (value instanceof Y.Array) return { $: "array", v: value.toArray().map(tag), length: value.length };
  if (value instanceof Y.Map)
    return { $: "map", v: mapped(Object.fromEntries(value.entries()), tag), size: value.size };
  if (value instanceof Y.XmlElement)
    return {
      $: "xmlelem",
      name: value.nodeName,
      attrs: mapped(value.getAttributes(), tag),
      children: value.toArray().map(tag),
      string: value.toString(),
    };
  if (value instanceof Y.XmlFragment)
    return { $: "xmlfrag", children: value.toArray().map(tag), string: value.toString() };
  return undefined;
}

function text(value) {
  return { delta: value.toDelta().map(step), attrs: mapped(value.getAttributes(), tag), string: value.toString() };
}

function step(op) {
  const tagged = { insert: tag(op.insert) };
  if (op.attributes !== undefined) tagged.attributes = mapped(op.attributes, tag);
  return tagged;
}

function mapped(values, each) {
  return Object.fromEntries(Object.entries(values).map(([key, value]) => [key, each(value)]));
}
