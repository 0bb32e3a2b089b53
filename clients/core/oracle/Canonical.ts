import {
  type BlobSecret,
  encodeEnvelope,
  type Failure,
  failed,
  type Parsed,
  parseCert,
  parseChat,
  parseChatState,
  parseClientFrame,
  parseDeletePayload,
  parseDoor,
  parseEnvelope,
  parseFileState,
  parseGenesis,
  parseHubFrame,
  parseLink,
  parseManifest,
  parsePresence,
  parseProfile,
  parseRecord,
  parseRoomId,
  parseSession,
  parseSignal,
  parseSnapshot,
  parseTestimony,
  parseTreePayload,
  parseTreeState,
  parseWrap,
  RecordClass,
  recordHash,
  SignalKind,
  type SnapshotTail,
  toHex,
  unpad,
  utf8Text,
  ZERO_ID,
} from "../src/protocol.ts";
import { partParsers } from "./PartAnswers.ts";
import { runParsers } from "./RunAnswers.ts";

/**
 * Every parser's answer in the one form that tests/vectors/README.md fixes: fields in order, bytes and ids as hex, u64 as
 * decimal text. Two implementations agree when these texts are equal.
 */
export type Fields = Readonly<Record<string, unknown>>;

/** `{"ok":{…}}` or `{"error":"Name"}`. */
export function answer(kind: string, bytes: Uint8Array): { readonly ok: Fields } | Failure {
  const parse = parsers[kind];
  if (parse === undefined) throw new RangeError(`no parser is called "${kind}"`);
  const parsed = parse(bytes);
  return failed(parsed) ? parsed : { ok: parsed };
}

/** By kind. */
export const parsers: Readonly<Record<string, (bytes: Uint8Array) => Fields | Failure>> = {
  ...runParsers,
  ...partParsers,
  genesis: (bytes) =>
    shown(parseGenesis(bytes), (genesis) => ({
      suite: 1,
      ownerSignPub: toHex(genesis.ownerSignPub),
      ownerDhPub: toHex(genesis.ownerDhPub),
      salt: toHex(genesis.salt),
      roomId: genesis.roomId,
    })),
  door: (bytes) =>
    shown(parseDoor(bytes), (door) => ({
      id: door.id,
      role: door.role,
      needs: door.needs,
      epoch: door.epoch,
      accessHash: toHex(door.accessHash),
      commit: toHex(door.commit),
      nonce: toHex(door.nonce),
      sealed: toHex(door.sealed),
    })),
  manifest: (bytes) =>
    shown(parseManifest(bytes), (manifest) => ({
      roomId: manifest.roomId,
      version: manifest.version,
      prevHash: toHex(manifest.prevHash),
      epoch: manifest.epoch,
      epochKeyHash: toHex(manifest.epochKeyHash),
      prevEpochKey: toHex(manifest.prevEpochKey),
      title: toHex(manifest.title),
      owners: manifest.owners.map(({ signPub, dhPub }) => ({ signPub: toHex(signPub), dhPub: toHex(dhPub) })),
      keepers: manifest.keepers,
      admissionEditor: toHex(manifest.admissionEditor),
      admissionViewer: toHex(manifest.admissionViewer),
      flags: manifest.flags,
      locked: manifest.locked,
      policy: manifest.policy,
      retention: manifest.retention,
      doors: manifest.doors.map(({ id, role, needs, hash }) => ({ id, role, needs, hash: toHex(hash) })),
      until: String(manifest.until),
      signer: manifest.signer,
      signature: toHex(manifest.signature),
      hash: toHex(manifest.hash),
    })),
  cert: (bytes) =>
    shown(parseCert(bytes), (cert) => ({
      roomId: cert.roomId,
      epoch: cert.epoch,
      role: cert.role,
      signPub: toHex(cert.signPub),
      dhPub: toHex(cert.dhPub),
      issuer: cert.issuer,
      signature: toHex(cert.signature),
      memberId: cert.memberId,
      hash: toHex(cert.hash),
    })),
  wrap: (bytes) =>
    shown(parseWrap(bytes), (wrap) => ({
      roomId: wrap.roomId,
      version: wrap.version,
      memberId: wrap.memberId,
      signer: wrap.signer,
      sealed: toHex(wrap.sealed),
      signature: toHex(wrap.signature),
    })),
  session: (bytes) =>
    shown(parseSession(bytes), (session) => ({
      roomId: session.roomId,
      memberId: session.memberId,
      certHash: toHex(session.certHash),
      random: toHex(session.random),
      replaces: session.replaces,
      challenge: toHex(session.challenge),
      originHash: toHex(session.originHash),
      signature: toHex(session.signature),
      sessionId: session.sessionId,
    })),
  record: (bytes) =>
    shown(parseRecord(bytes), (record) => ({
      suite: record.suite,
      class: record.class,
      version: record.version,
      roomId: record.roomId,
      stream: record.stream,
      session: record.session,
      counter: `${record.counter}`,
      seenSeq: `${record.seenSeq}`,
      seenHead: toHex(record.seenHead),
      clear: toHex(record.clear),
      ciphertext: toHex(record.ciphertext),
      signature: toHex(record.signature),
      hash: toHex(recordHash(record.bytes)),
    })),
  envelope: (bytes) =>
    shown(parseEnvelope(bytes), ({ seq, serverTime, record }) => ({
      seq: `${seq}`,
      serverTime: `${serverTime}`,
      record: toHex(record),
    })),
  "client-frame": (bytes) =>
    shown(parseClientFrame(bytes), (frame) =>
      frame.type === "offer"
        ? plain(frame, ["bytes"])
        : frame.type === "ping" || frame.type === "subscribe"
          ? plain(frame, ["nonce", "fromSeq"])
          : plain(frame),
    ),
  "hub-frame": (bytes) =>
    shown(parseHubFrame(bytes), (frame) =>
      "envelope" in frame
        ? { type: frame.type, envelope: toHex(encodeEnvelope(frame.envelope)) }
        : plain(frame, ["headSeq", "baseSeq", "counter", "seq", "serverTime", "nonce", "most", "room", "used"]),
    ),
  "room-id": (bytes) => inText(bytes, (text) => shown(parseRoomId(text), ({ roomId }) => ({ roomId }))),
  link: (bytes) => inText(bytes, (text) => shown(parseLink(text), (link) => plain(link))),
  tree: (bytes) => shown(parseTreePayload(bytes), ({ opId, name, secret }) => ({ opId, name, ...secretOf(secret) })),
  delete: (bytes) => shown(parseDeletePayload(bytes), ({ opId }) => ({ opId })),
  chat: (bytes) => shown(parseChat(bytes), ({ opId, kind, text }) => ({ opId, kind, text })),
  profile: (bytes) => shown(parseProfile(bytes), (profile) => plain(profile)),
  presence: (bytes) =>
    shown(parsePresence(bytes), ({ file, state, topLine, following, selections }) => ({
      file,
      state,
      topLine,
      following: following ?? ZERO_ID,
      selections: selections.map(({ anchor, head }) => ({ anchor: toHex(anchor), head: toHex(head) })),
    })),
  signal: (bytes) =>
    shown(parseSignal(bytes), (signal) =>
      signal.kind === SignalKind.Pulse
        ? {
            kind: signal.kind,
            streams: signal.streams.map(({ stream, seq, head }) => ({ stream, seq: `${seq}`, head: toHex(head) })),
            signature: toHex(signal.signature),
          }
        : signal.kind === SignalKind.Highlights
          ? {
              kind: signal.kind,
              ranges: signal.ranges.map(({ id, file, start, end }) => ({
                id,
                file,
                start: toHex(start),
                end: toHex(end),
              })),
            }
          : signal.kind === SignalKind.States
            ? {
                kind: signal.kind,
                states: signal.states.map(({ stream, seq, digest }) => ({
                  stream,
                  seq: `${seq}`,
                  digest: toHex(digest),
                })),
              }
            : { ...signal },
    ),
  snapshot: (bytes) =>
    shown(parseSnapshot(bytes), (snapshot) => {
      const { format, packing } = snapshot;
      if (format === 1) return { format, packing, state: toHex(snapshot.state) };
      return { format, packing, ...secretOf(snapshot), digest: toHex(snapshot.digest) };
    }),
  "state-yjs": (bytes) =>
    shown(parseFileState(bytes), (state) => ({
      yjs: toHex(state.yjs),
      digest: toHex(state.digest),
      versionFloor: state.versionFloor,
      claims: state.claims.map(({ clientId, memberId }) => ({ clientId: `${clientId}`, memberId })),
      counters: counters(state),
    })),
  "state-tree": (bytes) =>
    shown(parseTreeState(bytes), (state) => ({
      nodes: state.nodes.map(({ id, parent, kind, diedWith, creator, name, blob, secret }) => {
        const life = diedWith === undefined ? 1 : 0;
        const node = { id, parent, kind, life, diedWith: diedWith ?? ZERO_ID, creator, name };
        return blob === undefined ? node : { ...node, blob, ...secretOf(secret) };
      }),
      digest: toHex(state.digest),
      versionFloor: state.versionFloor,
      counters: counters(state),
    })),
  "state-chat": (bytes) =>
    shown(parseChatState(bytes), (state) => ({
      messages: state.messages.map(({ seq, time, memberId, opId, text }) => ({
        seq: `${seq}`,
        time: `${time}`,
        memberId,
        opId,
        text,
      })),
      digest: toHex(state.digest),
      versionFloor: state.versionFloor,
      counters: counters(state),
    })),
  testimony: (bytes) =>
    shown(parseTestimony(bytes), (testimony) => {
      const { bytes: signed, ...fields } = testimony;
      return { ...plain(fields, ["seq", "time"]), signature: toHex(signed.subarray(-64)) };
    }),
  unpad: (bytes) => {
    const payload = unpad(RecordClass.Edit, bytes);
    return payload === undefined ? { error: "Content" } : { payload: toHex(payload) };
  },
};

function shown<T extends object>(parsed: Parsed<T>, fields: (value: T) => Fields): Fields | Failure {
  return failed(parsed) ? parsed : fields(parsed);
}

function inText(bytes: Uint8Array, parse: (text: string) => Fields | Failure): Fields | Failure {
  const text = utf8Text(bytes);
  return text === undefined ? { error: "Text" } : parse(text);
}

/** Where a secret cannot be read, as a snapshot writes it. */
function secretOf(secret: BlobSecret | undefined): Fields {
  return { key: toHex(secret?.key ?? new Uint8Array(0)), size: `${secret?.size ?? 0}` };
}

function counters(state: SnapshotTail): Fields[] {
  return [...state.counters].map(([session, counter]) => ({ session, counter: `${counter}` }));
}

/** The value's own fields in their order. @param u64s the names of those that are u64. */
function plain(value: object, u64s: readonly string[] = []): Fields {
  return Object.fromEntries(
    Object.entries(value).map(([name, field]) => {
      if (u64s.includes(name)) return [name, `${field}`];
      return [name, plainField(field)];
    }),
  );
}

function plainField(field: unknown): unknown {
  if (field instanceof Uint8Array) return toHex(field);
  if (Array.isArray(field)) return field.map(plainField);
  return typeof field === "boolean" ? Number(field) : field;
}
