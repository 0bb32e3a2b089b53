import { describe, expect, test } from "vitest";
import {
  accessOf,
  CommandKey,
  concat,
  type Disclosure,
  EventKey,
  encodeDisclosure,
  encodeRunClear,
  encodeRunClientFrame,
  encodeRunCommand,
  encodeRunEvent,
  encodeRunOrder,
  encodeRunReceipt,
  encodeRunRequest,
  encodeRunServerFrame,
  encodeRunShared,
  generateKeyPair,
  HAND_BYTES,
  idOf,
  Limits,
  openHand,
  openOrder,
  parseDisclosure,
  parseRunClear,
  parseRunClientFrame,
  parseRunCommand,
  parseRunEvent,
  parseRunOrder,
  parseRunReceipt,
  parseRunRequest,
  parseRunServerFrame,
  parseRunShared,
  type RoomId,
  RunCommandKind,
  RunEnd,
  type RunEnded,
  RunEventKind,
  type RunId,
  type RunOrder,
  runIdOf,
  sealHand,
  sealOrder,
  utf8,
} from "../src/protocol.ts";
import { random } from "./Founding.ts";

const run = idOf<RunId>(random(16));
const roomId = idOf<RoomId>(random(16));
const ended: RunEnded = {
  end: RunEnd.Exited,
  exitCode: 3,
  wallMs: 1_234,
  cpuMs: 567,
  peakBytes: 2 ** 33,
  flags: 5,
  saidBytes: 12,
  saidHash: random(32),
  complaint: "",
};
const order: RunOrder = {
  runKey: random(32),
  handKey: random(32),
  language: "python",
  entry: "src/main.py",
  terminal: { columns: 80, rows: 24 },
  arguments: ["-v", "", "né"],
  input: utf8("Ada\n"),
  files: [
    { path: "src/main.py", bytes: utf8("print(1)") },
    { path: "data.bin", bytes: random(300) },
  ],
};

describe("the layouts of runs", () => {
  test("X6 an order comes back, for a terminal or for pipes, and not beyond its bounds", () => {
    const parse = (change: Partial<RunOrder>) => parseRunOrder(encodeRunOrder({ ...order, ...change }));
    expect(parse({})).toEqual(order);
    expect(parse({ terminal: undefined })).toEqual({ ...order, terminal: undefined });
    expect(parse({ terminal: { columns: 0, rows: 24 } })).toEqual({ error: "Value" });
    expect(parse({ terminal: { columns: 80, rows: 1_001 } })).toEqual({ error: "Value" });
    expect(parse({ language: "" })).toEqual({ error: "Length" });
    expect(parse({ language: "x".repeat(33) })).toEqual({ error: "Length" });
    expect(parse({ language: "né" })).toEqual({ error: "Text" });
    expect(parse({ entry: "" })).toEqual({ error: "Length" });
    const words = (count: number, length: number) => Array.from({ length: count }, () => "x".repeat(length));
    expect(parse({ arguments: words(64, 256) })).toMatchObject({ language: "python" });
    expect(parse({ arguments: words(65, 1) })).toEqual({ error: "Length" });
    expect(parse({ arguments: words(64, 257) })).toEqual({ error: "Length" });
    expect(parse({ arguments: words(1, 4_097) })).toEqual({ error: "Length" });
    expect(parse({ input: new Uint8Array(Limits.MaxRunInputBytes + 1) })).toEqual({ error: "Length" });
    const files = (count: number, path = "f") =>
      Array.from({ length: count }, (_, nth) => ({ path: `${path}${nth}`, bytes: new Uint8Array(0) }));
    expect(parse({ files: files(1_000) })).toMatchObject({ entry: order.entry });
    expect(parse({ files: files(1_001) })).toEqual({ error: "Length" });
    expect(parse({ files: files(65, "x".repeat(1_020)) })).toEqual({ error: "Length" });
    expect(parse({ files: [{ path: "x".repeat(1_025), bytes: random(1) }] })).toEqual({ error: "Length" });
    expect(parseRunOrder(new Uint8Array(Limits.MaxRunOrderBytes + 1))).toEqual({ error: "TooLarge" });
    expect(parseRunOrder(concat(encodeRunOrder(order), random(1)))).toEqual({ error: "Trailing" });
    const suite = encodeRunOrder(order).slice();
    suite[0] = 2;
    expect(parseRunOrder(suite)).toEqual({ error: "Suite" });
  });

  test("X4 each event comes back, and not beyond its bounds", () => {
    const terms = {
      version: "Python 3.11.2",
      memoryBytes: 2 ** 27,
      cpuMs: 30_000,
      wallMs: 600_000,
      processes: 64,
      outputBytes: 2 ** 20,
      protections: "namespaces, seccomp",
    };
    for (const event of [
      { kind: RunEventKind.Queued, ahead: 7 },
      { kind: RunEventKind.Begun, terms },
      { kind: RunEventKind.CompilerSaid, bytes: random(Limits.MaxRunSaidBytes) },
      { kind: RunEventKind.Compiled, exitCode: 1 },
      { kind: RunEventKind.Said, bytes: random(1) },
      { kind: RunEventKind.Ended, ended },
      { kind: RunEventKind.Sized, columns: 1_000, rows: 1 },
    ])
      expect(parseRunEvent(encodeRunEvent(event))).toEqual(event);
    const said = (length: number) => encodeRunEvent({ kind: RunEventKind.Said, bytes: new Uint8Array(length) });
    expect(parseRunEvent(said(0))).toEqual({ error: "Length" });
    expect(parseRunEvent(said(Limits.MaxRunSaidBytes + 1))).toEqual({ error: "Length" });
    const wrong = (change: Partial<RunEnded>) =>
      parseRunEvent(encodeRunEvent({ kind: RunEventKind.Ended, ended: { ...ended, ...change } }));
    expect(wrong({ flags: 8 })).toEqual({ error: "Value" });
    expect(wrong({ end: 11 as RunEnd })).toEqual({ error: "Value" });
    expect(wrong({ complaint: "x".repeat(1_025) })).toEqual({ error: "Length" });
    const sized = (columns: number, rows: number) =>
      parseRunEvent(encodeRunEvent({ kind: RunEventKind.Sized, columns, rows }));
    expect(sized(0, 1)).toEqual({ error: "Value" });
    expect(sized(1, 1_001)).toEqual({ error: "Value" });
    for (const kind of [0, 8]) expect(parseRunEvent(Uint8Array.of(kind, 0, 0))).toEqual({ error: "Value" });
  });

  test("X5 each command comes back, and not beyond its bounds", () => {
    for (const command of [
      { kind: RunCommandKind.Type, bytes: random(Limits.MaxRunTypedBytes) },
      { kind: RunCommandKind.Size, columns: 1, rows: 1_000 },
      { kind: RunCommandKind.Stop },
    ])
      expect(parseRunCommand(encodeRunCommand(command))).toEqual(command);
    const type = (length: number) => encodeRunCommand({ kind: RunCommandKind.Type, bytes: new Uint8Array(length) });
    expect(parseRunCommand(type(0))).toEqual({ error: "Length" });
    expect(parseRunCommand(type(Limits.MaxRunTypedBytes + 1))).toEqual({ error: "Length" });
    expect(parseRunCommand(encodeRunCommand({ kind: RunCommandKind.Size, columns: 0, rows: 1 }))).toEqual({
      error: "Value",
    });
    expect(parseRunCommand(Uint8Array.of(3, 0))).toEqual({ error: "Trailing" });
  });

  test("X2 X4 frames of both directions come back", async () => {
    for (const frame of [
      { type: "start", roomId, sealed: random(200) },
      { type: "watch", run, access: random(32), from: 9 },
      { type: "command", command: random(20) },
    ] as const)
      expect(parseRunClientFrame(encodeRunClientFrame(frame))).toEqual(frame);
    const { publicPoint } = await generateKeyPair("dh");
    const welcome = { type: "welcome", suite: 1, challenge: random(32), runKey: publicPoint } as const;
    for (const frame of [
      welcome,
      { type: "event", index: 2 ** 32 - 1, event: random(50) },
      { type: "refused", code: 37, text: "Press Run again." },
    ] as const)
      expect(parseRunServerFrame(encodeRunServerFrame(frame))).toEqual(frame);
    const offCurve = encodeRunServerFrame({ ...welcome, runKey: random(65).fill(4, 0, 1) });
    expect(parseRunServerFrame(offCurve)).toEqual({ error: "Point" });
    for (const type of [0, 4]) {
      expect(parseRunServerFrame(Uint8Array.of(type))).toEqual({ error: "Value" });
      expect(parseRunClientFrame(Uint8Array.of(type))).toEqual({ error: "Value" });
    }
  });

  test("P1 X8 X9 what stands in the room's records comes back, and not beyond its bounds", () => {
    const disclosure: Disclosure = { kind: 1, run, files: 3, bytes: 2 ** 40, to: "https://code.example:8443" };
    expect(parseDisclosure(encodeDisclosure(disclosure))).toEqual(disclosure);
    expect(parseDisclosure(encodeDisclosure({ ...disclosure, to: "" }))).toEqual({ error: "Length" });
    const { runKey, language, entry } = order;
    const hands = Array.from({ length: Limits.MaxOwners }, () => random(HAND_BYTES));
    const given = { arguments: ["-v"], inputHash: random(32), files: [{ path: "main.py", hash: random(32) }] };
    const request = { runKey, language, entry, terminal: true, ...given, hands };
    expect(parseRunRequest(encodeRunRequest(request))).toEqual(request);
    expect(parseRunRequest(encodeRunRequest({ ...request, hands: [...hands, hands[0]!] }))).toEqual({
      error: "Length",
    });
    expect(parseRunRequest(encodeRunRequest({ ...request, hands: [random(112)] }))).toEqual({ error: "Length" });
    for (const lentKey of [runKey, new Uint8Array(0)])
      expect(parseRunShared(encodeRunShared({ lentKey }))).toEqual({ lentKey });
    expect(parseRunShared(random(31))).toEqual({ error: "Length" });
    const bounds = { memoryBytes: 5, cpuMs: 6, wallMs: 7, processes: 8, protections: "" };
    const files = Array.from({ length: 1_000 }, (_, nth) => ({ path: `${nth}`, hash: random(32) }));
    const words = { version: "", arguments: ["a"], inputHash: random(32) };
    const receipt = { language, entry, terminal: false, ...words, files, ...bounds, ended };
    expect(parseRunReceipt(encodeRunReceipt(receipt))).toEqual(receipt);
    for (const kind of [1, 2, 3] as const) expect(parseRunClear(encodeRunClear({ kind, run }))).toEqual({ kind, run });
  });
});

describe("the keys of runs", () => {
  test("X10 K12 an order opens with the server's key, for its room alone", async () => {
    const server = await generateKeyPair("dh");
    const sealed = await sealOrder(server.publicPoint, roomId, encodeRunOrder(order));
    expect(parseRunOrder((await openOrder(server, roomId, sealed))!)).toEqual(order);
    expect(await openOrder(server, idOf<RoomId>(random(16)), sealed)).toBeUndefined();
    expect(await openOrder(await generateKeyPair("dh"), roomId, sealed)).toBeUndefined();
    expect(runIdOf(roomId, sealed)).not.toBe(runIdOf(idOf<RoomId>(random(16)), sealed));
  });

  test("X4 X5 an event opens at its number, a command at its place on its connection", async () => {
    const plain = random(40);
    const events = await EventKey.of(order.runKey, run);
    const event = await events.seal(3, plain);
    expect(await events.open(3, event)).toEqual(plain);
    expect(await events.open(4, event)).toBeUndefined();
    expect(await (await EventKey.of(order.runKey, idOf<RunId>(random(16)))).open(3, event)).toBeUndefined();
    const challenge = random(32);
    const commands = await CommandKey.of(order.handKey, challenge, run);
    const command = await commands.seal(0, plain);
    expect(await commands.open(0, command)).toEqual(plain);
    expect(await commands.open(1, command)).toBeUndefined();
    expect(await (await CommandKey.of(order.handKey, random(32), run)).open(0, command)).toBeUndefined();
    expect(
      await (await CommandKey.of(order.handKey, challenge, idOf<RunId>(random(16)))).open(0, command),
    ).toBeUndefined();
    expect(accessOf(order.runKey, run)).not.toEqual(accessOf(order.handKey, run));
  });

  test("X5 the hand key is for its owner and its run alone", async () => {
    const owner = await generateKeyPair("dh");
    const hand = await sealHand(owner.publicPoint, roomId, run, order.handKey);
    expect(hand).toHaveLength(HAND_BYTES);
    expect(await openHand(owner, roomId, run, hand)).toEqual(order.handKey);
    expect(await openHand(owner, roomId, idOf<RunId>(random(16)), hand)).toBeUndefined();
    expect(await openHand(await generateKeyPair("dh"), roomId, run, hand)).toBeUndefined();
  });
});
