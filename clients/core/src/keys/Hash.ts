import { sha256 } from "@noble/hashes/sha2.js";
import { concat, utf8 } from "../wire/Bytes.ts";
import { source, subtle } from "./Subtle.ts";

/** The hash labels of PROTOCOL.md; K1 keeps one use's hash from being taken for another's. */
export type HashLabel =
  | "room"
  | "access"
  | "door"
  | "genesis"
  | "manifest"
  | "epoch-key"
  | "member"
  | "cert"
  | "session"
  | "origin"
  | "stream"
  | "chain"
  | "record"
  | "seen"
  | "stream-id"
  | "digest"
  | "bring"
  | "words"
  | "member-words"
  | "chunk"
  | "blob"
  | "run"
  | "run-output"
  | "run-input"
  | "run-file"
  | "exhibit";

const prefixes = new Map<HashLabel, Uint8Array>();

/** `H(label, x)` of section 1: SHA-256(`coterie/1/label` ‖ 00 ‖ parts), 32 bytes. Synchronous: ids and chain heads need it inline. */
export function hash(label: HashLabel, ...parts: readonly Uint8Array[]): Uint8Array {
  const sha = sha256.create().update(prefixOf(label));
  for (const part of parts) sha.update(part);
  return sha.digest();
}

/** The same of megabytes, as they are now: another thread takes a tenth of the time. */
export async function hashLong(label: HashLabel, bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await subtle.digest("SHA-256", source(concat(prefixOf(label), bytes))));
}

function prefixOf(label: HashLabel): Uint8Array {
  let prefix = prefixes.get(label);
  if (prefix === undefined) {
    prefix = utf8(`coterie/1/${label}\0`);
    prefixes.set(label, prefix);
  }
  return prefix;
}
