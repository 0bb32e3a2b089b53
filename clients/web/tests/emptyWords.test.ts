import { expect, test } from "vitest";
import { emptyWords } from "../src/room/emptyWords.ts";

const inside = { connection: "connected", problem: undefined, reached: true, files: true, canEdit: true } as const;
const outside = { ...inside, connection: "connecting", reached: false, files: false } as const;
const full = { code: 26, text: "The room is full." };

test("before the room was reached nothing is claimed about its files", () => {
  expect(emptyWords(outside).editor[0]).toBe("Connecting to the room…");
  for (const seen of [
    { ...outside, connection: "reconnecting", problem: full },
    { ...outside, connection: "connecting", problem: full },
    { ...outside, connection: "offline" },
  ] as const) {
    expect(emptyWords(seen).editor[0]).toBe("You are not in the room yet.");
    expect(JSON.stringify(emptyWords(seen))).not.toMatch(/no files|choose|button/i);
  }
});

test("where files wait that were made here without a connection, one may choose among them", () => {
  expect(emptyWords({ ...outside, connection: "offline", files: true }).editor[1]).toMatch(/^Choose one/);
});

test("inside, who may edit is told how to make a file, and who may not is not", () => {
  expect(emptyWords(inside).editor).toEqual(["No file is open.", "Choose one in the tree, or make a new one there."]);
  expect(emptyWords({ ...inside, files: false }).tree).toMatch(/Make one/);
  expect(JSON.stringify(emptyWords({ ...inside, files: false, canEdit: false }))).not.toMatch(/Make one/);
  expect(JSON.stringify(emptyWords({ ...inside, canEdit: false }))).not.toMatch(/make/);
  expect(emptyWords({ ...inside, connection: "reconnecting", files: false }).tree).toMatch(/^No files yet/);
});
