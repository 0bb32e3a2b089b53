import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

/** People who move through one room together: they follow, are asked to, go to one another, and show one another a place. */
const { person, wire } = stage();

const long = Array.from({ length: 120 }, (_, nth) => `line ${nth + 1}`).join("\n");

/** A file of 120 lines, open in front of one and its caret at the end. */
async function longFile(one: Person): Promise<void> {
  await one.newFile("long.txt");
  await one.page.locator(".monaco-editor .view-lines").first().click();
  await one.page.evaluate((text) => navigator.clipboard.writeText(text), long);
  await one.page.keyboard.press("Control+V");
  await expect.poll(() => one.text()).toContain("line 120");
}

async function threeOfThem(): Promise<[Person, Person, Person]> {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Study group");
  const link = await ada.copyLink("editor");
  const bob = await person("Bob");
  await bob.join(link);
  const vera = await person("Vera");
  await vera.join(await ada.copyLink("viewer"));
  return [ada, bob, vera];
}

const follow = (one: Person, whom: string) => one.page.getByRole("button", { name: `Follow ${whom}` });
const following = (one: Person, whom: string) => one.page.getByText(`Following ${whom}`, { exact: true });
const lines = async (one: Person) => [...(await one.text()).matchAll(/^line (\d+)$/gm)].map(([, nth]) => Number(nth));
const tab = (one: Person, name: string) => one.page.getByRole("tab", { name, exact: true });

test("one follows another from file to file and line to line, until their own edit", async () => {
  const [ada, bob, vera] = await threeOfThem();
  await longFile(ada);
  await follow(bob, "Ada").click();
  await following(bob, "Ada").waitFor();
  await tab(bob, "long.txt").waitFor();
  await expect.poll(() => lines(bob)).toContain(120);
  await ada.page.getByText("Bob follows you").waitFor();
  await follow(vera, "Ada").click();
  await ada.page.getByText("2 people follow you").waitFor();

  await ada.page.keyboard.press("Control+Home");
  await expect.poll(() => lines(bob)).toContain(1);
  await expect.poll(() => lines(vera)).toContain(1);
  await ada.file("welcome.md").click();
  await expect.poll(() => bob.text()).toContain("Study group");
  await tab(ada, "long.txt").click();
  await expect.poll(() => lines(bob)).toContain(1);

  await bob.typeAtEnd("!");
  await following(bob, "Ada").waitFor({ state: "detached" });
  await ada.page.getByText("Vera follows you").waitFor();
  await ada.page.locator(".monaco-editor .view-lines:visible").first().click();
  await ada.page.keyboard.press("Control+End");
  await expect.poll(() => lines(vera)).toContain(119);
}, 240_000);

test("Escape, a file of one's own choice, and a scroll out of sight end it; their leaving does, too", async () => {
  const [ada, bob, vera] = await threeOfThem();
  await longFile(ada);
  await follow(bob, "Ada").click();
  await expect.poll(() => lines(bob)).toContain(120);
  await bob.page.keyboard.press("Escape");
  await following(bob, "Ada").waitFor({ state: "detached" });

  await follow(bob, "Ada").click();
  await following(bob, "Ada").waitFor();
  await bob.page.getByRole("textbox", { name: "Message" }).focus();
  await bob.page.keyboard.press("Escape"); // from the chat, too
  await following(bob, "Ada").waitFor({ state: "detached" });

  await follow(bob, "Ada").click();
  await following(bob, "Ada").waitFor();
  await bob.file("welcome.md").click();
  await following(bob, "Ada").waitFor({ state: "detached" });

  await follow(bob, "Ada").click();
  await expect.poll(() => lines(bob)).toContain(120);
  await bob.page.locator(".monaco-editor .view-lines").first().hover();
  await bob.page.mouse.wheel(0, -60);
  await bob.page.waitForTimeout(300);
  expect(await following(bob, "Ada").count(), "a small scroll").toBe(1);
  for (let turn = 0; turn < 40; turn++) await bob.page.mouse.wheel(0, -200); // Monaco goes 100 px at most by each
  await following(bob, "Ada").waitFor({ state: "detached" });

  await follow(vera, "Bob").click();
  await following(vera, "Bob").waitFor();
  await bob.page.close();
  await vera.page.getByText("Bob has left. You follow nobody now.").waitFor({ timeout: 30_000 });
}, 240_000);

test("two who follow one another stay where they are, and each other's caret does not move their page", async () => {
  const [ada, bob] = await threeOfThem();
  await longFile(ada);
  await tab(ada, "long.txt").waitFor();
  await follow(bob, "Ada").click();
  await expect.poll(() => lines(bob)).toContain(120);
  await follow(ada, "Bob").click();
  for (const one of [ada, bob]) await one.page.getByText("follow one another: neither page moves").waitFor();
  await ada.page.locator(".monaco-editor .view-lines").first().click();
  await ada.page.keyboard.press("Control+Home");
  await expect.poll(() => lines(ada)).toContain(1);
  await bob.page.waitForTimeout(500);
  expect(await lines(bob)).toContain(120);
  await ada.page.getByRole("button", { name: "Stop following", exact: true }).click();
  await expect.poll(() => lines(bob)).toContain(1);
}, 240_000);

test("a press on a face goes there once and follows nobody", async () => {
  const [ada, bob] = await threeOfThem();
  await longFile(ada);
  await bob.page.getByRole("button", { name: "Go to Ada" }).click();
  await expect.poll(() => lines(bob)).toContain(120);
  expect(await following(bob, "Ada").count()).toBe(0);
  await ada.page.keyboard.press("Control+Home");
  await expect.poll(() => lines(ada)).toContain(1);
  await bob.page.waitForTimeout(300);
  expect(await lines(bob)).toContain(120);
  await bob.page.getByRole("button", { name: "Go to Ada" }).click({ button: "right" });
  await bob.page.getByRole("menuitem", { name: "Follow" }).click();
  await expect.poll(() => lines(bob)).toContain(1);
}, 240_000);

test("who is asked to follow is asked once, without losing the keyboard, and is let go with the others", async () => {
  const [ada, bob, vera] = await threeOfThem();
  await longFile(ada);
  await bob.typeAtEnd("I am ");
  await ada.choose("Ask everyone to follow me");
  await ada.page.getByText("You asked everyone to follow you. Nobody does yet.").waitFor();
  const notices = (one: Person) => one.page.getByRole("region", { name: "Notices" });
  await notices(bob).getByText("Ada asks you to follow").waitFor();
  expect(await notices(bob).getAttribute("aria-live")).toBe("polite");
  await bob.page.keyboard.type("typing on");
  expect(await bob.text()).toContain("I am typing on");
  await notices(bob).getByRole("button", { name: "Follow", exact: true }).click();
  await following(bob, "Ada").waitFor();
  await expect.poll(() => lines(bob)).toContain(120);
  await ada.page.getByText("1 of 2 follow you: Bob").waitFor();

  await vera.page.getByText("Ada asks you to follow").waitFor();
  await vera.page.getByRole("button", { name: "Not during this visit" }).click();
  expect(await following(vera, "Ada").count()).toBe(0);
  await vera.page.getByRole("button", { name: "Room menu" }).click();
  expect(await vera.page.getByRole("menuitem", { name: "Ask everyone to follow me" }).count()).toBe(0);
  await vera.page.keyboard.press("Escape");

  await ada.page.getByRole("button", { name: "Let them go" }).click();
  await following(bob, "Ada").waitFor({ state: "detached" });
  await bob.page.getByText("Ada no longer asks to be followed").waitFor();
}, 240_000);

test("a highlight stays with its letters and its author's name, for who comes later too, until it is cleared", async () => {
  const [ada, bob, vera] = await threeOfThem();
  await bob.typeAtEnd("\nlook here");
  await bob.page.keyboard.press("Shift+Home");
  await bob.page.getByRole("button", { name: "Highlight for everyone" }).click();
  const badge = (one: Person) => one.page.locator(".highlight-badge");
  await badge(vera).filter({ hasText: "Bob" }).waitFor();
  await badge(ada).filter({ hasText: "Bob" }).waitFor();
  expect(await vera.page.getByRole("button", { name: "Clear the highlight of Bob" }).count()).toBe(0);

  await bob.page.keyboard.press("Home");
  await bob.page.keyboard.type("please ");
  await bob.page.keyboard.press("Control+Home");
  await bob.page.keyboard.type("one more line\n");
  const covered = () =>
    vera.page.evaluate(() => {
      const range = document.querySelector("[class*=peer-highlight-]")?.getBoundingClientRect();
      const line = [...document.querySelectorAll(".view-line")].find((each) => each.textContent?.includes("look"));
      const text = line?.querySelector("span > span")?.getBoundingClientRect();
      return range && text && Math.abs(range.top - text.top) < 4 && range.left > text.left + 20;
    });
  await expect.poll(() => vera.text()).toContain("please look here");
  await expect.poll(covered).toBe(true);

  const dan = await person("Dan");
  await dan.join(await ada.copyLink("editor"));
  await badge(dan).filter({ hasText: "Bob" }).waitFor();
  await bob.page.reload();
  await badge(bob).filter({ hasText: "Bob" }).waitFor();
  await ada.page.getByRole("button", { name: "Clear the highlight of Bob" }).click();
  for (const one of [ada, bob, vera, dan]) await badge(one).waitFor({ state: "detached" });

  await dan.typeAtEnd("x");
  await dan.page.keyboard.press("Shift+Home");
  await dan.page.keyboard.press("Control+Alt+H");
  await badge(vera).filter({ hasText: "Dan" }).waitFor();
  await dan.choose("Clear the highlight");
  await badge(vera).waitFor({ state: "detached" });
}, 240_000);

test("one says that they are away, the others see it, and typing brings one back", async () => {
  const [ada, bob] = await threeOfThem();
  const row = ada.page.getByRole("listitem").filter({ hasText: "Bob" }).filter({ hasText: "editor" });
  await bob.choose("Say that I am away");
  await row.filter({ hasText: "away" }).waitFor();
  await bob.typeAtEnd("back");
  await row.filter({ hasText: "typing in welcome.md" }).waitFor();
}, 240_000);
