import { describe, expect, test } from "vitest";
import {
  chatDigestHolds,
  concat,
  encodeChat,
  encodeChatState,
  encodeCleared,
  encodeHighlights,
  encodePresence,
  encodeProfile,
  encodePulse,
  encodeSpotlight,
  encodeStates,
  encodeTreeState,
  failed,
  idBytes,
  idOf,
  importSealingKey,
  kdf,
  Limits,
  type MemberId,
  maySignal,
  type NodeId,
  type OpId,
  openRecord,
  Packing,
  packSnapshot,
  pad,
  parseChat,
  parseChatState,
  parsePresence,
  parseProfile,
  parseRecord,
  parseSignal,
  parseSnapshot,
  parseTreeState,
  RecordClass,
  RecordKeys,
  type RecordView,
  ROOT,
  Role,
  recordNonce,
  SignalKind,
  seal,
  treeDigestHolds,
  unpackSnapshot,
  unpad,
} from "../src/protocol.ts";
import { random } from "./Founding.ts";
import { Table } from "./Table.ts";

const { Edit, Presence } = RecordClass;

describe("records", () => {
  test("R1 R3 what was sealed opens to its payload, with another record's key to nothing", async () => {
    const table = await Table.lay("client");
    const payload = random(300);
    const record = await table.write(table.editor, Edit, table.file, { payload });
    const open = (view: RecordView, memberId = table.editor.cert.memberId) =>
      openRecord(new RecordKeys(), table.epoch, view, memberId);
    expect(await open(record)).toEqual(payload);
    expect(await open(record, table.other.cert.memberId)).toBeUndefined();
    expect(await open({ ...record, counter: 2 })).toBeUndefined();
    expect(await open({ ...record, class: RecordClass.Chat })).toBeUndefined();
    const parsed = parseRecord(record.bytes);
    expect(parsed).toEqual(record);
  });

  test("R1 trailing bytes, flags, unknown classes and oversize are malformed", async () => {
    const table = await Table.lay("client");
    const { bytes } = await table.write(table.editor, Presence, table.room.streams.presence);
    const changed = (at: number, value: number) => {
      const copy = bytes.slice();
      copy[at] = value;
      return copy;
    };
    expect(parseRecord(concat(bytes, Uint8Array.of(0)))).toEqual({ error: "Trailing" });
    expect(parseRecord(changed(3, 1))).toEqual({ error: "Value" });
    expect(parseRecord(changed(1, 0))).toEqual({ error: "Value" });
    expect(parseRecord(changed(1, 16))).toEqual({ error: "Value" });
    expect(parseRecord(new Uint8Array(Limits.MaxRecordBytes + 1))).toEqual({ error: "TooLarge" });
    expect(parseRecord(changed(88, 0xff))).toEqual({ error: "Length" });
  });

  test("R1 L1 the largest payload fits a record, one byte more is refused at sealing", async () => {
    const table = await Table.lay("client");
    const largest = await table.write(table.editor, Edit, table.file, {
      payload: new Uint8Array(Limits.MaxPayloadBytes),
    });
    expect(largest.bytes.length).toBeLessThanOrEqual(Limits.MaxRecordBytes);
    const over = { payload: new Uint8Array(Limits.MaxPayloadBytes + 1) };
    await expect(table.write(table.editor, Edit, table.file, over)).rejects.toThrow("split the change");
  });

  test("R2 J12 a wrong padding length or byte is void by content", async () => {
    const payload = random(10);
    const right = pad(Edit, payload);
    expect(unpad(Edit, right)).toEqual(payload);
    expect(unpad(Edit, concat(right, new Uint8Array(64)))).toBeUndefined();
    expect(unpad(Edit, right.subarray(0, 32))).toBeUndefined();
    const dirty = right.slice();
    dirty[63] = 1;
    expect(unpad(Edit, dirty)).toBeUndefined();
    expect(unpad(RecordClass.Media, pad(RecordClass.Media, payload))).toEqual(payload);
    expect(pad(RecordClass.Media, payload)).toHaveLength(14);
  });

  test("R2 J12 a record whose plaintext is not padded counts and does not open", async () => {
    const table = await Table.lay("client");
    const record = await table.write(table.editor, Edit, table.file);
    const { memberId } = table.editor.cert;
    const context = concat(Uint8Array.of(Edit), idBytes(table.file), idBytes(memberId));
    const key = await importSealingKey(kdf(table.founding.epochKeyBytes, idBytes(record.session), "rec", context));
    const ciphertext = await seal(key, recordNonce(record.counter), record.aad, random(60));
    expect(await openRecord(table.keys, table.epoch, { ...record, ciphertext }, memberId)).toBeUndefined();
    expect(await openRecord(table.keys, table.epoch, record, memberId)).toHaveLength(16);
  });
});

describe("payloads", () => {
  const opId = idOf<OpId>(random(16));

  test("P1 chat: 1 to 16,384 bytes of UTF-8, known kinds", () => {
    const chat = { opId, kind: 1, text: "hé" } as const;
    const bytes = encodeChat(chat);
    expect(parseChat(bytes)).toEqual(chat);
    expect(parseChat(encodeChat({ ...chat, text: "" }))).toEqual({ error: "Length" });
    expect(parseChat(encodeChat({ ...chat, text: "x".repeat(Limits.MaxChatBytes + 1) }))).toEqual({ error: "Length" });
    const [kind, text] = [bytes.slice(), bytes.slice()];
    kind[16] = 2;
    text[text.length - 1] = 0xff;
    expect(parseChat(kind)).toEqual({ error: "Value" });
    expect(parseChat(text)).toEqual({ error: "Text" });
    expect(parseChat(new Uint8Array(Limits.MaxPayloadBytes + 1))).toEqual({ error: "TooLarge" });
  });

  test("P1 profile, presence and pulse come back, and not beyond their bounds", () => {
    const profile = { name: "Ada", colour: random(3), client: 0 };
    for (const client of [0, 1, 3, 200])
      expect(parseProfile(encodeProfile({ ...profile, client }))).toEqual({ ...profile, client });
    expect(parseProfile(encodeProfile({ ...profile, name: "x".repeat(201) }))).toEqual({ error: "Length" });
    const selection = { anchor: random(64), head: random(1) };
    const following = idOf<MemberId>(random(16));
    const presence = {
      file: ROOT,
      state: 15,
      topLine: 9,
      following,
      selections: Array.from({ length: 16 }, () => selection),
    };
    expect(parsePresence(encodePresence(presence))).toEqual(presence);
    const alone = { ...presence, following: undefined, selections: [] };
    expect(parsePresence(encodePresence(alone))).toEqual(alone);
    expect(parsePresence(encodePresence({ ...presence, state: 16 }))).toEqual({ error: "Value" });
    expect(parsePresence(encodePresence({ ...presence, selections: [...presence.selections, selection] }))).toEqual({
      error: "Length",
    });
    const stream = { stream: ROOT, seq: 3, head: random(16) };
    const pulse = Array.from({ length: Limits.MaxPulseStreams }, () => stream);
    const signature = random(64);
    expect(parseSignal(encodePulse({ streams: pulse, signature }))).toEqual({ kind: 1, streams: pulse, signature });
    expect(parseSignal(encodePulse({ streams: [...pulse, stream], signature }))).toEqual({ error: "Length" });
  });

  test("P4 P5 P6 E8 the other signals come back, and not beyond their bounds", () => {
    expect(parseSignal(encodeSpotlight(0xfedcba98))).toEqual({ kind: 2, request: 0xfedcba98 });
    const range = { id: opId, file: ROOT, start: random(64), end: random(0) };
    const ranges = Array.from({ length: Limits.MaxHighlights }, () => range);
    expect(parseSignal(encodeHighlights(ranges))).toEqual({ kind: 3, ranges });
    expect(parseSignal(encodeHighlights([...ranges, range]))).toEqual({ error: "Length" });
    expect(parseSignal(encodeHighlights([{ ...range, end: random(65) }]))).toEqual({ error: "Length" });
    const one = { member: idOf<MemberId>(random(16)), id: opId };
    const highlights = Array.from({ length: Limits.MaxCleared }, () => one);
    expect(parseSignal(encodeCleared(highlights))).toEqual({ kind: 4, highlights });
    expect(parseSignal(encodeCleared([...highlights, one]))).toEqual({ error: "Length" });
    const state = { stream: ROOT, seq: 7, digest: random(32) };
    const states = Array.from({ length: Limits.MaxStates }, () => state);
    expect(parseSignal(encodeStates(states))).toEqual({ kind: 5, states });
    expect(parseSignal(encodeStates([...states, state]))).toEqual({ error: "Length" });
    for (const kind of [0, 6, 255]) expect(parseSignal(Uint8Array.of(kind, 0))).toEqual({ error: "Value" });
  });

  test("P3 viewers only pulse, and only owners clear what is another's", () => {
    const may = (role: Role) => Object.values(SignalKind).filter((kind) => maySignal(kind, role));
    expect(may(Role.Viewer)).toEqual([SignalKind.Pulse, SignalKind.States]);
    expect(may(Role.Editor)).toEqual([
      SignalKind.Pulse,
      SignalKind.Spotlight,
      SignalKind.Highlights,
      SignalKind.States,
    ]);
    expect(may(Role.Owner)).toEqual(Object.values(SignalKind));
  });

  test("P1 snapshots of tree and chat come back with digests that hold", () => {
    const tail = { versionFloor: 2, counters: new Map() };
    const creator = idOf<MemberId>(random(16));
    const one = {
      id: idOf<NodeId>(random(16)),
      kind: 1,
      creator,
      parent: ROOT,
      diedWith: undefined,
      name: "a",
    } as const;
    const tree = parseTreeState(
      encodeTreeState([one, { ...one, id: idOf<NodeId>(random(16)), diedWith: one.id }], tail),
    );
    if (failed(tree)) throw new Error(tree.error);
    expect(tree.nodes[0]).toEqual(one);
    expect(treeDigestHolds(tree)).toBe(true);
    expect(treeDigestHolds({ ...tree, digest: random(32) })).toBe(false);
    expect(parseTreeState(encodeTreeState([one, one], tail))).toEqual({ error: "Duplicate" });
    const message = { seq: 1, time: 2, memberId: creator, opId, text: "hi" };
    const chat = parseChatState(encodeChatState([message], tail));
    if (failed(chat)) throw new Error(chat.error);
    expect(chat.messages).toEqual([message]);
    expect(chatDigestHolds(chat)).toBe(true);
  });

  test("P1 L1 a state packs and unpacks, and inflates to 16 MiB at most", async () => {
    for (const state of [new Uint8Array(5_000), random(200)]) {
      const snapshot = parseSnapshot(await packSnapshot(state));
      if (failed(snapshot) || snapshot.format !== 1) throw new Error("it is no snapshot in a record");
      expect(snapshot.packing).toBe(state.length === 5_000 ? Packing.DeflateRaw : Packing.None);
      expect(await unpackSnapshot(snapshot)).toEqual(state);
    }
    const bomb = parseSnapshot(await packSnapshot(new Uint8Array(Limits.MaxStateBytes + 1)));
    if (failed(bomb) || bomb.format !== 1) throw new Error("it is no snapshot in a record");
    expect(await unpackSnapshot(bomb)).toEqual({ error: "TooLarge" });
    expect(await unpackSnapshot({ packing: Packing.DeflateRaw, state: random(50).fill(255) })).toEqual({
      error: "Content",
    });
  });
});
