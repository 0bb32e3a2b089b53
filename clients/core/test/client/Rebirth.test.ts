import { afterEach, describe, expect, test } from "vitest";
import { Company, opened, same, saved, until } from "./Company.ts";

let company = new Company();
afterEach(() => {
  company.part();
  company = new Company();
});

describe("a room in memory whose server was restarted", () => {
  test("comes back from its owner's copy, with files, text, chat, and what a guest had not yet sent", async () => {
    const ada = await company.found({ kind: "memory" });
    const folder = await ada.tree.create("folder", undefined, "src");
    const id = await ada.tree.create("file", folder, "a.txt");
    const bob = await company.join(ada, "Bob");
    await until(() => bob.tree.view.get().length === 2, "Bob sees the tree");
    const [hers, his] = [await opened(ada, id), await opened(bob, id)];
    hers.text.insert(0, "line one\nline two\n");
    await bob.chat.send("hello");
    await ada.chat.send("hi");
    await saved(ada, bob);
    await same(hers, his);
    const link = ada.link("editor");

    void company.hub.lose();
    his.text.insert(his.text.length, "Bob offline\n");
    await until(() => his.state.get() === "ready" && his.text.toString().includes("Bob offline"), "Bob's text is back");
    await saved(ada, bob);
    expect(await same(hers, his)).toBe("line one\nline two\nBob offline\n");
    expect(bob.tree.view.get().map(({ path, id }) => [path, id])).toEqual([
      ["src", folder],
      ["src/a.txt", id],
    ]);
    await until(() => bob.chat.view.get().length === 2, "the chat is back");
    expect(bob.chat.view.get().map(({ text, name }) => [name, text])).toEqual([
      ["Ada", "Bob: hello"],
      ["Ada", "hi"],
    ]);
    expect(ada.link("editor")).toBe(link);
    expect([...ada.view.get().alarms, ...bob.view.get().alarms]).toEqual([]);
    expect(bob.view.get().problem?.text).toContain("brought back");
    hers.text.insert(0, "on ");
    await saved(ada);
    expect(await same(hers, his)).toBe("on line one\nline two\nBob offline\n");
    hers.undo.undo();
    hers.undo.undo();
    await saved(ada);
    expect(await same(hers, his), "undo takes back what was typed, not what was brought").toBe(
      "line one\nline two\nBob offline\n",
    );
  });

  test("stays away while its owner is, and comes back with the owner", async () => {
    const world = company.world();
    const ada = await company.found({ kind: "memory" }, world);
    const bob = await company.join(ada, "Bob");
    await until(() => bob.view.get().connection === "connected", "Bob is in");
    world.reachable = false;
    void company.hub.lose();
    await until(() => bob.view.get().problem !== undefined, "Bob is told");
    expect(bob.view.get().connection).toBe("reconnecting");
    expect(bob.view.get().problem?.text).toContain("Keep this page open");
    world.reachable = true;
    await until(() => bob.view.get().connection === "connected", "the room is back");
  });

  test("what was said is quoted once, by the name of who said it, however often and by whomever it is brought", async () => {
    company = new Company(8); // waits of seconds take tenths of them
    const world = company.world();
    const ada = await company.found({ kind: "memory" }, world);
    const bob = await company.join(ada, "Bob");
    const cleo = await company.join(ada, "Cleo");
    await cleo.chat.send("bye");
    await bob.chat.send("hello");
    await ada.chat.send("hi");
    await until(() => bob.chat.view.get().length === 3, "all hear all");
    cleo.close();
    const said = () => bob.chat.view.get().map(({ name, text }) => `${name} | ${text}`);
    void company.hub.lose();
    await until(() => said().join() === "Ada | Cleo: bye,Ada | Bob: hello,Ada | hi", "Ada brings it");
    world.reachable = false;
    world.drop();
    void company.hub.lose();
    await until(() => said().join() === "Bob | Cleo: bye,Bob | hello,Bob | Ada: hi", `Bob brings it`);
  });

  test("T9 a number behind a name in what is quoted is said to be of before, for by now it may be another's", async () => {
    company = new Company(8);
    const ada = await company.found({ kind: "memory" });
    const second = await company.join(ada, "ada");
    const third = await company.join(ada, "ADA");
    const said = () => ada.chat.view.get().map(({ name, text }) => `${name} | ${text}`);
    await until(() => third.view.get().people.some(({ name }) => name === "ADA (3)"), "each has a number");
    await third.chat.send("I am third");
    await until(() => said().join() === "ADA (3) | I am third", "it is heard");
    second.close();
    third.close();
    await until(() => ada.view.get().people.filter(({ live }) => live).length === 1, "the others are gone");
    void company.hub.lose();
    await until(() => said().join() === "Ada | ADA (3 before the restart): I am third", "Ada brings it");
  });
});
