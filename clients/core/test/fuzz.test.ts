import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { answer } from "../oracle/Canonical.ts";
import { parseChatText } from "../src/client/chatText.ts";
import {
  concat,
  fromHex,
  parseLink,
  parseRoomId,
  parseRunServerFrame,
  splitClientMessage,
  splitMessage,
} from "../src/protocol.ts";
import { load } from "./vectors/Case.ts";

/**
 * Parsers are total (K8, M1, R1, P1, W1): whatever the bytes, they answer. COTERIE_SEED repeats a run; the seed of a failure is
 * printed with the smallest case that fails.
 */
const seed = Number(process.env.COTERIE_SEED ?? Date.now() % 2 ** 31);
const run = { seed, numRuns: 2_000 };
console.log(`COTERIE_SEED=${seed}`);

interface Sample {
  readonly kind: string;
  readonly bytes: string;
}

const samples = load("from-typescript", "parse.json") as unknown as readonly Sample[];
const kinds = [...new Set(samples.map(({ kind }) => kind))];

/** Real bytes of the kind with a piece replaced: these reach deep into a layout. */
function damaged(kind: string): fc.Arbitrary<Uint8Array> {
  const whole = samples.filter((sample) => sample.kind === kind).map(({ bytes }) => fromHex(bytes)!);
  const piece = fc.oneof(fc.constant(new Uint8Array(4).fill(255)), fc.uint8Array({ maxLength: 6 }));
  return fc.tuple(fc.constantFrom(...whole), fc.nat(), piece, fc.nat(8)).map(([bytes, at, inserted, dropped]) => {
    const from = at % (bytes.length + 1);
    return concat(bytes.subarray(0, from), inserted, bytes.subarray(Math.min(bytes.length, from + dropped)));
  });
}

describe.each(kinds)("the parser of %s", (kind) => {
  test("R1 M1 W1 P1 answers any bytes, and the same again for the same bytes", () => {
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), damaged(kind)), (bytes) => {
        const first = JSON.stringify(answer(kind, bytes));
        expect(JSON.stringify(answer(kind, bytes.slice()))).toBe(first);
      }),
      run,
    );
  });
});

test("R1 W1 a length alone allocates nothing", () => {
  const before = process.memoryUsage().arrayBuffers;
  for (const kind of kinds)
    for (const { bytes } of samples.filter((sample) => sample.kind === kind)) {
      const hostile = fromHex(bytes)!;
      for (let at = 0; at + 4 <= hostile.length; at += 3) {
        const copy = hostile.slice();
        copy.fill(255, at, at + 4);
        answer(kind, copy);
      }
    }
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 1024 * 1024);
});

test("W1 messages split totally, and what was framed comes out", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
      splitMessage(bytes);
      splitClientMessage(bytes);
    }),
    run,
  );
  const framed = fc.array(fc.uint8Array({ minLength: 1, maxLength: 50 }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(framed, (frames) => {
      const message = concat(...frames.flatMap((frame) => [Uint8Array.of(0, 0, 0, frame.length), frame]));
      expect(splitMessage(message)).toEqual(frames);
    }),
    run,
  );
});

test("X4 T10 what TypeScript alone reads is read totally", () => {
  const welcome = concat(Uint8Array.of(1, 1), new Uint8Array(32), fromHex(`04${"11".repeat(64)}`)!);
  const bent = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.nat(98), fc.nat(255)).map(([at, byte]) => welcome.with(at, byte)),
  );
  fc.assert(
    fc.property(bent, (bytes) => {
      parseRunServerFrame(bytes);
    }),
    run,
  );
  const marked = fc.array(
    fc.oneof(fc.constantFrom("```", "`", "@[", "](", ")", "\n", "0".repeat(32), "http://"), fc.string()),
  );
  fc.assert(
    fc.property(marked, (parts) => {
      parseChatText(parts.join(""));
    }),
    run,
  );
});

test("K8 links and room ids parse totally", () => {
  const linkLike = fc.tuple(fc.string(), fc.constantFrom("/r/", "#", ".", "https://a/r/"), fc.string());
  const texts = fc.oneof(
    fc.string({ unit: "binary" }),
    linkLike.map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      parseLink(text);
      parseRoomId(text);
    }),
    run,
  );
});
