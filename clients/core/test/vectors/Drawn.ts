import { answer } from "../../oracle/Canonical.ts";
import { subtle } from "../../src/keys/Subtle.ts";
import {
  argon2id,
  type BlobId,
  type ClientFrame,
  ClientKind,
  concat,
  doorHash,
  doorKeys,
  doorSeed,
  encodeChat,
  encodeChatState,
  encodeCleared,
  encodeClientFrame,
  encodeDeletePayload,
  encodeEnvelope,
  encodeFileState,
  encodeHighlights,
  encodeHubFrame,
  encodePresence,
  encodeProfile,
  encodePulse,
  encodeSpotlight,
  encodeStates,
  encodeTreePayload,
  encodeTreeState,
  exportScalar,
  fixedStreams,
  generateKeyPair,
  type HubFrame,
  idBytes,
  idOf,
  importVerifyingKey,
  inBlob,
  kdf,
  Limits,
  type MemberId,
  memberWords,
  Needs,
  type NodeId,
  NodeKind,
  nextHead,
  type OpId,
  openRecord,
  pad,
  passwordBytes,
  RecordClass,
  RecordKeys,
  Role,
  roomIdText,
  type SessionId,
  type StreamId,
  sealDoor,
  sealTo,
  seenHead,
  sign,
  toHex,
  utf8,
  verificationWords,
  verify,
  writeRecovery,
  ZERO_ID,
} from "../../src/protocol.ts";
import { found, random } from "../Founding.ts";
import { Table } from "../Table.ts";
import { must } from "./Case.ts";
import { given, placeWrap, roleWrap } from "./Given.ts";
import { evidenceCases } from "./Witnessing.ts";

/** Vector files with drawn keys: written once, kept, and checked by both languages. */
export const drawn: Readonly<Record<string, () => Promise<object[]>>> = {
  "parse.json": parseCases,
  "signature.json": signatureCases,
  "genesis.json": async () => {
    const { genesis } = await found();
    const { roomId } = genesis;
    const streams = { ...fixedStreams(roomId) };
    return [{ name: "K4 R6 a room", genesis: toHex(genesis.bytes), roomId, text: roomIdText(roomId), streams }];
  },
  "doors.json": doorCases,
  "records.json": recordCases,
  "heads.json": headCases,
  "words.json": async () => {
    const { genesis, manifest } = await found();
    const words = verificationWords(genesis, manifest);
    return [{ name: "K11 six words", genesis: toHex(genesis.bytes), manifestHash: toHex(manifest.hash), words }];
  },
  "member-words.json": async () => {
    const { genesis } = await found();
    const memberId = idOf<MemberId>(random(16));
    const words = memberWords(genesis.roomId, memberId);
    return [{ name: "K13 six words of a member", roomId: genesis.roomId, memberId, words }];
  },
  "recovery.json": recoveryCases,
  "evidence.json": evidenceCases,
  "hpke.json": async () => {
    const cases: object[] = [];
    for (const length of [0, 98, 250]) {
      const recipient = await generateKeyPair("dh", true);
      const [info, aad, plain] = [random(31), random(37), random(length)];
      const sealed = await sealTo(recipient.publicPoint, info, aad, plain);
      cases.push({
        name: `K12 ${length} bytes sealed to a key`,
        privateScalar: toHex(await exportScalar(recipient)),
        publicKey: toHex(recipient.publicPoint),
        info: toHex(info),
        aad: toHex(aad),
        plaintext: toHex(plain),
        sealed: toHex(sealed),
      });
    }
    return cases;
  },
  ...given,
};

async function parseCases(): Promise<object[]> {
  const table = await Table.lay("client");
  const { genesis, manifest } = table.founding;
  const { cert, session } = table.editor;
  const record = await table.write(table.editor, RecordClass.Edit, table.file);
  const presence = await table.write(table.viewer, RecordClass.Presence, table.room.streams.presence);
  const envelope = { seq: 2 ** 40 + 1, serverTime: 1_700_000_000_000, record: record.bytes };
  const opId = idOf<OpId>(random(16));
  const tail = { versionFloor: 3, counters: new Map([[idOf<SessionId>(random(16)), 2 ** 33]]) };
  const node = { id: table.file, kind: 1, parent: idOf<NodeId>(new Uint8Array(16)), creator: cert.memberId } as const;
  const kept = { seq: 1, time: 2, memberId: cert.memberId, opId, text: "hello 🌍" };
  const blob = toHex(random(32)) as BlobId;
  const quiet = { file: table.file, topLine: 0, following: undefined };
  const samples: [string, Uint8Array][] = [
    ["genesis", genesis.bytes],
    ["manifest", manifest.bytes],
    ["cert", cert.bytes],
    ["session", session.bytes],
    ["wrap", (await roleWrap()).wrap.bytes],
    ["wrap", (await placeWrap()).wrap.bytes],
    ["record", record.bytes],
    ["record", presence.bytes],
    ["envelope", encodeEnvelope(envelope)],
    ["room-id", utf8(roomIdText(genesis.roomId))],
    ["tree", encodeTreePayload({ opId, name: "näme.ts" })],
    ["tree", encodeTreePayload({ opId, name: "näme.png", secret: { key: random(32), size: 2_500_000 } })],
    ["delete", encodeDeletePayload({ opId })],
    ["chat", encodeChat({ opId, kind: 1, text: "hi" })],
    ["profile", encodeProfile({ name: "Ada", colour: random(3), client: ClientKind.Browser })],
    ["profile", encodeProfile({ name: "Pi", colour: random(3), client: ClientKind.Agent })],
    [
      "presence",
      encodePresence({
        ...quiet,
        state: 5,
        topLine: 7,
        following: cert.memberId,
        selections: [{ anchor: random(5), head: random(0) }],
      }),
    ],
    ["presence", encodePresence({ ...quiet, state: 8, selections: [] })],
    ["signal", encodePulse({ streams: [{ stream: table.file, seq: 9, head: random(16) }], signature: random(64) })],
    ["signal", encodeStates([{ stream: table.file, seq: 9, digest: random(32) }])],
    ["signal", encodeSpotlight(7)],
    ["signal", encodeHighlights([{ id: opId, file: table.file, start: random(9), end: random(0) }])],
    ["signal", encodeCleared([{ member: cert.memberId, id: opId }])],
    ["snapshot", concat(Uint8Array.of(1, 1), random(9))],
    ["snapshot", inBlob(1, { key: random(32), size: 300_000 }, random(32))],
    [
      "state-yjs",
      encodeFileState({
        ...tail,
        yjs: random(9),
        digest: random(32),
        claims: [{ clientId: 77, memberId: cert.memberId }],
      }),
    ],
    ["state-tree", encodeTreeState([{ ...node, diedWith: undefined, name: "a" }], tail)],
    ["state-tree", encodeTreeState([{ ...node, diedWith: table.file, name: "a" }], tail)],
    [
      "state-tree",
      encodeTreeState(
        [
          {
            ...node,
            kind: NodeKind.Binary,
            diedWith: undefined,
            name: "a.png",
            blob,
            secret: { key: random(32), size: 0 },
          },
        ],
        tail,
      ),
    ],
    ["state-chat", encodeChatState([kept], tail)],
    ["unpad", pad(RecordClass.Edit, random(100))],
    ...clientFrames(table).map((frame): [string, Uint8Array] => ["client-frame", encodeClientFrame(frame).subarray(4)]),
    ...hubFrames(table).map((frame): [string, Uint8Array] => ["hub-frame", encodeHubFrame(frame).subarray(4)]),
  ];
  return samples.flatMap(([kind, bytes]) => variants(bytes).map(([what, variant]) => parseCase(kind, what, variant)));
}

function parseCase(kind: string, what: string, bytes: Uint8Array): object {
  return { name: `${kind} ${what}`, kind, bytes: toHex(bytes), ...answer(kind, bytes) };
}

/** The bytes as they are, cut, lengthened, and with single bytes changed. */
function variants(bytes: Uint8Array): [string, Uint8Array][] {
  const changed = (at: number): [string, Uint8Array] => {
    const copy = bytes.slice();
    copy[at]! ^= 0xff;
    return [`with byte ${at} changed`, copy];
  };
  return [
    ["whole", bytes],
    ["cut", bytes.subarray(0, bytes.length - 1)],
    ["lengthened", concat(bytes, Uint8Array.of(0))],
    changed(0),
    changed(bytes.length >> 1),
    changed(bytes.length - 1),
  ];
}

function clientFrames(table: Table): ClientFrame[] {
  const { genesis, manifest } = table.founding;
  const { cert, session } = table.editor;
  const roomId = genesis.roomId;
  const blob = toHex(random(32)) as BlobId;
  return [
    { type: "hello", suite: 1, features: 0 },
    { type: "look", roomId },
    { type: "open", roomId, door: 2, access: random(32) },
    {
      type: "create",
      kind: 1,
      adminKey: utf8("key"),
      genesis: genesis.bytes,
      manifests: [manifest.bytes],
      doors: [random(163)],
    },
    { type: "join", cert: cert.bytes, session: session.bytes },
    { type: "subscribe", stream: table.file, fromSeq: 5, fromHead: random(32), mode: 1 },
    { type: "unsubscribe", stream: table.file },
    { type: "append", record: random(200) },
    { type: "send", record: random(100) },
    { type: "manifest", manifest: manifest.bytes, doors: [random(163)], wraps: [random(300), random(2)] },
    { type: "ping", nonce: 2 ** 53 - 1 },
    { type: "leave" },
    { type: "destroy", owner: 0, signature: random(64) },
    { type: "give", wraps: [random(300)] },
    { type: "fetch", roomId: manifest.roomId, memberId: cert.memberId },
    { type: "knock", signPub: cert.signPub, dhPub: cert.dhPub, letters: [random(Limits.MaxLetterBytes), random(0)] },
    { type: "turnAway", memberId: cert.memberId },
    { type: "offer", blob, bytes: 131_088 + 80, hashes: [random(32), random(32)] },
    { type: "chunk", blob, index: 1, bytes: random(80) },
    { type: "want", blob, index: 1_023 },
  ];
}

function hubFrames(table: Table): HubFrame[] {
  const { genesis, manifest, incarnation } = table.founding;
  const { cert, session } = table.editor;
  const { sessionId } = session;
  const [stream, head] = [table.file, random(32)];
  const envelope = { seq: 1, serverTime: 2, record: random(30) };
  const blob = toHex(random(32)) as BlobId;
  return [
    { type: "welcome", suite: 1, features: 3, challenge: random(32), serverTime: 1, adminKeyNeeded: true },
    { type: "room", kind: 0, incarnation, genesis: genesis.bytes, manifests: [manifest.bytes] },
    { type: "door", door: random(163) },
    { type: "created", roomId: genesis.roomId },
    { type: "joined", session: sessionId },
    { type: "stream", stream, headSeq: 7, head, baseSeq: 3, baseHead: random(32) },
    { type: "snapshot", envelope },
    { type: "deliver", envelope },
    { type: "relay", record: random(30) },
    { type: "ack", session: sessionId, stream, counter: 3, seq: 9, serverTime: 10, head },
    { type: "refused", session: sessionId, stream, class: 1, counter: 3, code: 8, text: "no" },
    { type: "member", live: true, cert: cert.bytes, session: session.bytes },
    { type: "gone", session: sessionId },
    { type: "manifest", manifest: manifest.bytes },
    { type: "error", code: 1, stream: ZERO_ID as StreamId, text: "say hello first", fatal: true },
    { type: "error", code: 26, stream, text: "close one", fatal: false },
    { type: "pong", nonce: 5, serverTime: 6 },
    { type: "destroyed" },
    { type: "wrap", wrap: random(300) },
    { type: "waiting", owners: 2 },
    { type: "knocked", signPub: cert.signPub, dhPub: cert.dhPub, letter: random(200) },
    { type: "knockEnded", memberId: cert.memberId },
    { type: "storage", most: 2_500_000, room: 2 ** 40, used: 7 },
    { type: "offered", blob, missing: [0, 513] },
    { type: "took", blob, index: 513 },
    { type: "chunk", blob, index: 0, bytes: random(80) },
    { type: "blobRefused", blob, code: 26, text: "no" },
  ];
}

const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

async function signatureCases(): Promise<object[]> {
  const { owner } = await found();
  const data = random(50);
  const right = await sign(owner.sign.privateKey, "cert", data);
  const s = BigInt(`0x${toHex(right.subarray(32))}`);
  const high = concat(
    right.subarray(0, 32),
    Uint8Array.from(Buffer.from((ORDER - s).toString(16).padStart(64, "0"), "hex")),
  );
  const zero = concat(right.subarray(0, 32), new Uint8Array(32));
  const other = right.slice();
  other[40]! ^= 1;
  const publicKey = (await importVerifyingKey(owner.sign.publicPoint))!;
  const cases: [string, string, Uint8Array][] = [
    ["K1 a signature", "cert", right],
    ["K2 with a high s", "cert", high],
    ["K2 with s = 0", "cert", zero],
    ["K1 of another purpose", "session", right],
    ["K2 with another s", "cert", other],
  ];
  return Promise.all(
    cases.map(async ([name, label, signature]) => ({
      name,
      publicKey: toHex(owner.sign.publicPoint),
      label,
      data: toHex(data),
      signature: toHex(signature),
      valid: await verify(publicKey, label as "cert", data, signature),
    })),
  );
}

async function doorCases(): Promise<object[]> {
  const founding = await found();
  const { roomId, salt } = founding.genesis;
  const link = random(32);
  const cases: object[] = [];
  for (const [needs, byApproval] of [
    ...Object.values(Needs).map((each) => [each, false] as const),
    [Needs.Link, true] as const,
  ]) {
    const password = needs === Needs.Link ? "" : "open sesame";
    const pass = password === "" ? undefined : await argon2id(must(passwordBytes(password)), salt);
    const [id, role, nonce] = [needs + 1, needs === Needs.Password ? Role.Viewer : Role.Editor, random(12)] as const;
    const half = needs === Needs.Password ? undefined : link;
    const seed = doorSeed(roomId, id, needs, half, pass)!;
    const keys = doorKeys(seed, roomId);
    const admission = await exportScalar(role === Role.Editor ? founding.editorAdmission : founding.viewerAdmission);
    const { epochKeyBytes: epochKey } = founding;
    const door = await sealDoor(roomId, keys, {
      id,
      role,
      needs,
      epoch: 2,
      nonce,
      epochKey,
      admissionScalar: byApproval ? undefined : admission,
    });
    cases.push({
      name: byApproval ? "Q1 a door of a room by approval" : `K5 a door that needs ${needs}`,
      roomId,
      salt: toHex(salt),
      door: id,
      needs,
      link: toHex(half ?? random(0)),
      password,
      epoch: 2,
      role,
      epochKey: toHex(epochKey),
      admission: byApproval ? "" : toHex(admission),
      nonce: toHex(nonce),
      seed: toHex(seed),
      access: toHex(keys.access),
      kek: toHex(keys.kek),
      commit: toHex(keys.commit),
      bytes: toHex(door.bytes),
      hash: toHex(doorHash(door.bytes)),
    });
  }
  return cases;
}

async function recordCases(): Promise<object[]> {
  const table = await Table.lay("client");
  const { owner } = table;
  const streams = table.room.streams;
  const wanted = [
    [RecordClass.Edit, table.file, random(0), random(70)],
    [RecordClass.Chat, streams.chat, Uint8Array.of(0), utf8("hello")],
    [RecordClass.Presence, streams.presence, random(0), random(0)],
    [RecordClass.Media, streams.control, random(0), random(200)],
  ] as const;
  return Promise.all(
    wanted.map(async ([recordClass, stream, clear, payload]) => {
      const record = await table.write(owner, recordClass, stream, { clear, payload });
      const { memberId } = owner.cert;
      const opened = await openRecord(new RecordKeys(), table.epoch, record, memberId);
      if (opened === undefined) throw new Error("a fresh record does not open");
      const context = concat(Uint8Array.of(recordClass), idBytes(stream), idBytes(memberId));
      const pkcs8 = new Uint8Array(await subtle.exportKey("pkcs8", owner.identity.sign.privateKey));
      const { class: number, version, roomId, session, counter, seenSeq } = record;
      return {
        name: `R3 a record of class ${recordClass}`,
        epochKey: toHex(table.founding.epochKeyBytes),
        memberId,
        header: {
          class: number,
          version,
          roomId,
          stream,
          session,
          counter: `${counter}`,
          seenSeq: `${seenSeq}`,
          seenHead: toHex(record.seenHead),
        },
        clear: toHex(clear),
        payload: toHex(payload),
        privateKey: toHex(pkcs8),
        publicKey: toHex(owner.cert.signPub),
        key: toHex(kdf(table.founding.epochKeyBytes, idBytes(session), "rec", context)),
        plaintext: toHex(pad(recordClass, payload)),
        bytes: toHex(record.bytes),
      };
    }),
  );
}

async function headCases(): Promise<object[]> {
  const table = await Table.lay("client");
  const { incarnation, manifest, genesis } = table.founding;
  const head0 = table.room.firstHead(table.file);
  let head = head0;
  const records: object[] = [];
  for (let seq = 1; seq <= 3; seq++) {
    const record = await table.write(table.editor, RecordClass.Edit, table.file);
    head = nextHead(head, seq, 1_000 + seq, record.bytes);
    const shown = { record: toHex(record.bytes), seq: `${seq}`, serverTime: `${1_000 + seq}`, head: toHex(head) };
    records.push({ ...shown, seen: toHex(seenHead(head, manifest.hash)) });
  }
  const inputs = { roomId: genesis.roomId, stream: table.file, incarnation: toHex(incarnation), head0: toHex(head0) };
  return [{ name: "J14 three positions", ...inputs, manifestHash: toHex(manifest.hash), records }];
}

async function recoveryCases(): Promise<object[]> {
  const founding = await found();
  const other = await found();
  const { genesis, owner } = founding;
  const editSecret = random(32);
  const kit = { genesis, owner, editSecret };
  const plain = await writeRecovery(kit, undefined, random);
  const sealed = await writeRecovery(kit, "pass phrase", random);
  const first = { genesis, owner, editSecret: undefined };
  const plainFirst = await writeRecovery(first, undefined, random);
  const sealedFirst = await writeRecovery(first, "pass phrase", random);
  const keys = [founding.owner.sign, founding.owner.dh].map(async ({ privateKey }) =>
    toHex(new Uint8Array(await subtle.exportKey("pkcs8", privateKey))),
  );
  const owners = await Promise.all(keys);
  const okFirst = { roomId: genesis.roomId, genesis: toHex(genesis.bytes), owners };
  const ok = { ...okFirst, editSecret: toHex(editSecret) };
  const swapped = JSON.stringify({ ...JSON.parse(plain), room: roomIdText(other.genesis.roomId) });
  const foreign = await writeRecovery({ ...kit, owner: other.owner }, undefined, random);
  return [
    { name: "K10 a plain kit", text: plain, passphrase: "", ok },
    { name: "K10 a kit under a passphrase", text: sealed, passphrase: "pass phrase", ok },
    { name: "K10 a plain kit of version 1", text: plainFirst, passphrase: "", ok: okFirst },
    { name: "K10 a kit of version 1 under a passphrase", text: sealedFirst, passphrase: "pass phrase", ok: okFirst },
    { name: "K10 version 2 without the edit secret", text: raised(plainFirst, 1), passphrase: "", error: "NotAKit" },
    { name: "K10 a wrong passphrase", text: sealed, passphrase: "pass phrases", error: "Passphrase" },
    { name: "K10 another room's name", text: swapped, passphrase: "", error: "Mismatch" },
    { name: "K10 another owner's keys", text: foreign, passphrase: "", error: "Mismatch" },
    { name: "K10 a newer kit", text: raised(plain, 2), passphrase: "", error: "Version" },
    { name: "K10 another text", text: "dear diary", passphrase: "", error: "NotAKit" },
  ];
}

/** The same kit, said to be of the next version. */
function raised(text: string, version: number): string {
  return text.replace(`"version": ${version}`, `"version": ${version + 1}`);
}
