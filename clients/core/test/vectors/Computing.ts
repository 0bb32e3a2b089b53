import { expect } from "vitest";
import { answer } from "../../oracle/Canonical.ts";
import { openedAnswers } from "../../oracle/OpenedAnswers.ts";
import {
  accessOf,
  argon2id,
  CommandKey,
  deriveSealingKey,
  doorHash,
  doorKeys,
  doorSeed,
  type EpochKey,
  EventKey,
  encodeAad,
  epochKeyHash,
  firstHead,
  fixedStreams,
  fromHex,
  type HashLabel,
  type Header,
  hash,
  importEpochKey,
  importKeyPair,
  importSealingKey,
  importSecret,
  importVerifyingKey,
  isName,
  isNodeName,
  type KdfLabel,
  kdf,
  Limits,
  linkText,
  type MemberId,
  memberWords,
  type Needs,
  nextHead,
  open,
  openAs,
  openHand,
  openLetter,
  openOrder,
  openPrevious,
  openRecord,
  openTitle,
  openWrap,
  pad,
  paddedLength,
  parseDoor,
  parseGenesis,
  parseLink,
  parseManifest,
  parseRecord,
  parseRoomId,
  parseWrap,
  passwordBytes,
  RecordKeys,
  type RoomId,
  readRecovery,
  recordNonce,
  roomIdText,
  runIdOf,
  type SignatureLabel,
  type StreamId,
  seal,
  sealDoor,
  sealPrevious,
  sealTitle,
  seenHead,
  shownNames,
  toHex,
  verificationWords,
  verify,
  viewSecret,
} from "../../src/protocol.ts";
import { sealedBlob } from "./Blobs.ts";
import { type Case, must } from "./Case.ts";
import { evidenceAnswer } from "./Witnessing.ts";

/** What each computing file of the vectors claims, computed again here. */
export const computing: Readonly<Record<string, (vector: Case) => void | Promise<void>>> = {
  "parse.json": async (vector) => {
    const expected = vector.has("ok") ? { ok: vector.any("ok") } : { error: vector.any("error") };
    const [kind, bytes] = [vector.text("kind"), vector.bytes("bytes")];
    const said = (await openedAnswers[kind]?.(bytes)) ?? answer(kind, bytes);
    expect(JSON.stringify(said)).toBe(JSON.stringify(expected));
  },
  "evidence.json": async (vector) => {
    const expected = vector.has("ok") ? { ok: vector.any("ok") } : { error: vector.any("error") };
    expect(await evidenceAnswer(vector.text("text"))).toEqual(expected);
  },
  "hash.json": (vector) =>
    expect(toHex(hash(vector.text("label") as HashLabel, vector.bytes("data")))).toBe(vector.text("hash")),
  "kdf.json": async (vector) => {
    const [ikm, salt, label] = [vector.bytes("ikm"), vector.bytes("salt"), vector.text("label") as KdfLabel];
    const [context, length, key] = [vector.bytes("context"), vector.number("length"), vector.text("key")];
    expect(toHex(kdf(ikm, salt, label, context, length))).toBe(key);
    if (length !== 32) return;
    const sealing = await deriveSealingKey(await importSecret(ikm), salt, label, context);
    const nonce = new Uint8Array(12);
    const sealed = await seal(sealing, nonce, ikm, salt);
    expect(await open(await importSealingKey(fromHex(key)!), nonce, ikm, sealed)).toEqual(salt);
  },
  "argon2id.json": async (vector) => {
    const password = must(passwordBytes(vector.text("password")));
    expect(toHex(await argon2id(password, vector.bytes("salt")))).toBe(vector.text("key"));
  },
  "seal.json": async (vector) => {
    const key = await importSealingKey(vector.bytes("key"));
    const [nonce, aad, plain] = [vector.bytes("nonce"), vector.bytes("aad"), vector.bytes("plaintext")];
    expect(toHex(await seal(key, nonce, aad, plain))).toBe(vector.text("sealed"));
    expect(await open(key, nonce, aad, vector.bytes("sealed"))).toEqual(plain);
  },
  "signature.json": async (vector) => {
    const key = (await importVerifyingKey(vector.bytes("publicKey")))!;
    const label = vector.text("label") as SignatureLabel;
    expect(await verify(key, label, vector.bytes("data"), vector.bytes("signature"))).toBe(vector.any("valid"));
  },
  "genesis.json": (vector) => {
    const { roomId } = must(parseGenesis(vector.bytes("genesis")));
    expect(roomId).toBe(vector.text("roomId"));
    expect(roomIdText(roomId)).toBe(vector.text("text"));
    expect(must(parseRoomId(vector.text("text"))).roomId).toBe(roomId);
    expect(fixedStreams(roomId)).toEqual(vector.any("streams"));
  },
  "secrets.json": (vector) => {
    const secret = viewSecret(vector.bytes("secretEdit"), vector.id<RoomId>("roomId"));
    expect(toHex(secret)).toBe(vector.text("secretView"));
  },
  "doors.json": checkDoor,
  "links.json": (vector) => {
    const link = {
      server: vector.text("server"),
      roomId: vector.id<RoomId>("roomId"),
      door: vector.number("door"),
      secret: vector.bytes("secret"),
      version: vector.number("version"),
      hash: vector.bytes("hash"),
      hostKey: vector.text("hostKey"),
      addresses: vector.text("addresses"),
    };
    expect(linkText(link)).toBe(vector.text("text"));
    expect(parseLink(vector.text("text"))).toEqual(link);
  },
  "epochs.json": checkEpoch,
  "padding.json": (vector) => expect(paddedLength(4 + vector.number("length"))).toBe(vector.number("padded")),
  "blobs.json": async (vector) => {
    const size = vector.number("size");
    const made = await sealedBlob(vector.id("roomId"), vector.bytes("key"), size);
    expect(made).toEqual({ hashes: vector.texts("hashes"), bytes: vector.text("bytes"), blob: vector.text("blob") });
  },
  "records.json": checkRecord,
  "heads.json": checkHeads,
  "words.json": (vector) => {
    const genesis = must(parseGenesis(vector.bytes("genesis")));
    expect(verificationWords(genesis, { hash: vector.bytes("manifestHash") })).toEqual(vector.any("words"));
  },
  "member-words.json": (vector) => {
    const words = memberWords(vector.id("roomId"), vector.id("memberId"));
    expect(words).toEqual(vector.any("words"));
  },
  "recovery.json": async (vector) => {
    const passphrase = vector.text("passphrase");
    const recovered = await readRecovery(vector.text("text"), passphrase === "" ? undefined : passphrase);
    if ("error" in recovered) {
      expect(recovered.error).toBe(vector.text("error"));
      return;
    }
    const ok = vector.child("ok");
    expect(recovered.genesis.roomId).toBe(ok.text("roomId"));
    expect(toHex(recovered.genesis.bytes)).toBe(ok.text("genesis"));
    expect(ok.list("owners")).toHaveLength(2);
    expect(recovered.owner.sign.publicPoint).toEqual(recovered.genesis.ownerSignPub);
    expect(recovered.editSecret && toHex(recovered.editSecret)).toBe(
      ok.has("editSecret") ? ok.text("editSecret") : undefined,
    );
  },
  "hpke.json": async (vector) => {
    const own = await importKeyPair("dh", vector.bytes("privateScalar"), vector.bytes("publicKey"));
    const [info, aad, sealed] = [vector.bytes("info"), vector.bytes("aad"), vector.bytes("sealed").slice()];
    expect(await openAs(own!, info, aad, sealed)).toEqual(vector.bytes("plaintext"));
    sealed[sealed.length - 1]! ^= 1;
    expect(await openAs(own!, info, aad, sealed)).toBeUndefined();
  },
  "wraps.json": checkWrap,
  "letters.json": checkLetter,
  "run-keys.json": async (vector) => {
    const run = runIdOf(vector.id<RoomId>("roomId"), vector.bytes("sealed"));
    expect(run).toBe(vector.text("run"));
    const [runKey, index] = [vector.bytes("runKey"), vector.number("index")];
    expect(toHex(accessOf(runKey, run))).toBe(vector.text("access"));
    expect(await (await EventKey.of(runKey, run)).open(index, vector.bytes("sealedEvent"))).toEqual(
      vector.bytes("event"),
    );
    const commands = await CommandKey.of(vector.bytes("handKey"), vector.bytes("challenge"), run);
    expect(await commands.open(index, vector.bytes("sealedCommand"))).toEqual(vector.bytes("command"));
  },
  "run-orders.json": async (vector) => {
    const roomId = vector.id<RoomId>("roomId");
    const sealed = vector.bytes("sealed");
    const run = runIdOf(roomId, sealed);
    expect(run).toBe(vector.text("run"));
    const own = (await importKeyPair("dh", vector.bytes("privateScalar"), vector.bytes("publicKey")))!;
    expect(await openOrder(own, roomId, sealed)).toEqual(vector.bytes("order"));
    expect(await openHand(own, roomId, run, vector.bytes("hand"))).toEqual(vector.bytes("handKey"));
  },
  "names.json": (vector) => expect(shownNames(vector.texts("siblings"))).toEqual(vector.any("shown")),
  "name-rules.json": (vector) => {
    const text = vector.text("text");
    expect(isName(text)).toBe(vector.any("valid"));
    expect(isNodeName(text)).toBe(vector.any("node"));
  },
  "limits.json": (vector) =>
    expect((Limits as Record<string, number>)[vector.text("limit")]).toBe(vector.number("value")),
};

async function checkWrap(vector: Case): Promise<void> {
  const manifest = must(parseManifest(vector.bytes("manifest")));
  const wrap = must(parseWrap(vector.bytes("bytes")));
  const owner = await importVerifyingKey(manifest.owners[wrap.signer]!.signPub);
  expect(await verify(owner!, "wrap", wrap.signedPart, wrap.signature)).toBe(true);
  const own = await importKeyPair("dh", vector.bytes("privateScalar"), vector.bytes("publicKey"));
  const opened = await openWrap(wrap, manifest, own!);
  expect(opened && toHex(opened.epochKey)).toBe(vector.text("epochKey"));
  expect(opened?.role).toBe(vector.number("role"));
  expect(opened?.cert === undefined ? "" : toHex(opened.cert.bytes)).toBe(vector.text("cert"));
  expect(opened?.cert === undefined ? toHex(opened!.linkSecret) : "").toBe(vector.text("linkSecret"));
}

async function checkLetter(vector: Case): Promise<void> {
  const owner = await importKeyPair("dh", vector.bytes("privateScalar"), vector.bytes("publicKey"));
  const roomId = vector.id<RoomId>("roomId");
  const points = { signPub: vector.bytes("signPub"), dhPub: vector.bytes("dhPub") };
  const letter = { door: vector.number("door"), knockKey: vector.bytes("knockKey"), name: vector.text("letterName") };
  const epochKey = vector.bytes("epochKey");
  const sealed = vector.bytes("sealed");
  expect(await openLetter(sealed, owner!, roomId, points, epochKey)).toEqual(letter);
  const turned = { signPub: points.dhPub, dhPub: points.signPub };
  expect(await openLetter(sealed, owner!, roomId, turned, epochKey)).toBeUndefined();
  expect(
    await openLetter(
      sealed,
      owner!,
      roomId,
      points,
      epochKey.map((byte) => byte ^ 1),
    ),
  ).toBeUndefined();
}

async function checkDoor(vector: Case): Promise<void> {
  const roomId = vector.id<RoomId>("roomId");
  const [id, needs, role] = [vector.number("door"), vector.number("needs") as Needs, vector.number("role") as 1 | 2];
  const [link, password, salt] = [vector.bytes("link"), vector.text("password"), vector.bytes("salt")];
  const pass = password === "" ? undefined : await argon2id(must(passwordBytes(password)), salt);
  const seed = doorSeed(roomId, id, needs, link.length === 0 ? undefined : link, pass)!;
  expect(toHex(seed)).toBe(vector.text("seed"));
  const keys = doorKeys(seed, roomId);
  expect(toHex(keys.access)).toBe(vector.text("access"));
  expect(toHex(keys.kek)).toBe(vector.text("kek"));
  expect(toHex(keys.commit)).toBe(vector.text("commit"));
  const admission = vector.bytes("admission");
  const door = await sealDoor(roomId, keys, {
    id,
    role,
    needs,
    epoch: vector.number("epoch"),
    nonce: vector.bytes("nonce"),
    epochKey: vector.bytes("epochKey"),
    admissionScalar: admission.length === 0 ? undefined : admission,
  });
  expect(toHex(door.bytes)).toBe(vector.text("bytes"));
  expect(toHex(doorHash(door.bytes))).toBe(vector.text("hash"));
  expect(must(parseDoor(door.bytes))).toEqual(door);
}

async function checkEpoch(vector: Case): Promise<void> {
  const epochKey = vector.bytes("epochKey");
  const epoch = await importEpochKey(vector.id<RoomId>("roomId"), vector.number("epoch"), epochKey);
  expect(toHex(epochKeyHash(epochKey))).toBe(vector.text("epochKeyHash"));
  const previous = vector.bytes("prevKey");
  expect(toHex(await sealPrevious(epoch, previous, vector.bytes("nonce")))).toBe(vector.text("prevEpochKey"));
  expect(await openPrevious(epoch, vector.bytes("prevEpochKey"))).toEqual(previous);
  const [version, title] = [vector.number("version"), vector.text("title")];
  expect(toHex(await sealTitle(epoch, version, title, vector.bytes("titleNonce")))).toBe(vector.text("titleSealed"));
  expect(await openTitle(epoch, version, vector.bytes("titleSealed"))).toBe(title);
}

async function checkRecord(vector: Case): Promise<void> {
  const named = vector.child("header");
  const header: Header = {
    suite: 1,
    class: named.number("class") as Header["class"],
    version: named.number("version"),
    roomId: named.id<RoomId>("roomId"),
    stream: named.id<StreamId>("stream"),
    session: named.id("session"),
    counter: named.u64("counter"),
    seenSeq: named.u64("seenSeq"),
    seenHead: named.bytes("seenHead"),
  };
  const memberId = vector.id<MemberId>("memberId");
  const record = must(parseRecord(vector.bytes("bytes")));
  expect(record).toMatchObject({ ...header, clear: vector.bytes("clear") });
  const epoch: EpochKey = await importEpochKey(header.roomId, 0, vector.bytes("epochKey"));
  expect(await openRecord(new RecordKeys(), epoch, record, memberId)).toEqual(vector.bytes("payload"));

  const key = await importSealingKey(vector.bytes("key"));
  const plain = pad(header.class, vector.bytes("payload"));
  expect(toHex(plain)).toBe(vector.text("plaintext"));
  const aad = encodeAad(header, vector.bytes("clear"));
  expect(aad).toEqual(record.aad);
  expect(await seal(key, recordNonce(header.counter), aad, plain)).toEqual(record.ciphertext);

  const author = (await importVerifyingKey(vector.bytes("publicKey")))!;
  const signed = record.signature.length > 0;
  expect(await verify(author, "record", record.signedPart, record.signature)).toBe(signed);
  expect(vector.bytes("privateKey").length).toBeGreaterThan(0);
}

function checkHeads(vector: Case): void {
  const [roomId, stream] = [vector.id<RoomId>("roomId"), vector.id<StreamId>("stream")];
  const manifestHash = vector.bytes("manifestHash");
  let head = firstHead(roomId, stream, vector.bytes("incarnation"));
  expect(toHex(head)).toBe(vector.text("head0"));
  for (const position of vector.cases("records")) {
    head = nextHead(head, position.u64("seq"), position.u64("serverTime"), position.bytes("record"));
    expect(toHex(head)).toBe(position.text("head"));
    expect(toHex(seenHead(head, manifestHash))).toBe(position.text("seen"));
    expect(position.unread).toEqual([]);
  }
}
