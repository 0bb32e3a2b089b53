import {
  failed,
  importEpochKey,
  importKeyPair,
  openLetter,
  openTitle,
  openWrap,
  parseManifest,
  parseWrap,
  type RoomId,
  readEvidence,
  readRecovery,
  toHex,
  utf8Text,
} from "../src/protocol.ts";
import { ByteReader } from "../src/wire/ByteReader.ts";
import type { Fields } from "./Canonical.ts";

export type OpenedAnswer = { readonly ok: Fields } | { readonly error: string };

const CONTENT = { error: "Content" };

/** The canonical answers about what is read only once it is opened: the questions bring the keys (tests/vectors/README.md). */
export const openedAnswers: Readonly<Record<string, (bytes: Uint8Array) => Promise<OpenedAnswer>>> = {
  title: async (bytes) => {
    const reader = new ByteReader(bytes);
    const epochKey = reader.bytes(32);
    const manifest = parseManifest(reader.rest());
    if (failed(manifest)) return CONTENT;
    const epoch = await importEpochKey(manifest.roomId, manifest.epoch, epochKey);
    const title = await openTitle(epoch, manifest.version, manifest.title);
    return title === undefined ? CONTENT : { ok: { title } };
  },
  "opened-wrap": async (bytes) => {
    const reader = new ByteReader(bytes);
    const own = await importKeyPair("dh", reader.bytes(32), reader.bytes(65));
    const manifest = parseManifest(reader.b16());
    const wrap = parseWrap(reader.rest());
    if (failed(manifest) || failed(wrap)) return CONTENT;
    const opened = await openWrap(wrap, manifest, own!);
    if (opened === undefined) return CONTENT;
    const { epochKey, role, cert } = opened;
    const given = "admission" in opened ? opened : undefined;
    return {
      ok: {
        epochKey: toHex(epochKey),
        role,
        admission: toHex(given?.admission.publicPoint ?? new Uint8Array(0)),
        linkSecret: toHex(given?.linkSecret ?? new Uint8Array(0)),
        cert: toHex(cert?.bytes ?? new Uint8Array(0)),
      },
    };
  },
  "opened-letter": async (bytes) => {
    const reader = new ByteReader(bytes);
    const owner = await importKeyPair("dh", reader.bytes(32), reader.bytes(65));
    const roomId = reader.id<RoomId>();
    const knocking = { signPub: reader.bytes(65), dhPub: reader.bytes(65) };
    const epochKey = reader.bytes(32);
    const letter = await openLetter(reader.rest(), owner!, roomId, knocking, epochKey);
    if (letter === undefined) return CONTENT;
    return { ok: { door: letter.door, knockKey: toHex(letter.knockKey), name: letter.name } };
  },
  evidence: async (bytes) => {
    const text = utf8Text(bytes);
    if (text === undefined) return { error: "Text" };
    const finding = await readEvidence(text);
    if ("error" in finding) return finding;
    const { kind, proven, stream, seq, time, witness, against } = finding;
    return { ok: { kind, proven, stream, seq: `${seq}`, time: `${time}`, witness, against: against ?? "" } };
  },
  recovery: async (bytes) => {
    const text = utf8Text(bytes);
    if (text === undefined) return { error: "Text" };
    const kit = await readRecovery(text, undefined);
    if ("error" in kit) return kit;
    const { genesis, editSecret } = kit;
    return {
      ok: {
        roomId: genesis.roomId,
        genesis: toHex(genesis.bytes),
        editSecret: toHex(editSecret ?? new Uint8Array(0)),
      },
    };
  },
};
