import { describe, expect, test } from "vitest";
import {
  type ClientFrame,
  ClientFrameType,
  concat,
  encodeClientFrame,
  encodeHubFrame,
  failed,
  type HubFrame,
  HubFrameType,
  idOf,
  Limits,
  parseClientFrame,
  parseHubFrame,
  type RoomId,
  type StreamId,
  splitClientMessage,
  splitMessage,
} from "../src/protocol.ts";
import { random } from "./Founding.ts";

const roomId = idOf<RoomId>(random(16));

/** A message of one frame, whose length is true. */
function message(type: number, body: Uint8Array): Uint8Array {
  const length = 1 + body.length;
  return concat(Uint8Array.of(length >>> 24, length >>> 16, length >>> 8, length, type), body);
}

function only(bytes: Uint8Array): Uint8Array {
  const frames = splitMessage(bytes);
  if (failed(frames)) throw new Error(frames.error);
  expect(frames).toHaveLength(1);
  return frames[0]!;
}

describe("frames", () => {
  test("W1 what is encoded parses to itself, several in one message", () => {
    const frames: ClientFrame[] = [
      { type: "hello", suite: 1, features: 7 },
      { type: "look", roomId },
      {
        type: "create",
        kind: 0,
        adminKey: random(256),
        genesis: random(147),
        manifests: [random(9)],
        doors: [random(163)],
      },
      { type: "append", record: random(1_000) },
      { type: "leave" },
    ];
    const split = splitClientMessage(concat(...frames.map(encodeClientFrame)));
    if (failed(split)) throw new Error(split.error);
    expect(split.map((frame) => parseClientFrame(frame))).toEqual(frames);
    const answers: HubFrame[] = [
      { type: "room", kind: 1, incarnation: random(16), genesis: random(147), manifests: [random(5), random(0)] },
      { type: "error", code: 9, stream: idOf<StreamId>(random(16)), text: "é", fatal: false },
      { type: "destroyed" },
    ];
    for (const answer of answers) expect(parseHubFrame(only(encodeHubFrame(answer)))).toEqual(answer);
  });

  test("W1 types run from 1 without a gap, and no other parses", () => {
    expect(Object.values(ClientFrameType)).toEqual(Array.from({ length: 20 }, (_, i) => i + 1));
    expect(Object.values(HubFrameType)).toEqual(Array.from({ length: 26 }, (_, i) => i + 1));
    for (const type of [0, 21, 255]) expect(parseClientFrame(Uint8Array.of(type))).toEqual({ error: "Value" });
    for (const type of [0, 27, 255]) expect(parseHubFrame(Uint8Array.of(type))).toEqual({ error: "Value" });
  });

  test("W1 L1 a client's frame has at most 160 KiB, its message 256 KiB", () => {
    const largest = message(8, new Uint8Array(Limits.MaxFrameBytes - 1));
    expect(splitClientMessage(largest)).toHaveLength(1);
    expect(splitClientMessage(message(8, new Uint8Array(Limits.MaxFrameBytes)))).toEqual({ error: "TooLarge" });
    expect(splitClientMessage(concat(largest, largest))).toEqual({ error: "TooLarge" });
  });

  test("W1 an empty message, an empty frame and a cut one are malformed", () => {
    expect(splitMessage(new Uint8Array(0))).toEqual({ error: "Truncated" });
    expect(splitMessage(new Uint8Array(4))).toEqual({ error: "Length" });
    expect(splitMessage(message(1, random(5)).subarray(0, 8))).toEqual({ error: "Truncated" });
  });

  test("W1 bounds inside frames: 16 doors, an admin key of 256 bytes, a text of 1,024, 256 wraps", () => {
    const manifest = {
      type: "manifest",
      manifest: random(3),
      doors: Array.from({ length: 17 }, () => random(1)),
      wraps: [],
    } as const;
    expect(parseClientFrame(only(encodeClientFrame(manifest)))).toEqual({ error: "Length" });
    const create = {
      type: "create",
      kind: 0,
      adminKey: random(257),
      genesis: random(147),
      manifests: [],
      doors: [],
    } as const;
    expect(parseClientFrame(only(encodeClientFrame(create)))).toEqual({ error: "Length" });
    const text = "x".repeat(Limits.MaxErrorTextBytes + 1);
    const error = { type: "error", code: 1, stream: idOf<StreamId>(random(16)), text, fatal: true } as const;
    expect(parseHubFrame(only(encodeHubFrame(error)))).toEqual({ error: "Length" });
    const wraps = Array.from({ length: Limits.MaxWraps + 1 }, () => random(1));
    expect(parseClientFrame(only(encodeClientFrame({ ...manifest, doors: [], wraps })))).toEqual({ error: "Length" });
    expect(parseClientFrame(only(encodeClientFrame({ type: "give", wraps })))).toEqual({ error: "Length" });
  });

  test("W1 a u64 above 2^53 - 1 is malformed, the largest below is exact", () => {
    const ping = only(encodeClientFrame({ type: "ping", nonce: Number.MAX_SAFE_INTEGER })).slice();
    expect(parseClientFrame(ping)).toEqual({ type: "ping", nonce: Number.MAX_SAFE_INTEGER });
    ping[2] = 0x20;
    expect(parseClientFrame(ping)).toEqual({ error: "Value" });
  });
});
