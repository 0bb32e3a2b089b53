import {
  Classes,
  type Failure,
  failed,
  isName,
  isNodeName,
  Limits,
  parseId,
  parseRunClear,
  parseRunClientFrame,
  parseSnapshotClear,
  parseTreeChange,
  shownNames,
  splitClientMessage,
  toHex,
  utf8Text,
} from "../src/protocol.ts";
import { ByteReader } from "../src/wire/ByteReader.ts";
import type { Fields } from "./Canonical.ts";

/** The part of the canonical answers about what stands around and within frames and records. */
export const partParsers: Readonly<Record<string, (bytes: Uint8Array) => Fields | Failure>> = {
  message: (bytes) => {
    const frames = splitClientMessage(bytes);
    return failed(frames) ? frames : { frames: frames.map(toHex) };
  },
  /** J9 names no more than that it is not of the class's shape: so every error is Value. */
  clear: (bytes) => clear(bytes) ?? { error: "Value" },
  name: (bytes) => {
    const name = utf8Text(bytes);
    if (name === undefined) return { error: "Text" };
    return { person: Number(isName(name)), node: Number(isNodeName(name)) };
  },
  "shown-names": (bytes) => {
    const reader = new ByteReader(bytes);
    const names = reader.list(reader.u8(), 0, 255, () => reader.text16(0, Limits.MaxNameBytes));
    return reader.end() ?? { shown: shownNames(names) };
  },
  id: (bytes) => {
    const text = utf8Text(bytes);
    if (text === undefined) return { error: "Text" };
    const id = parseId(text);
    return id === undefined ? { error: "Value" } : { id };
  },
  "run-client-frame": (bytes) => {
    const frame = parseRunClientFrame(bytes);
    if (failed(frame)) return frame;
    if (frame.type === "start") return { ...frame, sealed: toHex(frame.sealed) };
    return frame.type === "watch"
      ? { ...frame, access: toHex(frame.access) }
      : { ...frame, command: toHex(frame.command) };
  },
};

function clear(bytes: Uint8Array): Fields | undefined {
  const [recordClass = 0, part] = [bytes[0], bytes.subarray(1)];
  switch (Classes[recordClass]?.clear) {
    case "tree":
    case "node": {
      const change = parseTreeChange(recordClass, part);
      if (failed(change)) return undefined;
      return { kind: change.kind, node: change.node, parent: change.parent, blob: change.blob ?? "" };
    }
    case "run": {
      const run = parseRunClear(part);
      return failed(run) ? undefined : { ...run };
    }
    case "snapshot": {
      const snapshot = parseSnapshotClear(part);
      if (failed(snapshot)) return undefined;
      const { stream, seq, head, previous, blobs } = snapshot;
      const blob = blobs.length === 1 ? toHex(blobs[0]!) : "";
      return { stream, seq: `${seq}`, head: toHex(head), previous: toHex(previous), blob };
    }
    case "empty":
      return part.length === 0 ? {} : undefined;
    case "blobs":
      return part.length > 0 && part.length === 1 + 32 * part[0]! ? {} : undefined;
    case "credit":
      return part.length === 4 ? {} : undefined;
    case "hash":
      return part.length === 32 ? {} : undefined;
    default:
      return undefined;
  }
}
