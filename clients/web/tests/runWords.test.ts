import { readFileSync } from "node:fs";
import type { Room, RoomView, RunState, RunView, TreeNode } from "@coterie/core";
import { RunEnd } from "@coterie/core/runs/RunEnd.ts";
import type { RunEnded } from "@coterie/core/runs/RunEnded.ts";
import { expect, test } from "vitest";
import { endWords, memory, phaseWords, seconds, shortEnd, tookWords, wentWell } from "../src/room/runs/endWords.ts";
import { beside, textsWith } from "../src/room/runs/gather.ts";
import { mayRun } from "../src/room/runs/mayRun.ts";
import { namedLanguage } from "../src/room/runs/pipelines/languages.ts";
import { isProgram } from "../src/room/runs/programs.ts";
import { comparedWith, differences, saidTheSame, wasTyped } from "../src/room/runs/receipts.ts";
import { formIn, plainForm } from "../src/room/runs/runForm.ts";
import { splitWords } from "../src/room/runs/splitWords.ts";

/** What of programs needs no browser: which files are some, what goes along, and how their ends are told. */
const ended: RunEnded = {
  end: RunEnd.Exited,
  exitCode: 0,
  wallMs: 1_234,
  cpuMs: 56,
  peakBytes: 9.5 * 2 ** 20,
  flags: 0,
  saidBytes: 0,
  saidHash: new Uint8Array(32),
  complaint: "",
};

test("the endings that may be programs are those of the server's list of languages", () => {
  const list = new URL("../../../src/Coterie.Server/Runs/Languages/languages.json", import.meta.url);
  const languages = JSON.parse(readFileSync(list, "utf8")) as { extensions: string[] }[];
  const endings = new Set(languages.flatMap(({ extensions }) => extensions));
  for (const ending of endings) expect(isProgram(`Main${ending}`), ending).toBe(true);
  for (const name of ["notes.md", "data.csv", "Makefile", ".gitignore", "a.json", "py"])
    expect(isProgram(name)).toBe(false);
  expect(isProgram("MAIN.PY")).toBe(true);
  const source = readFileSync(new URL("../src/room/runs/programs.ts", import.meta.url), "utf8");
  const known = /"([a-z0-9 ]+)"\.split/.exec(source)![1]!.split(" ");
  expect(known.map((ending) => `.${ending}`).toSorted()).toEqual([...endings].toSorted());
});

test("what others call a language is what the server's list calls it", () => {
  const list = new URL("../../../src/Coterie.Server/Runs/Languages/languages.json", import.meta.url);
  const languages = JSON.parse(readFileSync(list, "utf8")) as { name: string; extensions: string[] }[];
  let known = 0;
  for (const { name, extensions } of languages)
    for (const ending of extensions) {
      const named = namedLanguage(`Main${ending}`);
      if (named !== undefined) expect(name.replace(/ \(.*\)$/, ""), ending).toBe(named.name);
      if (named !== undefined) known += 1;
    }
  const source = readFileSync(new URL("../src/room/runs/pipelines/languages.ts", import.meta.url), "utf8");
  const endings = [...source.matchAll(/endings: "([a-z0-9 ]+)"/g)].flatMap(([, each]) => each!.split(" "));
  expect(known).toBe(endings.length); // each of them is in the list
});

test("a line of arguments is read as a shell would", () => {
  expect(splitWords("")).toEqual([]);
  expect(splitWords("  a  b ")).toEqual(["a", "b"]);
  expect(splitWords(`-x "two words" 'it "is"' ""`)).toEqual(["-x", "two words", 'it "is"', ""]);
  expect(splitWords(`a\\ b "say \\"hi\\"" c\\`)).toEqual(["a b", 'say "hi"', "c\\"]);
  expect(splitWords(`"open end`)).toEqual(["open end"]);
});

test("how a run ended is told in plain words", () => {
  expect(endWords({ ...ended, exitCode: 3 })).toBe("Exit code 3");
  expect(endWords({ ...ended, exitCode: 137 })).toBe("Ended by SIGKILL (exit code 137)");
  expect(endWords({ ...ended, exitCode: 255 })).toBe("Exit code 255");
  expect(endWords({ ...ended, end: RunEnd.NotStarted, complaint: "Too many files." })).toBe("Not run: Too many files.");
  const failed = { ...ended, end: RunEnd.Failed, complaint: "The engine went." };
  const hidden = { ...ended, end: RunEnd.NotStarted, complaint: "a\u202eb" };
  expect([endWords(hidden), endWords({ ...hidden, end: RunEnd.Failed })]).toEqual([
    "Not run: a\ufffdb",
    "The server failed it: a\ufffdb",
  ]);
  expect([endWords(failed), shortEnd(failed)]).toEqual(["The server failed it: The engine went.", "failed"]);
  for (const end of Object.values(RunEnd)) expect(endWords({ ...ended, end })).toMatch(/\w/);
  expect([shortEnd(ended), wentWell(ended), wentWell({ ...ended, exitCode: 1 })]).toEqual(["exit 0", true, false]);
  expect(tookWords(ended)).toEqual(["1.2 s", "processor 56 ms", "memory 9.5 MB"]);
  expect(tookWords({ ...ended, flags: 3 })).toEqual([
    "1.2 s",
    "processor about 56 ms",
    "memory about 9.5 MB",
    "the rest of its output was left out",
  ]);
  expect(tookWords({ ...ended, end: RunEnd.NotStarted })).toEqual([]);
  expect([seconds(600_000), seconds(61_000), memory(128 * 2 ** 20)]).toEqual(["10 min", "1 min 1 s", "128 MB"]);
  const state = { compiling: false, terms: undefined, ended: undefined, away: false, problem: undefined };
  const phase = (part: Partial<RunState>) => phaseWords({ ...state, phase: "queued", ahead: undefined, ...part });
  expect([phase({}), phase({ ahead: 2 }), phase({ phase: "running" })]).toEqual(["queued", "queued 2", "running"]);
  expect([phase({ phase: "running", compiling: true }), phase({ away: true })]).toEqual(["compiling", "connecting"]);
});

test("a run goes on only while its author is here and the room allows it", () => {
  const run = { ended: undefined, time: Date.now(), memberId: "aa" } as unknown as RunView;
  const room = (runs: boolean, live: boolean) =>
    ({ allows: { runs }, people: [{ memberId: "aa", live }] }) as unknown as RoomView;
  expect(mayRun(run, room(true, true))).toBe(true);
  expect(mayRun({ ...run, ended }, room(true, true))).toBe(false);
  expect(mayRun(run, room(false, true))).toBe(false);
  expect(mayRun(run, room(true, false))).toBe(false);
  expect(mayRun({ ...run, time: Date.now() - 3_600_000 }, room(true, true))).toBe(false);
});

test("all texts go along while they are few, and else those at the root and in the program's folder", () => {
  const node = (path: string, kind = "file") => ({ id: path, path, kind }) as unknown as TreeNode;
  const many = Array.from({ length: 200 }, (_, nth) => node(`lib/${nth}.txt`));
  const [root, main, other] = [node("root.txt"), node("app/src/main.py"), node("app/data.txt")];
  expect(textsWith([root, main, other, node("app", "folder"), node("a.png", "binary")], main)).toEqual([
    root,
    main,
    other,
  ]);
  expect(textsWith([...many, root, main, other], main)).toEqual([root, main, other]);
  expect(beside([...many, root, main, other], root)).toEqual([root]);
});

test("what two runs did not begin with alike is named, and nothing where all of it is the same; what they said is alike only where their end is", () => {
  const bytes = (...all: number[]) => Uint8Array.from(all);
  const bounds = { memoryBytes: 1, cpuMs: 1, wallMs: 1, processes: 1, protections: "", version: "3", terminal: false };
  const files = ["a.py", "b.py", "c.py", "d.py", "e.py"].map((path, nth) => ({ path, hash: bytes(nth) }));
  const receipt = {
    ...bounds,
    language: "python",
    entry: "a.py",
    arguments: ["a", "b"],
    inputHash: bytes(7),
    files,
    ended,
  };
  expect(differences({ ...receipt, files: files.toReversed(), wallMs: 9, protections: "else" }, receipt)).toEqual([]);
  const changes: [Partial<typeof receipt>, string][] = [
    [{ language: "pypy" }, "another language (pypy)"],
    [{ version: "4" }, "another version (4)"],
    [{ version: "4\u202e" }, "another version (4\ufffd)"],
    [{ language: "py\u001b" }, "another language (py\ufffd)"],
    [{ version: "" }, "another version (not said)"],
    [{ arguments: ["a b"] }, "other arguments"],
    [{ arguments: ["b", "a"] }, "other arguments"],
    [{ inputHash: bytes(8) }, "another input"],
    [{ terminal: true }, "a terminal"],
    [{ files: files.slice(1) }, "other files (a.py)"],
    [{ files: [...files.slice(1), { path: "a.py", hash: bytes(9) }] }, "other files (a.py)"],
    [{ files: [...files.slice(1), { path: "z.py", hash: bytes(0) }] }, "other files (z.py, a.py)"],
    [{ files: [] }, "other files (a.py, b.py, c.py and 2 more)"],
  ];
  for (const [change, said] of changes) expect(differences({ ...receipt, ...change }, receipt)).toEqual([said]);
  expect(differences({ ...receipt, version: "4", files: [] }, receipt)).toHaveLength(2);
  expect(saidTheSame(ended, { ...ended, wallMs: 9, peakBytes: 9 })).toBe(true);
  expect(saidTheSame(ended, { ...ended, exitCode: 1 })).toBe(false);
  expect(saidTheSame(ended, { ...ended, saidHash: new Uint8Array(32).fill(1) })).toBe(false);
  expect([wasTyped(ended), wasTyped({ ...ended, flags: 4 })]).toEqual([false, true]);
});

test("a run is compared with every other one of its program, however many there were since", () => {
  const all = Array.from({ length: 30 }, (_, nth) => ({ id: `${nth}`, entry: nth === 7 ? "b.py" : "a.py" }));
  const receipt = { entry: "a.py", arguments: [], files: [], inputHash: new Uint8Array(32), ended };
  const receiptOf = (id: string) => (id === "8" ? undefined : receipt);
  const room = { runs: { view: { get: () => all }, receiptOf } } as unknown as Room;
  const ids = comparedWith(room, "29").map(({ run }) => run.id);
  expect(ids).toEqual(
    [28, ...Array.from({ length: 28 }, (_, nth) => 27 - nth).filter((nth) => nth !== 7 && nth !== 8)].map(String),
  );
});

test("what was remembered is taken as far as it is a form", () => {
  expect(formIn(undefined)).toEqual(plainForm);
  for (const broken of ["", "null", "[]", "{", '{"direct":1,"arguments":[],"languages":3}'])
    expect(formIn(broken)).toEqual(plainForm);
  const form = {
    ...plainForm,
    entry: "ab",
    languages: { ".py": "pypy" },
    given: { ab: { arguments: "", input: "x" } },
    direct: false,
    onSave: true,
    agreed: true,
  };
  expect(formIn(JSON.stringify(form))).toEqual(form);
});
