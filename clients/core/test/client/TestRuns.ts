import type { Socket } from "../../src/client/World.ts";
import { generateKeyPair, type KeyPair } from "../../src/keys/KeyPair.ts";
import { parseRunClear, RunKind } from "../../src/rooms/RunClear.ts";
import { parseRunCommand, type RunCommand, RunCommandKind } from "../../src/runs/RunCommand.ts";
import { RunEnd } from "../../src/runs/RunEnd.ts";
import type { RunEnded } from "../../src/runs/RunEnded.ts";
import { encodeRunEvent, type RunEvent, RunEventKind, type RunTerms } from "../../src/runs/RunEvent.ts";
import { encodeRunServerFrame, parseRunClientFrame, type RunServerFrame } from "../../src/runs/RunFrame.ts";
import { accessOf, CommandKey, EventKey, openOrder, runIdOf } from "../../src/runs/RunKeys.ts";
import { parseRunOrder, type RunOrder } from "../../src/runs/RunOrder.ts";
import { equal, utf8 } from "../../src/wire/Bytes.ts";
import type { RunId } from "../../src/wire/Ids.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { failed } from "../../src/wire/WireError.ts";
import type { TestHub } from "./TestHub.ts";

export const TERMS: RunTerms = {
  version: "Python 3.11.2",
  memoryBytes: 128 * 1024 * 1024,
  cpuMs: 30_000,
  wallMs: 600_000,
  processes: 64,
  outputBytes: 1024 * 1024,
  protections: "namespaces, seccomp, cgroup",
};

/** A run as the server's side of a test has it. Every line is given what it said in order, as sealing may not end in order. */
export class TestRun {
  readonly id: RunId;
  readonly order: RunOrder;
  /** What was wanted of it, as it came. */
  readonly commands: RunCommand[] = [];
  readonly lines = new Set<TestRunLine>();
  lentKey: Uint8Array = new Uint8Array(0);
  readonly #events: Uint8Array[] = [];
  #work: Promise<void> = Promise.resolve();
  readonly #key: Promise<EventKey>;

  constructor(id: RunId, order: RunOrder) {
    this.id = id;
    this.order = order;
    this.#key = EventKey.of(order.runKey, id);
  }

  tell(event: RunEvent): void {
    this.#work = this.#work.then(async () => {
      const index = this.#events.length;
      this.#events.push(await (await this.#key).seal(index, encodeRunEvent(event)));
      for (const line of this.lines) this.#give(line, index);
    });
  }

  begin(): void {
    this.tell({ kind: RunEventKind.Begun, terms: TERMS });
  }

  say(text: string): void {
    this.tell({ kind: RunEventKind.Said, bytes: utf8(text) });
  }

  end(how: Partial<RunEnded> = {}): void {
    const took = { exitCode: 0, wallMs: 1_200, cpuMs: 300, peakBytes: 9_000_000, flags: 0 };
    const said = { saidBytes: 0, saidHash: new Uint8Array(32), complaint: "" };
    this.tell({ kind: RunEventKind.Ended, ended: { end: RunEnd.Exited, ...took, ...said, ...how } });
  }

  /** What was typed, as text. */
  get typed(): string {
    return this.commands.map((command) => (command.kind === 1 ? new TextDecoder().decode(command.bytes) : "")).join("");
  }

  join(line: TestRunLine, from: number): Promise<void> {
    this.#work = this.#work.then(() => {
      this.lines.add(line);
      for (let index = from; index < this.#events.length; index++) this.#give(line, index);
    });
    return this.#work;
  }

  #give(line: TestRunLine, index: number): void {
    line.give({ type: "event", index, event: this.#events[index]! });
  }
}

/** A server's socket of runs in this process: no program runs, the test says what one would. */
export class TestRuns {
  readonly runs = new Map<RunId, TestRun>();
  readonly lines = new Set<TestRunLine>();
  /** What every start and watch is refused with for now. */
  refusing: { readonly code: number; readonly text: string } | undefined;
  onstart: (run: TestRun) => void = () => {};
  readonly #hub: TestHub;
  #key = generateKeyPair("dh");

  constructor(hub: TestHub) {
    this.#hub = hub;
  }

  /** The server is started anew: what it ran is gone, and so is its key. */
  startAnew(): void {
    this.cut();
    this.runs.clear();
    this.#key = generateKeyPair("dh");
  }

  get newest(): TestRun {
    return [...this.runs.values()].at(-1)!;
  }

  connect(): Socket {
    const line = new TestRunLine((frame) => this.#answer(line, frame));
    this.lines.add(line);
    void this.#key.then(({ publicPoint }) => line.welcome(publicPoint));
    return line;
  }

  /** Every line is cut, as by a network. */
  cut(): void {
    for (const line of [...this.lines]) line.close();
    this.lines.clear();
  }

  async #answer(line: TestRunLine, bytes: Uint8Array): Promise<void> {
    const frame = parseRunClientFrame(bytes);
    if (failed(frame)) throw new Error(`the client sent a frame that does not parse: ${frame.error}`);
    if (frame.type === "command") return await line.command(frame.command);
    if (this.refusing !== undefined) return line.refuse(this.refusing.code, this.refusing.text);
    if (frame.type === "watch") {
      const known = this.runs.get(frame.run);
      if (known === undefined || !equal(accessOf(known.order.runKey, known.id), frame.access))
        return line.refuse(Code.Run, "This run is not kept here any more.");
      line.run = known;
      return await known.join(line, frame.from);
    }
    const id = runIdOf(frame.roomId, frame.sealed);
    const room = this.#hub.rooms.get(frame.roomId);
    const log = room && this.#hub.log(frame.roomId, room.state.streams.runs);
    const requested = log?.envelopes.some(({ record }) => {
      const view = parseRecord(record);
      const clear = failed(view) ? view : parseRunClear(view.clear);
      return !failed(clear) && clear.kind === RunKind.Request && clear.run === id;
    });
    if (!requested) return line.refuse(Code.Run, "No request in this room names this run.");
    const order = parseRunOrder((await openOrder(await this.#key, frame.roomId, frame.sealed)) ?? new Uint8Array(0));
    if (failed(order)) return line.refuse(Code.Malformed, order.error);
    const run = new TestRun(id, order);
    this.runs.set(id, run);
    line.run = run;
    await run.join(line, 0);
    this.onstart(run);
  }
}

/** One connection to it. Bytes cross in order, never at once. */
export class TestRunLine implements Socket {
  onopen: () => void = () => {};
  onmessage: (bytes: Uint8Array) => void = () => {};
  onclose: () => void = () => {};
  run: TestRun | undefined;
  readonly #challenge = crypto.getRandomValues(new Uint8Array(32));
  readonly #answer: (frame: Uint8Array) => Promise<void>;
  #commands = 0;
  #ended = false;
  #work: Promise<void> = Promise.resolve();

  constructor(answer: (frame: Uint8Array) => Promise<void>) {
    this.#answer = answer;
  }

  welcome(runKey: KeyPair["publicPoint"]): void {
    this.give({ type: "welcome", suite: 1, challenge: this.#challenge, runKey });
  }

  send(bytes: Uint8Array): void {
    const frame = bytes.slice();
    this.#work = this.#work.then(async () => {
      if (!this.#ended) await this.#answer(frame);
    });
  }

  async command(sealed: Uint8Array): Promise<void> {
    const run = this.run!;
    const index = this.#commands++;
    const opened = async (handKey: Uint8Array) =>
      (await CommandKey.of(handKey, this.#challenge, run.id)).open(index, sealed);
    const own = await opened(run.order.handKey);
    const plain = own ?? (run.lentKey.length > 0 ? await opened(run.lentKey) : undefined);
    const command = plain && parseRunCommand(plain);
    if (command === undefined || failed(command)) return this.refuse(Code.Malformed, "It does not open.");
    if (command.kind === RunCommandKind.Lend && own) run.lentKey = command.key;
    run.commands.push(command);
  }

  give(frame: RunServerFrame): void {
    const bytes = encodeRunServerFrame(frame);
    void later().then(() => {
      if (!this.#ended) this.onmessage(bytes);
    });
  }

  refuse(code: number, text: string): void {
    this.give({ type: "refused", code, text });
    void later().then(() => this.close());
  }

  close(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.run?.lines.delete(this);
    void later().then(() => this.onclose());
  }
}

function later(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
