import type { TreeNode } from "@coterie/core";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Mishap, WandboxStandIn } from "../../../tests/support/WandboxStandIn.ts";
import { filesThere, packed } from "../src/room/runs/wandbox/packed.ts";
import { type Compiler, compile, compilersOf } from "../src/room/runs/wandbox/wandbox.ts";

/** What a page asks of a Wandbox, and what it makes of its answers, over real HTTP. */
let wandbox: WandboxStandIn;

beforeEach(async () => {
  wandbox = await WandboxStandIn.start();
});

afterEach(async () => {
  vi.useRealTimers();
  await wandbox.stop();
});

const never = new AbortController().signal;
const compilers = () => compilersOf(wandbox.url, never);
const job = (compiler: Compiler) => ({
  ...{ compiler, code: "print(1)", codes: [{ file: "lib/a.py", code: "" }], input: "in\n" },
  ...{ options: ["-O2", "a b"], arguments: ["one", "and two"] },
});
const run = async (signal = never) => compile(wandbox.url, job((await compilers())[0]!), signal);

test("its list of compilers is read, with the switches that are on where nobody says otherwise", async () => {
  const [gcc, python] = await compilers();
  expect(gcc).toEqual({
    name: "gcc-head",
    language: "C++",
    label: "gcc HEAD 16.0.0 20251101 (experimental)",
    command: "g++ prog.cc",
    takesOptions: true,
    takesArguments: false,
    switches: "warning,gnu++20",
  });
  expect(python).toMatchObject({ label: "CPython 3.13.8", takesOptions: false, takesArguments: true, switches: "" });
});

test("of a list the entries that are no compilers are left out, and a list without any is none", async () => {
  const odd = [null, 7, [], {}, { name: "x" }, { name: 7, language: "C" }, { name: "a".repeat(300), language: "C" }];
  wandbox.compilers = [...(odd as object[]), { name: "tcc", language: "C", switches: [{ default: 3 }, null] }];
  expect(await compilers()).toEqual([
    {
      ...{ name: "tcc", language: "C", label: "tcc", command: "" },
      takesOptions: false,
      takesArguments: false,
      switches: "",
    },
  ]);
  wandbox.compilers = odd as object[];
  await expect(compilers()).rejects.toThrow("names no compilers: is there a Wandbox at that address?");
});

test("a program is sent as its API wants it, to be kept by nobody, and nothing of the page is told", async () => {
  wandbox.outcome = () => ({
    status: "3",
    compiler_message: "c",
    program_message: "oe",
    program_output: "o",
    permlink: "x",
  });
  expect(await run()).toEqual({ compilerSaid: "c", programSaid: "oe", exitCode: 3, signal: undefined });
  expect(wandbox.sent).toEqual([
    {
      ...{ compiler: "gcc-head", code: "print(1)", codes: [{ file: "lib/a.py", code: "" }], stdin: "in\n" },
      ...{
        options: "warning,gnu++20",
        "compiler-option-raw": "-O2\na b",
        "runtime-option-raw": "one\nand two",
        save: false,
      },
    },
  ]);
  expect(wandbox.toldOfThePage).toEqual([]);
});

test.each([
  ["ended by a signal whose name turns letters around", { signal: "\u202edelliK" }, { signal: "\ufffddelliK" }],
  ["ended by a signal", { signal: "Killed", program_message: "a" }, { signal: "Killed", exitCode: undefined }],
  [
    "of an older Wandbox, which keeps the two outputs apart",
    { status: 0, program_output: "a", program_error: "b" },
    { programSaid: "ab", exitCode: 0 },
  ],
  ["with nothing said of its end", {}, { exitCode: undefined, signal: undefined, programSaid: "", compilerSaid: "" }],
  [
    "with nulls",
    { status: "0", signal: null, compiler_message: null, program_message: null },
    { exitCode: 0, signal: undefined },
  ],
])("an outcome %s is read", async (_, outcome, read) => {
  wandbox.outcome = () => outcome;
  expect(await run()).toMatchObject(read);
});

test.each<[string, Mishap, string]>([
  ["no JSON", { body: "<html>" }, "answered with something that is no JSON."],
  ["half of one", { body: '{"status":' }, "answered with something that is no JSON."],
  ["a list", { body: "[]" }, "is no outcome of a program"],
  ["a number for a text", { body: '{"status":"0","program_message":7}' }, "is no outcome of a program"],
  ["a state that is no number", { body: '{"status":"fine"}' }, "is no outcome of a program"],
  ["an object for an output", { body: '{"program_output":{"toString":1}}' }, "is no outcome of a program"],
  ["an object for the signal", { body: '{"signal":{}}' }, "is no outcome of a program"],
  ["a fault", { status: 500 }, "has a fault of its own (500). Try again later."],
  ["that it was asked too often", { status: 429 }, "has been asked too often (429). Try again later."],
  ["that this is too large", { status: 413 }, "finds the files too large (413)."],
  ["that it knows no such thing", { status: 404 }, "does not know that (404)"],
  ["a refusal", { status: 403 }, "refused the request (403)."],
  ["the half of it alone", { cut: true }, "broke off in the middle of its answer."],
  ["another address", { moved: "/api/list.json" }, "cannot be reached"],
])("an answer that is %s is told so, with whose it is", async (_, mishap, words) => {
  const [gcc] = await compilers();
  wandbox.mishaps = [mishap];
  const failed = expect(compile(wandbox.url, job(gcc!), never)).rejects;
  await failed.toThrow(words);
  await failed.toThrow(wandbox.url.slice("http://".length));
});

test("an answer without an end is not read further than 4 MB, and let go", async () => {
  wandbox.mishaps = [{ endless: true }];
  await expect(compilers()).rejects.toThrow("answers with more than 4 MB: that is not read.");
  await expect.poll(() => wandbox.givenUp).toBe(1);
});

test("one that does not answer is waited for 20 seconds, of a program 90", async () => {
  const [gcc] = await compilers();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  for (const [ask, ms] of [
    [() => compilers(), 20_000],
    [() => compile(wandbox.url, job(gcc!), never), 90_000],
  ] as const) {
    wandbox.mishaps = [{ silent: true }];
    const asked = wandbox.asked.length;
    const answer = ask();
    answer.catch(() => {});
    while (wandbox.asked.length === asked) await new Promise(setImmediate);
    let over = false;
    answer.catch(() => {}).finally(() => (over = true));
    await vi.advanceTimersByTimeAsync(ms - 1);
    expect(over).toBe(false);
    await vi.advanceTimersByTimeAsync(1);
    await expect(answer).rejects.toThrow(`did not answer within ${ms / 1_000} seconds.`);
  }
});

test("who stops waiting is gone at once", async () => {
  const [gcc] = await compilers();
  const stop = new AbortController();
  wandbox.mishaps = [{ silent: true }];
  const asked = wandbox.asked.length;
  const answer = compile(wandbox.url, job(gcc!), stop.signal);
  answer.catch(() => {});
  await expect.poll(() => wandbox.asked.length).toBeGreaterThan(asked);
  stop.abort();
  await expect(answer).rejects.toBe(stop.signal.reason);
  await expect.poll(() => wandbox.givenUp).toBe(1);
});

test("where nothing listens, that is said", async () => {
  const { url } = wandbox;
  await wandbox.stop();
  await expect(compilersOf(url, never)).rejects.toThrow("cannot be reached: it is not there now");
  wandbox = await WandboxStandIn.start();
});

const node = (path: string) =>
  ({ id: `id of ${path}`, kind: "file", path, name: path.split("/").at(-1)!, shownName: path }) as TreeNode;
const bytes = (text: string) => new TextEncoder().encode(text);

test("of a program in a folder goes along what is a text in that folder, by where it lies there", () => {
  const files = [
    { path: "README.md", bytes: bytes("no") },
    { path: "app/main.py", bytes: bytes("\ufeffmain") },
    { path: "app/lib/a.py", bytes: bytes("a") },
    { path: "app/picture.png", bytes: Uint8Array.of(0xff, 0xfe, 0xfd) },
  ];
  expect(packed({ files, bytes: 0, partly: false }, node("app/main.py"), 6, 0)).toEqual({
    code: "\ufeffmain",
    codes: [{ file: "lib/a.py", code: "a" }],
    paths: ["app/main.py", "app/lib/a.py"],
    bytes: 8,
    left: 4,
  });
});

test("more than 1 MB is not sent, input included", () => {
  const files = [{ path: "main.py", bytes: new Uint8Array(999_990).fill(32) }];
  const pack = (input: number) => packed({ files, bytes: 0, partly: false }, node("main.py"), 1, input);
  expect(pack(10).bytes).toBe(999_990);
  expect(() => pack(11)).toThrow("1.0 MB at most are sent. Put it into a folder of its own.");
});

test("what a compiler there names is found in the room: the program under its name there, the others in its folder", async () => {
  const nodes = ["app/main.cpp", "app/lib/a.h", "b.h", "app/prog.cc"].map(node);
  const files = filesThere(nodes, "app/main.cpp", (await compilers())[0]!);
  expect(files.find("prog.cc")).toEqual({ file: "id of app/main.cpp", path: "app/main.cpp" });
  expect(files.find("/home/wandbox/prog.cc")?.path).toBe("app/main.cpp");
  expect(files.find("./lib/a.h")?.path).toBe("app/lib/a.h");
  expect(files.named("a.h")?.path).toBe("app/lib/a.h");
  for (const other of ["b.h", "/usr/include/prog.cc", "/box/prog.cc", "../b.h", "main.cpp"])
    expect(files.find(other), other).toBeUndefined();
});
