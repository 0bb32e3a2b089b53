import { expect, test } from "vitest";
import { keptIn } from "../src/room/runs/pipelines/RunChoices.ts";

const nothing = { pipelines: {}, wandbox: undefined, compilers: {}, options: {}, knowsOnlineGdb: false };

test("what was remembered of the ways to run comes back, and what is none of it is left out", () => {
  const kept = {
    pipelines: { Python: "package", C: "wandbox" },
    wandbox: "https://box.example",
    compilers: { C: "gcc-13" },
    options: { C: "-O2" },
    knowsOnlineGdb: true,
  };
  expect(keptIn(JSON.stringify(kept))).toEqual(kept);
  const bad = {
    pipelines: { Python: "elsewhere", C: "server", Go: 3, Rust: null },
    wandbox: ["https://box.example"],
    compilers: { C: 1, Go: "go" },
    options: "-O2",
    knowsOnlineGdb: "yes",
  };
  expect(keptIn(JSON.stringify(bad))).toEqual({ ...nothing, pipelines: { C: "server" }, compilers: { Go: "go" } });
});

test.each([undefined, "", "{", "null", "[]", "7", '"text"', '{"pipelines":null,"compilers":7}'])(
  "%s is nothing that was remembered",
  (text) => expect(keptIn(text)).toEqual(nothing),
);

test("a language that is called like what every object has is one like any other", () => {
  const { pipelines } = keptIn('{"pipelines":{"__proto__":"package","constructor":"package"}}');
  expect(Object.hasOwn(pipelines, "constructor")).toBe(true);
  expect(Object.getPrototypeOf(pipelines)).toBe(Object.prototype);
});
