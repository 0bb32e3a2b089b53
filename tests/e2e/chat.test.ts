import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

/** What people say to each other, and how one notices. */
const { person, wire } = stage();

const log = (one: Person) => one.page.getByRole("log", { name: "Messages" });
const box = (one: Person) => one.page.getByRole("textbox", { name: "Message" });

async function adaAndBob(bobs?: { width: number; height: number }): Promise<readonly [Person, Person]> {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Study group");
  const bob = await person("Bob", bobs);
  const link = await ada.copyLink("editor");
  if (bobs) {
    await bob.page.goto(link);
    await bob.page.getByRole("textbox", { name: "Your name" }).fill("Bob");
    await bob.page.getByRole("button", { name: "Join" }).click();
    await bob.page.getByRole("tab", { name: "Chat" }).waitFor();
  } else await bob.join(link);
  await ada.page.getByRole("listitem").filter({ hasText: "Bob" }).first().waitFor();
  return [ada, bob];
}

/** As when the person looks at another tab. */
async function hide(one: Person, hidden: boolean): Promise<void> {
  await one.page.evaluate((away) => {
    Object.defineProperty(document, "visibilityState", { value: away ? "hidden" : "visible", configurable: true });
    Object.defineProperty(document, "hidden", { value: away, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  }, hidden);
}

test("a mention is completed by keyboard, marked for who is meant, and counted apart where the chat is not in sight", async () => {
  const [ada, bob] = await adaAndBob({ width: 390, height: 800 });
  await ada.say("nothing for anybody");
  await box(ada).pressSequentially("look, @b");
  await ada.page.getByRole("option", { name: "Bob" }).waitFor();
  await box(ada).press("Enter");
  expect(await box(ada).inputValue()).toBe("look, @Bob ");
  await box(ada).pressSequentially("here");
  await box(ada).press("Enter");
  const chat = bob.page.getByRole("tab", { name: "Chat 2 new, 1 for you" });
  await chat.waitFor();
  await bob.page
    .getByRole("status")
    .filter({ hasText: "Ada mentions you: look, @Bob here" })
    .waitFor({ state: "attached" });
  await chat.click();
  const forBob = log(bob).getByRole("article", { name: "Ada, to you:" });
  await forBob.getByText("@Bob", { exact: true }).waitFor();
  expect(await log(bob).getByRole("article", { name: "Ada, to you:" }).count()).toBe(1);
  expect(await log(ada).getByRole("article", { name: "Ada, to you:" }).count()).toBe(0);
  await log(bob).getByText("New", { exact: true }).waitFor();
  await bob.page.getByRole("tab", { name: "Chat", exact: true }).waitFor();
  await box(ada).pressSequentially("@");
  await ada.page.getByRole("option", { name: "Bob" }).waitFor();
  await box(ada).press("Escape");
  await ada.page.getByRole("option").waitFor({ state: "detached" });
  await box(ada).press("Shift+Enter");
  expect(await box(ada).inputValue()).toBe("@\n");
}, 90_000);

test("code is shown as code and coloured, markup as text, and an address leads out only by a press", async () => {
  const [ada, bob] = await adaAndBob();
  await bob.page.emulateMedia({ colorScheme: "dark" });
  const ground = () =>
    bob.page
      .locator(".monaco-editor-background")
      .first()
      .evaluate((element) => getComputedStyle(element).backgroundColor);
  await expect.poll(ground).not.toBe("rgb(255, 255, 255)");
  const dark = await ground();
  await ada.say(
    '```ts\nconst answer: number = 42; // <b>"&amp;"</b>\n```\n<img src=x onerror="throw 1"> and `inline` https://coterie.invalid/a).',
  );
  const code = log(bob).locator("code[data-coloured=true]");
  await code.waitFor();
  expect((await code.textContent())?.trim()).toBe('const answer: number = 42; // <b>"&amp;"</b>');
  const colours = await code
    .locator("span")
    .evaluateAll((spans) => new Set(spans.map((span) => getComputedStyle(span).color)).size);
  expect(colours).toBeGreaterThan(2);
  expect(await ground()).toBe(dark); // the editor keeps its own
  await log(bob).getByText('<img src=x onerror="throw 1"> and').waitFor();
  expect(await log(bob).locator("img, b").count()).toBe(0);
  const link = log(bob).getByRole("link", { name: "https://coterie.invalid/a" });
  expect(await link.getAttribute("href")).toBe("https://coterie.invalid/a");
  expect(await link.getAttribute("rel")).toContain("noopener");
  expect(await link.getAttribute("target")).toBe("_blank");
}, 90_000);

test("a line of a file is named from the editor's menu, a press on it goes there, and what is no file stays text", async () => {
  const [ada, bob] = await adaAndBob();
  await ada.newFile("my notes.txt");
  await ada.page.keyboard.type(Array.from({ length: 6 }, (_, nth) => `line ${nth + 1}`).join("\n"));
  await ada.page.locator(".monaco-editor .view-line", { hasText: "line 5" }).click({ button: "right" });
  const mention = ada.page.getByText("Mention This Line in Chat");
  // A menu that has just opened under the hand takes no press yet.
  await expect
    .poll(async () => {
      if (await mention.isVisible()) await mention.click();
      return await box(ada).inputValue();
    })
    .toBe("my notes.txt:5 ");
  await box(ada).and(ada.page.locator(":focus")).waitFor();
  await ada.page.keyboard.type("and (welcome.md:1), not nowhere.md:3 nor 12:30");
  await ada.page.keyboard.press("Enter");
  const there = log(bob).getByRole("button", { name: "my notes.txt:5", exact: true });
  await there.waitFor();
  expect(await log(bob).getByRole("button").allTextContents()).toEqual(["my notes.txt:5", "welcome.md:1"]);
  await there.click();
  await expect.poll(() => bob.text()).toContain("line 5");
  await expect.poll(() => bob.atEditor()).toBe(true);
  await bob.page.keyboard.type("HERE ");
  await expect.poll(() => ada.text()).toContain("\nHERE line 5\n");
}, 90_000);

test("who reads above is not moved by what comes, and goes to the newest by a press", async () => {
  const [ada, bob] = await adaAndBob();
  for (let nth = 0; nth < 12; nth++) await ada.say(`number ${nth}\nsecond\nthird\nfourth`);
  await log(bob).getByText("number 11").waitFor();
  const place = () =>
    log(bob).evaluate((list) => ({
      top: list.scrollTop,
      left: list.scrollHeight - list.clientHeight - list.scrollTop,
    }));
  expect((await place()).left).toBeLessThan(2);
  await log(bob).hover();
  await bob.page.mouse.wheel(0, -300);
  await bob.page.getByRole("button", { name: "Newest" }).waitFor();
  const before = (await place()).top;
  for (const text of ["one more", "```js\nlet more = 1;\n```"]) await ada.say(text);
  await bob.page.getByRole("button", { name: "2 new" }).waitFor();
  await log(bob).locator("code[data-coloured=true]").waitFor();
  expect((await place()).top).toBe(before);
  await bob.page.getByRole("button", { name: "2 new" }).click();
  await expect.poll(async () => (await place()).left).toBeLessThan(2);
  await bob.page.getByRole("button", { name: "2 new" }).waitFor({ state: "detached" });
  await ada.say(`${"a long story\n".repeat(60)}the end`);
  await log(bob).getByRole("button", { name: "Show all of it" }).click();
  await log(bob).getByRole("button", { name: "Show less" }).waitFor();
}, 90_000);

test("the tab tells what waits while the page is hidden, and nothing afterwards", async () => {
  const [ada, bob] = await adaAndBob();
  const icon = () => bob.page.locator("link[rel=icon]").getAttribute("href");
  await ada.say("seen");
  await log(bob).getByText("seen").waitFor();
  expect(await bob.page.title()).toBe("Study group · Coterie");
  await hide(bob, true);
  await ada.say("one");
  await expect.poll(() => bob.page.title()).toBe("(1) Study group · Coterie");
  expect(await icon()).toBe("./mark-unread.svg");
  await ada.say("@Bob two");
  await expect.poll(() => bob.page.title()).toBe("(2, 1 for you) Study group · Coterie");
  expect(await icon()).toBe("./mark-mention.svg");
  await hide(bob, false);
  await expect.poll(() => bob.page.title()).toBe("Study group · Coterie");
  expect(await icon()).toBe("./mark.svg");
  await log(bob).getByText("New", { exact: true }).waitFor();
}, 90_000);
