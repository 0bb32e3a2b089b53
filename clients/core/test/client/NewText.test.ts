import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Room } from "../../src/client/Room.ts";
import { RecordClass } from "../../src/wire/Classes.ts";
import { parseClientFrame } from "../../src/wire/ClientFrame.ts";
import type { NodeId, StreamId } from "../../src/wire/Ids.ts";
import { splitClientMessage } from "../../src/wire/Message.ts";
import { parseRecord } from "../../src/wire/RecordView.ts";
import { Code } from "../../src/wire/Refusal.ts";
import { failed } from "../../src/wire/WireError.ts";
import { Company, opened, saved, until } from "./Company.ts";
import { TestWorld } from "./TestWorld.ts";

/** Reads what its member sends, message by message. */
class ReadWorld extends TestWorld {
  /** Of each message that appends something: the classes, and for edits the file. */
  readonly appended: string[][] = [];

  override connect() {
    const line = super.connect();
    const send = line.send.bind(line);
    line.send = (bytes: Uint8Array) => {
      const frames = splitClientMessage(bytes.slice());
      const said = failed(frames) ? [] : frames.flatMap((frame) => this.#read(frame));
      if (said.length > 0) this.appended.push(said);
      send(bytes);
    };
    return line;
  }

  #read(bytes: Uint8Array): string[] {
    const frame = parseClientFrame(bytes);
    const record = failed(frame) || frame.type !== "append" ? undefined : parseRecord(frame.record);
    if (record === undefined || failed(record)) return [];
    return record.class === RecordClass.Tree ? ["make"] : record.class === RecordClass.Edit ? [record.stream] : [];
  }
}

let company: Company;
let world: ReadWorld;
let ada: Room;
beforeEach(async () => {
  company = new Company();
  world = new ReadWorld(company.hub);
  ada = await company.found({}, world);
  await saved(ada);
  world.appended.length = 0;
});
afterEach(() => company.part());

/** Makes a file with this text in one turn. */
async function made(name: string, text: string): Promise<string> {
  const { id, landed } = ada.tree.make("file", undefined, name);
  landed.catch(() => {});
  const file = await ada.open(id);
  file.text.insert(0, text);
  return id;
}

function away(): void {
  world.reachable = false;
  world.drop();
}

/** Every message that makes a file brings that file's first words. */
function expectTogether(ids: readonly string[]): void {
  for (const id of ids) {
    const first = world.appended.find((message) => message.includes(id));
    expect(first, world.appended.join(" | ")).toBeDefined();
    expect(first!.indexOf("make")).toBeGreaterThanOrEqual(0);
    expect(first!.indexOf("make")).toBeLessThan(first!.indexOf(id));
  }
}

describe("a text that is made with something in it", () => {
  test("T12 has its first words in the message that makes it, one or many at once", async () => {
    const ids = await Promise.all(["a", "b", "c"].map((name) => made(name, `words of ${name}`)));
    await saved(ada);
    expectTogether(ids);
    const bob = await company.join(ada, "Bob");
    await until(() => bob.tree.view.get().length === 3, "Bob sees them");
    for (const [nth, id] of ids.entries())
      expect((await opened(bob, id)).text.toString()).toBe(`words of ${"abc"[nth]}`);
  });

  test("T12 has them there too where it was made away from the server, and again where the first message was lost", async () => {
    away();
    const ids = [await made("a", "one"), await made("b", "two")];
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(world.appended).toEqual([]);
    world.reachable = true;
    await until(() => world.appended.length > 0, "they are on their way");
    world.drop(); // whether or not the hub has heard of them
    await saved(ada);
    expectTogether(ids);
    const texts = ids.map(async (id) => (await opened(await company.join(ada, "Bob"), id)).text.toString());
    expect(await Promise.all(texts)).toEqual(["one", "two"]);
  });

  test("T12 has them there too where an earlier visit left it unsent", async () => {
    away();
    const id = await made("a", "one");
    await ada.keepUnsent();
    ada.close();
    world.reachable = true;
    const again = await company.reopen(ada, world);
    await until(() => world.appended.length > 0, "it is on its way");
    await saved(again);
    expectTogether([id]);
    expect((await opened(again, id)).text.toString()).toBe("one");
  });

  test("T12 is made though its stream may not be followed, and its words come when it may", async () => {
    let id = "";
    company.hub.refusing.subscribe = (stream) => (stream as string) === id;
    const { id: made, landed } = ada.tree.make("file", undefined, "a");
    id = made;
    (await ada.open(id)).text.insert(0, "one");
    await landed;
    company.hub.refusing = {};
    world.drop();
    await until(() => ada.view.get().unsaved === 0, "it is saved");
    expect((await opened(await company.join(ada, "Bob"), id)).text.toString()).toBe("one");
  });

  test("T12 what is typed meanwhile goes behind them, in order, and nothing before its making", async () => {
    const id = await made("a", "one");
    const file = await opened(ada, id);
    for (let nth = 0; nth < 20; nth++) {
      file.text.insert(file.text.length, ` ${nth}`);
      await new Promise((resolve) => setTimeout(resolve, nth % 3 === 0 ? 60 : 0));
      if (nth === 7 || nth === 13) world.drop();
    }
    await saved(ada);
    expectTogether([id]);
    const his = await opened(await company.join(ada, "Bob"), id);
    expect(his.text.toString()).toBe(file.text.toString());
    expect(file.rejected.get()).toBeUndefined();
  });

  test("T12 where its making is refused, the text is offered as a copy and nothing waits for ever", async () => {
    const bob = await company.join(ada, "Bob");
    const folder = await ada.tree.create("folder", undefined, "f");
    await until(() => bob.tree.view.get().length === 1, "Bob sees the folder");
    company.hub.refusing.append = Code.RoomFull;
    const id = await made("a", "one");
    const file = await ada.open(id);
    await until(() => file.rejected.get() !== undefined, "it is told");
    company.hub.refusing = {};
    expect(file.rejected.get()).toMatchObject({ text: "one" });
    await saved(ada);
    await ada.tree.rename(folder, "g"); // the room goes on
    const log = company.hub.log(company.atHub().state.roomId, id as string as StreamId);
    expect(log.envelopes).toEqual([]);
    expect(company.atHub().state.tree.get(id as NodeId)).toBeUndefined();
  });
});
