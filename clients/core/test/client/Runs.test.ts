import { afterEach, expect, test } from "vitest";
import type { LiveRun, Said } from "../../src/client/LiveRun.ts";
import type { Room } from "../../src/client/Room.ts";
import type { Program } from "../../src/client/Runs.ts";
import { hash } from "../../src/keys/Hash.ts";
import { encodeRunReceipt } from "../../src/rooms/Payloads/RunReceipt.ts";
import { encodeRunRequest } from "../../src/rooms/Payloads/RunRequest.ts";
import { encodeRunShared } from "../../src/rooms/Payloads/RunShared.ts";
import { encodeRunClear, RunKind } from "../../src/rooms/RunClear.ts";
import { RunEnd } from "../../src/runs/RunEnd.ts";
import { RunEventKind } from "../../src/runs/RunEvent.ts";
import { utf8 } from "../../src/wire/Bytes.ts";
import { Policy, RecordClass } from "../../src/wire/Classes.ts";
import type { StreamId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, saved, until } from "./Company.ts";
import { Forger } from "./Forger.ts";
import { TERMS } from "./TestRuns.ts";

const company = new Company(20);
const { runs } = company.hub;
afterEach(async () => {
  company.part();
  company.hub.refusing = {};
  await company.hub.lose(); // after what is under way there
  runs.refusing = undefined;
  runs.runs.clear();
});

const program: Program = {
  language: "python",
  entry: "main.py",
  terminal: { columns: 80, rows: 24 },
  arguments: ["one"],
  input: new Uint8Array(0),
  files: [{ path: "main.py", bytes: utf8("print(input())") }],
};

async function twoOfThem(role: "editor" | "viewer" = "editor"): Promise<[Room, Room]> {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob", role);
  await until(() => ada.view.get().people.some(({ name }) => name === "Bob"), "Ada knows Bob");
  return [ada, bob];
}

const phase = (live: LiveRun) => live.state.get().phase;

/** All that the program, or its compiler, said so far. */
function text(live: LiveRun, by: Said["by"] = "program"): string {
  const decoder = new TextDecoder();
  let all = "";
  const end = live.listen((said) => {
    if (said.by === by) all += decoder.decode(said.bytes, { stream: true });
  });
  end();
  return all;
}

/** The classes that stand in a log, in their order. */
function classesIn(stream: (streams: { control: StreamId; runs: StreamId }) => StreamId): number[] {
  const { state } = company.atHub();
  return company.hub.log(state.roomId, stream(state.streams)).envelopes.flatMap(({ record }) => {
    const view = parseRecord(record);
    return failed(view) ? [] : [view.class];
  });
}

test("X1 X9 the disclosure and the request stand in the log before the server is told to begin", async () => {
  const [, bob] = await twoOfThem();
  let control: number[] = [];
  let asked: number[] = [];
  runs.onstart = () => {
    control = classesIn((streams) => streams.control);
    asked = classesIn((streams) => streams.runs);
  };
  const live = await bob.runs.start(program);
  await until(() => runs.runs.size === 1, "the server began it");
  expect(control).toContain(RecordClass.Disclosure);
  expect(asked).toEqual([RecordClass.Run]);
  expect(runs.newest.id).toBe(live.id);
  expect(runs.newest.order).toMatchObject({ language: "python", entry: "main.py", arguments: ["one"] });
  expect(runs.newest.order.files).toEqual(program.files);
  runs.onstart = () => {};
});

test("X4 who watches sees all from the beginning, and both go on where a lost connection broke off", async () => {
  const [ada, bob] = await twoOfThem();
  const live = await bob.runs.start(program);
  await until(() => runs.runs.size === 1, "the server began it");
  runs.newest.tell({ kind: RunEventKind.Queued, ahead: 2 });
  await until(() => live.state.get().ahead === 2, "Bob is told that he waits");
  runs.newest.begin();
  runs.newest.tell({ kind: RunEventKind.CompilerSaid, bytes: utf8("warning\n") });
  await until(() => live.state.get().compiling, "it compiles");
  runs.newest.tell({ kind: RunEventKind.Compiled, exitCode: 0 });
  runs.newest.say("né ");
  await until(() => ada.runs.view.get().length === 1, "Ada knows of it");
  const watched = ada.runs.watch(live.id);
  expect(ada.runs.watch(live.id)).toBe(watched);
  await until(() => text(watched) === "né ", "Ada sees what was said before");
  runs.cut();
  runs.newest.say("two ");
  await until(() => text(watched) === "né two " && text(live) === "né two ", "both go on");
  runs.newest.end({ exitCode: 3 });
  await until(() => phase(watched) === "ended" && phase(live) === "ended", "both see the end");
  expect(text(watched, "compiler")).toBe("warning\n");
  expect(watched.state.get()).toMatchObject({ terms: TERMS, compiling: false, ended: { exitCode: 3 } });
});

test("X4 what is told twice, or does not open, is not shown", async () => {
  const [, bob] = await twoOfThem();
  const live = await bob.runs.start(program);
  await until(() => runs.runs.size === 1, "the server began it");
  const run = runs.newest;
  run.say("one");
  await until(() => text(live) === "one", "it is shown");
  for (const line of run.lines) await run.join(line, 0);
  run.say("two");
  await until(() => text(live) === "onetwo", "once");
  for (const line of run.lines) line.give({ type: "event", index: 2, event: new Uint8Array(40) });
  await until(() => phase(live) === "lost", "what is none is not taken for an event");
  expect(live.state.get().problem).toMatch(/does not open/);
});

test("X5 only who began it and owners type, until it is handed to everyone", async () => {
  const ada = await company.found();
  const [bob, cleo] = [await company.join(ada, "Bob"), await company.join(ada, "Cleo", "viewer")];
  const live = await bob.runs.start(program);
  await until(() => cleo.runs.view.get().length === 1 && ada.runs.view.get().length === 1, "all know of it");
  const [adas, cleos] = [ada.runs.watch(live.id), cleo.runs.watch(live.id)];
  await until(() => adas.hand.get(), "the owner may type");
  expect([live.hand.get(), cleos.hand.get()]).toEqual([true, false]);
  await expect(cleo.runs.share(live.id, true)).rejects.toThrow(/say who types/);
  await until(() => runs.newest.lines.size === 3, "all are connected");
  live.type(utf8("Bob "));
  await until(() => runs.newest.typed === "Bob ", "Bob types");
  adas.type(utf8("Ada "));
  cleos.type(utf8("Cleo "));
  await until(() => runs.newest.typed === "Bob Ada ", "Ada types");
  await bob.runs.share(live.id, true);
  await until(() => cleos.hand.get(), "Cleo may type now");
  expect(cleo.runs.view.get()[0]!.shared).toBe(true);
  cleos.type(utf8("Cleo"));
  await until(() => runs.newest.typed === "Bob Ada Cleo", "Cleo types");
  runs.cut();
  await until(() => runs.newest.lines.size === 3, "all are connected again");
  live.type(new Uint8Array(20_000).fill(97));
  live.resize({ columns: 100, rows: 30 });
  live.resize({ columns: 100, rows: 30 });
  adas.resize({ columns: 10, rows: 10 });
  live.stop();
  await until(() => runs.newest.commands.at(-1)?.kind === 3, "it is stopped");
  expect(runs.newest.typed).toHaveLength("Bob Ada Cleo".length + 20_000);
  expect(runs.newest.commands.filter((command) => command?.kind === 2)).toEqual([{ kind: 2, columns: 100, rows: 30 }]);
});

test("X5 typing that was lent to everyone is taken back, by the server too, and lent anew by another key", async () => {
  const ada = await company.found();
  const [bob, cleo] = [await company.join(ada, "Bob"), await company.join(ada, "Cleo", "viewer")];
  const live = await bob.runs.start(program);
  await until(() => cleo.runs.view.get().length === 1 && ada.runs.view.get().length === 1, "all know of it");
  const [adas, cleos] = [ada.runs.watch(live.id), cleo.runs.watch(live.id)];
  await until(() => adas.hand.get() && runs.newest.lines.size === 3, "the owner may type");
  await bob.runs.share(live.id, true);
  await until(() => cleos.hand.get(), "Cleo may type");
  expect([adas.hasOwnHand, cleos.hasOwnHand]).toEqual([true, false]);
  const [first] = runs.newest.commands.flatMap((command) => (command.kind === 4 ? [command.key] : []));
  await expect(cleo.runs.share(live.id, false)).rejects.toThrow(/say who types/);
  await ada.runs.share(live.id, false);
  expect(runs.newest.lentKey).toHaveLength(0);
  await until(() => !cleos.hand.get() && live.hand.get(), "Cleo may no more, Bob still");
  expect(cleo.runs.view.get()[0]!.shared).toBe(false);
  const lines = new Set(runs.newest.lines);
  cleos.lend(first!); // as a page that does not know yet
  cleos.type(utf8("late"));
  await until(() => [...runs.newest.lines].some((line) => !lines.has(line)), "she watches over another connection");
  runs.newest.say("still seen");
  await until(() => text(cleos) === "still seen", "what it says");
  expect(runs.newest.typed).toBe("");
  await ada.runs.share(live.id, true);
  await until(() => cleo.runs.view.get()[0]!.shared && runs.newest.lentKey.length > 0, "it is lent anew");
  expect(runs.newest.lentKey).not.toEqual(first);
  runs.newest.lentKey = new Uint8Array(0); // as where that never came
  runs.cut();
  await until(() => runs.newest.lines.size === 3 && runs.newest.lentKey.length > 0, "who holds the hand says it again");
  cleos.type(utf8("Cleo"));
  await until(() => runs.newest.typed === "Cleo", "Cleo types");
});

test("X5 who began it types and stops it on a page that is loaded anew, and what was wanted before one can say it is said then", async () => {
  const ada = await company.found();
  const world = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => bob.runs.refusal === undefined, "Bob is in");
  const live = await bob.runs.start(program);
  await until(() => runs.runs.size === 1, "the server began it");
  await saved(bob);
  bob.close();
  const back = await company.reopen(bob, company.page(world));
  await until(() => back.runs.view.get()[0]?.mine === true, "he knows of it");
  const again = back.runs.watch(live.id);
  await until(() => again.hand.get(), "he may type");
  again.type(utf8("still Bob"));
  await until(() => runs.newest.typed === "still Bob", "he types");
  back.runs.leave(live.id);
  back.runs.stop(live.id);
  await until(() => runs.newest.commands.at(-1)?.kind === 3, "it is stopped");
  await until(() => runs.newest.lines.size === 1, "he follows it to its end");
  runs.newest.end({ end: RunEnd.Stopped });
  await until(() => runs.newest.lines.size === 0, "and no longer");
});

test("X8 of what a page began that is loaded anew, the new one says how it ended, with all that it was given", async () => {
  const ada = await company.found();
  const world = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => bob.runs.refusal === undefined, "Bob is in");
  const { id } = await bob.runs.start({ ...program, input: utf8("Ada") });
  await until(() => runs.runs.size === 1, "the server began it");
  runs.newest.begin();
  await saved(bob);
  bob.close();
  const back = await company.reopen(bob, company.page(world));

  await until(() => runs.newest.lines.size === 1, "he follows it unasked");
  back.runs.leave(id); // as one who looked at it, and looks away
  runs.newest.end({ exitCode: 4 });
  await until(() => ada.runs.view.get()[0]?.ended?.exitCode === 4, "Ada reads how it ended");
  expect(ada.runs.receiptOf(id)).toMatchObject({
    ...{ entry: "main.py", arguments: ["one"], version: TERMS.version, terminal: true },
    ...{ inputHash: hash("run-input", utf8("Ada")), files: [{ path: "main.py" }] },
  });
  back.close();
});

test("X8 where running was switched off meanwhile its author says how it ended when that is on again", async () => {
  const [ada, bob] = await twoOfThem();
  await bob.runs.start(program);
  await until(() => runs.runs.size === 1, "the server began it");
  runs.newest.begin();
  await ada.powers.allow(Policy.Runs, false);
  await until(() => bob.runs.refusal !== undefined, "Bob knows");
  runs.newest.end({ end: RunEnd.Stopped });
  await ada.chat.send("off");
  await until(() => bob.chat.view.get().length === 1, "Bob reads it");
  expect(ada.runs.view.get()[0]!.ended).toBeUndefined();
  expect(bob.view.get().connection).toBe("connected");
  await ada.powers.allow(Policy.Runs, true);
  await until(() => ada.runs.view.get()[0]?.ended?.end === RunEnd.Stopped, "he says it");
});

test("one that has said as much as it may is known to have, before it ends", async () => {
  const [, bob] = await twoOfThem();
  const live = await bob.runs.start(program);
  await until(() => runs.runs.size === 1, "the server began it");
  runs.newest.tell({ kind: RunEventKind.Begun, terms: { ...TERMS, outputBytes: 10 } });
  runs.newest.say("nine left");
  await until(() => text(live) === "nine left", "it is shown");
  expect(live.state.get().full).toBe(false);
  runs.newest.say("!");
  await until(() => live.state.get().full, "that was the last");
  expect(phase(live)).toBe("running");
});

test("X8 the page that began a run says how it ended, and only its author's first word counts", async () => {
  const [ada, bob] = await twoOfThem();
  const live = await bob.runs.start({ ...program, input: utf8("in") });
  await until(() => runs.runs.size === 1, "the server began it");
  runs.newest.begin();
  runs.newest.end({ end: RunEnd.OutOfTime, flags: 2 });
  await until(() => ada.runs.view.get()[0]?.ended !== undefined, "Ada reads the receipt");
  expect(ada.runs.view.get()[0]).toMatchObject({ name: "Bob", mine: false, language: "python", entry: "main.py" });
  const { ended, version, files, protections } = ada.runs.receiptOf(live.id)!;
  expect(ended).toMatchObject({ end: RunEnd.OutOfTime, flags: 2 });
  expect({ version, protections }).toEqual({ version: TERMS.version, protections: TERMS.protections });
  expect(files.map(({ path }) => path)).toEqual(["main.py"]);
  await saved(bob);
  expect(classesIn((streams) => streams.runs)).toHaveLength(2);
});

test("X1 M8 what the room refuses says what to do, and nothing leaves it", async () => {
  const [ada, bob] = await twoOfThem();
  const cleo = await company.join(ada, "Cleo", "viewer");
  await expect(cleo.runs.start(program)).rejects.toThrow(/make you an editor/);
  await ada.powers.setReadOnly(true);
  await until(() => bob.view.get().readOnly, "Bob knows");
  await expect(bob.runs.start(program)).rejects.toThrow(/read-only/);
  expect(ada.runs.refusal).toBeUndefined();
  await ada.powers.setReadOnly(false);
  await ada.powers.allow(Policy.Runs, false);
  await until(() => !bob.view.get().allows.runs, "Bob knows");
  await expect(bob.runs.start(program)).rejects.toThrow(/An owner has switched off/);
  await expect(ada.runs.start(program)).rejects.toThrow(/You can switch it on/);
  await ada.powers.allow(Policy.Runs, true);
  await until(() => bob.runs.refusal === undefined, "Bob may again");
  const files = [{ path: "big", bytes: new Uint8Array(8 * 1024 * 1024) }];
  await expect(bob.runs.start({ ...program, files })).rejects.toThrow(/8 MiB/);
  expect(runs.runs.size).toBe(0);
  expect(classesIn((streams) => streams.control)).not.toContain(RecordClass.Disclosure);
});

test("X2 what the server refuses is said, and a run that is not kept is lost", async () => {
  const [ada, bob] = await twoOfThem();
  runs.refusing = { code: Code.RateLimited, text: "64 runs wait already. Try again in a minute." };
  const live = await bob.runs.start(program);
  await until(() => phase(live) === "lost", "it is refused");
  expect(live.state.get().problem).toMatch(/64 runs wait/);
  runs.refusing = undefined;
  await until(() => ada.runs.view.get().length === 1, "Ada knows of it");
  const watched = ada.runs.watch(live.id);
  await until(() => phase(watched) === "lost", "the server does not know it");
  expect(watched.state.get().problem).toMatch(/not kept here/);
  expect(() => ada.runs.watch("00".repeat(16))).toThrow(/not known/);
});

test("X1 a server that was started anew is given an order that its new key opens", async () => {
  const [ada] = await twoOfThem();
  await ada.runs.start(program);
  await ada.runs.start(program); // sealed to the key of the one before
  await until(() => runs.runs.size === 2, "both run");
  runs.startAnew();
  await ada.runs.start({ ...program, entry: "other.py" });
  await until(() => runs.runs.size === 1, "it runs");
  expect(runs.newest.order.entry).toBe("other.py");
});

test("what was said is new to the first who hears it, also where it was read before, and to nobody after", async () => {
  const [, bob] = await twoOfThem();
  const live = await bob.runs.start(program);
  await until(() => runs.runs.size === 1, "the server began it");
  runs.newest.say("one");
  runs.newest.begin();
  runs.newest.tell({ kind: RunEventKind.Sized, columns: 101, rows: 20 });
  await until(() => live.state.get().size !== undefined, "all came");
  expect(live.state.get()).toMatchObject({ phase: "running", size: { columns: 101, rows: 20 } });
  const read: string[] = [];
  live.read(({ bytes }) => read.push(new TextDecoder().decode(bytes)));
  const heard: boolean[] = [];
  const hear = () => live.listen((_, isNew) => heard.push(isNew));
  hear()();
  const end = hear();
  expect(heard).toEqual([true, false]);
  runs.newest.say("two");
  await until(() => heard.length === 3, "it came");
  end();
  hear();
  expect(heard).toEqual([true, false, true, false, false]);
  expect(read).toEqual(["one", "two"]);
});

test("X8 only the first request of a run counts, shared by its author or an owner, and only its author's first receipt", async () => {
  const worlds = [company.world(), company.world(), company.world()] as const;
  const ada = await company.found({}, worlds[0]);
  const [bob, cleo] = [
    await company.join(ada, "Bob", "editor", worlds[1]),
    await company.join(ada, "Cleo", "editor", worlds[2]),
  ];
  const live = await bob.runs.start(program);
  await until(() => ada.runs.view.get().length === 1 && cleo.runs.view.get().length === 1, "all know of it");
  const { streams } = company.atHub().state;
  const forgers = new Map<Room, Forger>();
  for (const [nth, room] of [ada, bob, cleo].entries())
    forgers.set(room, await Forger.of(company.hub, worlds[nth]!, room));
  const forge = (room: Room, kind: RunKind, payload: Uint8Array) =>
    forgers.get(room)!.append(RecordClass.Run, streams.runs, encodeRunClear({ kind, run: live.id }), payload);
  const given = { arguments: [], inputHash: new Uint8Array(32), files: [] };
  const request = {
    runKey: new Uint8Array(32),
    language: "forged",
    entry: "forged",
    terminal: true,
    ...given,
    hands: [],
  };
  const ended = { end: RunEnd.Exited, exitCode: 9, wallMs: 1, cpuMs: 1, peakBytes: 1, flags: 0 };
  const said = { saidBytes: 0, saidHash: new Uint8Array(32), complaint: "" };
  const bounds = { memoryBytes: 0, cpuMs: 0, wallMs: 0, processes: 0, protections: "" };
  const what = { language: "python", version: "", entry: "main.py", terminal: true, arguments: [], files: [] };
  const receipt = (exitCode: number) =>
    encodeRunReceipt({
      ...{ ...what, ...bounds, inputHash: new Uint8Array(32) },
      ended: { ...ended, ...said, exitCode },
    });
  await forge(cleo, RunKind.Request, encodeRunRequest(request));
  await forge(cleo, RunKind.Shared, encodeRunShared({ lentKey: new Uint8Array(32) }));
  await forge(cleo, RunKind.Receipt, receipt(1));
  await forge(ada, RunKind.Receipt, receipt(2));
  const view = () => bob.runs.view.get()[0]!;
  await cleo.chat.send("read so far");
  await until(() => bob.chat.view.get().length === 1, "Bob reads it");
  expect(bob.runs.view.get()).toHaveLength(1);
  expect(view()).toMatchObject({ language: "python", name: "Bob", shared: false, ended: undefined });
  await forge(bob, RunKind.Receipt, receipt(3));
  await forge(bob, RunKind.Receipt, receipt(4));
  await forge(ada, RunKind.Shared, encodeRunShared({ lentKey: new Uint8Array(32) }));
  await until(() => view().shared, "an owner may share it");
  await forge(cleo, RunKind.Shared, encodeRunShared({ lentKey: new Uint8Array(0) }));
  await cleo.chat.send("and this, too");
  await until(() => bob.chat.view.get().length === 2, "Bob reads it");
  expect(view().shared).toBe(true);
  await forge(bob, RunKind.Shared, encodeRunShared({ lentKey: new Uint8Array(0) }));
  await until(() => !view().shared, "its author may take it back");
  expect(view()).toMatchObject({ language: "python", ended: { exitCode: 3 } });
});

test("W7 a session that is opened anew leaves the connections of runs alone, one after a lost connection renews them", async () => {
  const ada = await company.found();
  const world = company.world();
  const bob = await company.join(ada, "Bob", "editor", world);
  await until(() => bob.runs.refusal === undefined && ada.runs.refusal === undefined, "both are in");
  const live = await bob.runs.start(program);
  await until(() => runs.runs.size === 1, "the server began it");
  const [line] = runs.newest.lines;
  const people = bob.view.get().people.map(({ memberId }) => memberId);
  await ada.powers.rekey({ staying: people });
  await until(() => bob.link("editor") === ada.link("editor"), "Bob has the new keys");
  await saved(bob);
  expect([...runs.newest.lines]).toEqual([line]);
  world.drop();
  await until(() => runs.newest.lines.size === 1 && !runs.newest.lines.has(line!), "it is another one");
  runs.newest.say("still here");
  await until(() => text(live) === "still here", "it goes on");
});

test("H4 in a room that its server lost nothing is known of its runs any more", async () => {
  const ada = await company.found({ kind: "memory" });
  await until(() => ada.runs.refusal === undefined, "she is in");
  await ada.runs.start(program);
  await until(() => ada.runs.view.get().length === 1, "it is known");
  await company.hub.lose();
  await until(() => ada.view.get().connection === "connected" && ada.runs.view.get().length === 0, "the room is back");
});
