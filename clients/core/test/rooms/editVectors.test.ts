import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { Random } from "../../../../tests/support/Random.ts";
import { type EditEffect, type EditFault, EditState } from "../../src/rooms/Edit.ts";
import { fromHex, toHex } from "../../src/wire/Bytes.ts";
import { compose, type Item } from "./composeUpdate.ts";
import { mutate, session } from "./EditSession.ts";
import { ana, begun, bob, foreign, insert, textual, undecodable } from "./editCases.ts";

/**
 * Edits and what the pre-check says of them, for every language that judges edits. Written by COTERIE_WRITE_VECTORS=1 from
 * this file's fixed inputs; its schema is in tests/vectors/README.md.
 */
const target = fileURLToPath(new URL("../../../../tests/vectors/edits/from-typescript.json", import.meta.url));

interface Step {
  readonly member: string;
  readonly update: string;
  readonly expect: string | readonly { readonly client: string; readonly clock: string }[];
}

interface Vector {
  readonly name: string;
  readonly start: readonly { readonly client: string; readonly clock: string; readonly member: string }[];
  readonly steps: readonly Step[];
}

const answer = (verdict: EditEffect | EditFault): Step["expect"] =>
  "rule" in verdict
    ? verdict.rule
    : [...verdict.clocks]
        .sort(([a], [b]) => a - b)
        .map(([client, clock]) => ({ client: `${client}`, clock: `${clock}` }));

function judge(state: EditState, bytes: Uint8Array, member: string): Step {
  const verdict = state.check(bytes, member);
  if ("clocks" in verdict) state.advance(verdict, member);
  return { member, update: toHex(bytes), expect: answer(verdict) };
}

/** One case that starts from `begun()`. */
function begin(name: string, ...edits: [Uint8Array, string][]): Vector {
  const state = begun();
  const start = [...state.clocks].map(([client, clock]) => ({
    client: `${client}`,
    clock: `${clock}`,
    member: state.claims.find(({ clientId }) => clientId === client)!.memberId,
  }));
  return { name, start, steps: edits.map(([bytes, member]) => judge(state, bytes, member)) };
}

/** A random session of several members, each honest edit after some spoilt copies of it that an honest hub would refuse. */
function sitting(seed: number): Vector {
  const random = new Random(seed);
  const state = new EditState();
  const steps: Step[] = [];
  session(random, 60, (bytes, member) => {
    for (let i = 0; i < 4; i++) {
      const spoilt = mutate(bytes, random);
      if ("rule" in state.check(spoilt, member)) steps.push(judge(state, spoilt, member));
    }
    steps.push(judge(state, bytes, member));
  });
  return { name: `E1 E2 E3 E4 E5 a session of three members, ${seed}`, start: [], steps };
}

function write(): Vector[] {
  const one = (item: Item) => compose([{ client: 1, clock: 5, items: [item] }], []);
  return [
    ...[...undecodable, ...foreign].map(([what, bytes]) => begin(`E1 ${what}`, [bytes, ana])),
    ...textual.map(([what, bytes]) => begin(`E1 ${what} is accepted`, [bytes, ana])),
    begin("E2 a gap", [compose([insert(1, 6, "x", [1, 3])], []), ana]),
    begin("E2 a repetition", [compose([insert(1, 4, "x", [1, 3])], []), ana]),
    begin("E3 an origin outside", [one({ text: "x", origin: [2, 3] }), ana]),
    begin("E3 a right origin outside", [one({ text: "x", rightOrigin: [2, 3] }), ana]),
    begin("E3 an origin within itself", [one({ text: "x", origin: [1, 5] }), ana]),
    begin("E4 a range past the end", [compose([], [{ client: 2, clock: 1, length: 3 }]), ana]),
    begin("E4 a range up to the end", [compose([], [{ client: 2, clock: 1, length: 2 }]), ana]),
    begin("E5 another's client id", [compose([insert(1, 5, "x", [1, 4])], []), bob]),
    begin(
      "E5 the first to write claims",
      [compose([insert(9, 0, "x", [1, 4])], []), bob],
      [compose([insert(9, 1, "y", [9, 0])], []), ana],
      [compose([insert(9, 1, "y", [9, 0])], []), bob],
    ),
    sitting(2026),
    sitting(11),
  ];
}

describe("the vectors of edits", () => {
  test("are what this code writes", () => {
    const text = `[\n${write()
      .map((vector) => JSON.stringify(vector))
      .join(",\n")}\n]\n`;
    if (process.env.COTERIE_WRITE_VECTORS === "1") writeFileSync(target, text);
    expect(existsSync(target) && readFileSync(target, "utf8")).toBe(text);
  });

  const vectors: Vector[] = existsSync(target) ? JSON.parse(readFileSync(target, "utf8")) : [];
  for (const vector of vectors)
    test(vector.name, () => {
      const state = new EditState();
      for (const { client, clock, member } of vector.start) state.restore(Number(client), Number(clock), member);
      for (const step of vector.steps) expect(judge(state, fromHex(step.update)!, step.member)).toEqual(step);
    });
});
