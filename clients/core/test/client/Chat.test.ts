import { afterEach, expect, test } from "vitest";
import { Code, withMentions } from "../../src/index.ts";
import { Company, saved, until } from "./Company.ts";

const company = new Company(50);
afterEach(() => company.part());

const messages = (room: Awaited<ReturnType<Company["found"]>>) => room.chat.view.get();

test("T10 who is mentioned knows it, by any name, and nobody else is told so", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  await until(() => ada.view.get().people.some(({ name }) => name === "Bob"), "Ada knows Bob");
  const names = new Map(ada.view.get().people.map(({ name, memberId }) => [name, memberId]));
  await ada.chat.send(withMentions("@Bob, look; `@Bob` is code; @Ada is me", names));
  await ada.chat.send("no mention of @Bob, typed by an older client");
  await bob.setName("Robert");
  await until(() => messages(bob).length === 2, "Bob reads it");
  expect(messages(bob).map(({ forMe }) => forMe)).toEqual([true, false]);
  expect(messages(ada).map(({ forMe }) => forMe)).toEqual([false, false]);
});

test("what did not change keeps its identity, and a new name shows", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  await ada.chat.send("one");
  await bob.chat.send("two");
  await until(() => messages(ada).length === 2, "Ada reads both");
  const [one, two] = messages(ada);
  await bob.setName("Robert");
  await until(() => messages(ada)[1]!.name === "Robert", "Ada knows the new name");
  expect(messages(ada)[0]).toBe(one);
  expect(messages(ada)[1]).not.toBe(two);
});

test("a message that the room refuses stays with its author, who says it again or lets go of it", async () => {
  const ada = await company.found();
  const bob = await company.join(ada, "Bob");
  await until(() => ada.view.get().people.some(({ name }) => name === "Bob"), "Bob has said his name");
  await saved(bob);
  company.hub.refusing = { append: Code.Forbidden };
  await expect(bob.chat.send("one")).rejects.toThrow();
  await expect(bob.chat.send("two")).rejects.toThrow();
  await until(() => messages(bob).length === 2, "both stand there");
  expect(messages(bob).map(({ text, state }) => [text, state])).toEqual([
    ["one", "refused"],
    ["two", "refused"],
  ]);
  expect(messages(bob)[0]!.why).toMatch(/\w/);
  const [one, two] = messages(bob);
  await expect(bob.chat.sayAgain(one!.id)).rejects.toThrow();
  expect(messages(bob).map(({ text }) => text)).toEqual(["two", "one"]);
  company.hub.refusing = {};
  bob.chat.forget(two!.id);
  await bob.chat.sayAgain(one!.id);
  await until(() => messages(ada).length === 1, "Ada reads it");
  expect(messages(bob).map(({ id, state }) => [id, state])).toEqual([[one!.id, "sent"]]);
  await saved(bob);
});
