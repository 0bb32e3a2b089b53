import { afterEach, describe, expect, test } from "vitest";
import { Company, opened, same, saved, until } from "./Company.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

async function twoAtOneFile() {
  const ada = await company.found();
  const id = await ada.tree.create("file", undefined, "a.txt");
  const bob = await company.join(ada, "Bob");
  await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
  return { ada, bob, id, hers: await opened(ada, id), his: await opened(bob, id) };
}

describe("a file open at two members", () => {
  test("E1 E2 a paste of 1 MB, offline, arrives whole after the connection is back", async () => {
    const { ada, bob, hers, his } = await twoAtOneFile();
    hers.text.insert(0, "start ");
    await saved(ada);
    company.hub.restart();
    hers.text.insert(6, "😀€x".repeat(100_000));
    his.text.insert(0, "> ");
    await saved(ada, bob);
    expect((await same(hers, his)).length).toBe(6 + 400_000 + 2);
    expect(ada.view.get().alarms).toEqual([]);
  });

  test("undo takes back one's own edits only", async () => {
    const { ada, bob, hers, his } = await twoAtOneFile();
    hers.text.insert(0, "mine ");
    await saved(ada);
    await until(() => his.text.length === 5, "Bob sees it");
    his.text.insert(5, "his");
    await saved(bob);
    await until(() => hers.text.toString() === "mine his", "Ada sees it");
    his.undo.undo();
    expect(his.text.toString()).toBe("mine ");
    expect(his.undo.canUndo()).toBe(false);
    await saved(bob);
    expect(await same(hers, his)).toBe("mine ");
  });

  test("E1 E6 what is no text counts for nobody, and what was typed with it is typed again as text", async () => {
    const { ada, bob, id, hers, his } = await twoAtOneFile();
    const vic = await company.join(ada, "Vic", "viewer");
    await until(() => vic.tree.view.get().length === 1, "Vic sees the file");
    const seen = await opened(vic, id);
    hers.text.insert(0, "hello");
    await saved(ada);
    await same(hers, his, seen);
    his.text.format(0, 5, { bold: true });
    his.text.insertEmbed(5, { image: "x" });
    his.text.insert(his.text.length, "!", { bold: true });
    his.doc.getMap("map").set("key", "value");
    await until(() => seen.text.toString() === "hello!", "the text that Bob typed is there");
    await until(() => bob.view.get().unsaved === 0 && his.state.get() === "ready", "Bob's is made anew");
    for (const { text, doc, rejected } of [hers, his, seen]) {
      expect(text.toDelta()).toEqual([{ insert: "hello!" }]);
      expect([...doc.share.keys()]).toEqual(["text"]);
      expect(rejected.get()).toBeUndefined();
    }
    expect(vic.view.get().unsaved).toBe(0);
    expect(seen.undo.canUndo()).toBe(false);
  });

  test("what becomes forbidden before it lands is offered as a copy, and the text follows the log", async () => {
    const { ada, bob, hers, his } = await twoAtOneFile();
    hers.text.insert(0, "fixed");
    await saved(ada);
    await same(hers, his);
    const switched = ada.powers.setReadOnly(true);
    his.text.insert(5, " and lost");
    await switched;
    await until(() => bob.view.get().readOnly, "Bob knows");
    await saved(bob);
    if (his.rejected.get() === undefined) {
      // It came in before the switch: then another one cannot.
      his.text.insert(0, "lost ");
      await until(() => his.rejected.get() !== undefined, "it is rejected");
    }
    expect(his.rejected.get()?.text).toContain("lost");
    await until(() => his.state.get() === "ready", "made anew");
    await same(hers, his);
    expect(bob.view.get().alarms).toEqual([]);
  });

  test("J2 R5 typing goes on while the rules change under it: refused records are sealed again and each lands once", async () => {
    const { ada, bob, hers, his } = await twoAtOneFile();
    let typed = "";
    for (let i = 0; i < 6; i++) {
      const word = `${i} `;
      his.text.insert(his.text.length, word);
      typed += word;
      await ada.rename(`Bridge ${i}`);
    }
    await saved(ada, bob);
    expect(await same(hers, his)).toBe(typed);
    expect(bob.view.get().title).toBe("Bridge 5");
    expect([...ada.view.get().alarms, ...bob.view.get().alarms]).toEqual([]);
  });

  test("S4 two sessions of one member write at once", async () => {
    const world = company.world();
    const ada = await company.found({}, world);
    const id = await ada.tree.create("file", undefined, "a.txt");
    const again = await company.reopen(ada, world);
    const [one, two] = [await opened(ada, id), await opened(again, id)];
    one.text.insert(0, "one");
    two.text.insert(0, "two");
    await saved(ada, again);
    const text = await same(one, two);
    expect([...text].sort().join("")).toBe([..."onetwo"].sort().join(""));
    expect(ada.view.get().people.map(({ name, sessions }) => [name, sessions])).toEqual([["Ada", 2]]);
  });

  test("E6 an own edit that the log finds void is typed again, once, under a new Yjs client id", async () => {
    const { ada, bob, hers, his } = await twoAtOneFile();
    await until(() => hers.doc.clientID > 0 && his.state.get() === "ready", "both are open");
    his.doc.clientID = hers.doc.clientID; // the log gives the id to whose edit comes first (E5)
    const id = hers.doc.clientID;
    hers.text.insert(0, "Ada");
    his.text.insert(0, "Bob");
    await until(() => hers.text.length === 6 && his.text.length === 6, "both have both");
    await saved(ada, bob);
    expect(["AdaBob", "BobAda"]).toContain(await same(hers, his));
    expect([hers, his].filter(({ doc }) => doc.clientID !== id)).toHaveLength(1);
    expect([...ada.view.get().alarms, ...bob.view.get().alarms]).toEqual([]);
  });

  test("E6 what is typed again stands where it was typed, at however many places, and nothing around it is touched", async () => {
    const { ada, bob, hers, his } = await twoAtOneFile();
    hers.text.insert(0, "one two three");
    await saved(ada);
    await same(hers, his);
    his.doc.clientID = hers.doc.clientID; // the log gives the id to whose edit comes first (E5)
    for (const [file, mark] of [[hers, "a"] as const, [his, "b"] as const])
      for (const at of [13, 8, 4, 0]) file.text.insert(at, mark);
    his.text.delete(0, 1);
    await until(() => hers.text.length === 20 && his.text.length === 20, "both have both");
    await saved(ada, bob);
    expect(await same(hers, his)).toMatch(/^aone (ab|ba)two (ab|ba)three(ab|ba)$/);
    expect([...ada.view.get().alarms, ...bob.view.get().alarms]).toEqual([]);
  });

  test("R5 what landed before the connection was lost is found in the tail and never sealed again", async () => {
    const world = company.world();
    const ada = await company.found();
    const id = await ada.tree.create("file", undefined, "a.txt");
    const bob = await company.join(ada, "Bob", "editor", world);
    await until(() => bob.tree.view.get().length === 1, "Bob sees the file");
    const his = await opened(bob, id);
    await saved(bob);
    world.tamper = (frame) => (frame.type === "ack" ? [] : [frame]);
    his.text.insert(0, "once");
    const log = [...company.hub.rooms.values()][0]!.logs;
    await until(() => log.get(id as never)?.envelopes.length === 1, "it landed");
    expect(bob.view.get().unsaved).toBe(1);
    world.tamper = (frame) => [frame];
    world.drop();
    await until(
      () => bob.view.get().connection === "connected" && bob.view.get().unsaved === 0,
      "it is known to have landed",
    );
    expect(log.get(id as never)?.envelopes.length).toBe(1);
    expect(his.text.toString()).toBe("once");
  });
});
