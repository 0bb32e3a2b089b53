import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom, person } = stage();

const groups = (one: Person) => one.page.locator("[data-pane=Editor] .dv-groupview");
const names = async (one: Person) =>
  (await one.page.locator("[data-pane=Editor]").getByRole("tab").allInnerTexts()).map((name) =>
    name.replace(/\s+,/, ",").trim(),
  );
/** The visible text of the nth split. */
const textIn = async (one: Person, nth: number) =>
  (await groups(one).nth(nth).locator(".view-line").allInnerTexts()).join("\n").replaceAll("\u00a0", " ");
const tab = (one: Person, name: string) => one.page.locator("[data-pane=Editor]").getByRole("tab", { name });

test("a pinned tab is marked, stands first and stays when the others are closed, also after one comes back", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  for (const name of ["a.txt", "b.txt", "c.txt"]) await ada.newFile(name);
  await expect.poll(() => names(ada)).toEqual(["welcome.md", "a.txt", "b.txt", "c.txt"]);
  await tab(ada, "b.txt").click({ button: "right" });
  await page.getByRole("menuitem", { name: "Pin the tab" }).click();
  await expect.poll(() => names(ada)).toEqual(["b.txt, pinned", "welcome.md", "a.txt", "c.txt"]);
  await tab(ada, "c.txt").focus();
  await page.keyboard.press("Shift+F10");
  await page.getByRole("menuitem", { name: "Close the other tabs" }).click();
  await expect.poll(() => names(ada)).toEqual(["b.txt, pinned", "c.txt"]);
  await page.reload();
  await expect.poll(() => names(ada), { timeout: 20_000 }).toEqual(["b.txt, pinned", "c.txt"]);

  await ada.file("c.txt").click();
  await expect.poll(() => ada.atEditor()).toBe(true);
  await page.keyboard.press("Shift+Alt+P");
  await expect.poll(() => names(ada)).toEqual(["b.txt, pinned", "c.txt, pinned"]);
  await tab(ada, "b.txt").locator("[title=Unpin]").click();
  await expect.poll(() => names(ada)).toEqual(["c.txt, pinned", "b.txt"]);
  await page.keyboard.press("Control+Shift+P");
  await page.keyboard.type("close all tabs");
  await page.keyboard.press("Enter");
  await expect.poll(() => names(ada)).toEqual(["c.txt, pinned"]);
});

test("one file in two splits is one text with one undo, and the splits are there when one comes back", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const { page } = ada;
  await ada.newFile("a.txt");
  await ada.typeAtEnd("one\ntwo");
  await bob.file("a.txt").click();
  await expect.poll(() => bob.text()).toBe("one\ntwo");
  await page.keyboard.press("Control+\\");
  await expect.poll(() => groups(ada).count()).toBe(2);
  await expect.poll(() => textIn(ada, 1)).toBe("one\ntwo");
  await expect.poll(() => ada.atEditor()).toBe(true);
  await page.keyboard.type("!"); // where the caret was in the tab that it was split from
  for (const nth of [0, 1]) await expect.poll(() => textIn(ada, nth)).toBe("one\ntwo!");
  await bob.typeAtEnd(" bob");
  for (const nth of [0, 1]) await expect.poll(() => textIn(ada, nth)).toBe("one\ntwo! bob");

  await groups(ada).nth(0).locator(".view-lines").click();
  await page.keyboard.press("Control+Home");
  await page.waitForTimeout(600); // a new step of undo
  await page.keyboard.type("left ");
  for (const nth of [0, 1]) await expect.poll(() => textIn(ada, nth)).toBe("left one\ntwo! bob");
  await groups(ada).nth(1).locator(".view-lines").click();
  await page.keyboard.press("Control+z");
  for (const nth of [0, 1]) await expect.poll(() => textIn(ada, nth)).toBe("one\ntwo! bob");
  await expect.poll(() => bob.text()).toBe("one\ntwo! bob");

  const before = "one\ntwo! bob";
  await page.reload();
  await expect.poll(() => groups(ada).count(), { timeout: 20_000 }).toBe(2);
  for (const nth of [0, 1]) await expect.poll(() => textIn(ada, nth)).toBe(before);
  await tab(ada, "a.txt").last().click({ button: "middle" });
  await expect.poll(() => groups(ada).count()).toBe(1);
  await expect.poll(() => textIn(ada, 0)).toBe(before);
});

test("a tab that is dragged to an edge is a split, and a pinned one comes before the others there, too", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await ada.newFile("a.txt");
  await ada.newFile("b.txt");
  const box = (await page.locator("[data-pane=Editor] .dv-content-container").first().boundingBox())!;
  await tab(ada, "b.txt").dragTo(page.locator("[data-pane=Editor] .dv-content-container").first(), {
    targetPosition: { x: box.width - 12, y: box.height / 2 },
  });
  await expect.poll(() => groups(ada).count()).toBe(2);
  await tab(ada, "a.txt").click();
  await page.keyboard.press("Shift+Alt+P");
  await expect.poll(() => names(ada)).toEqual(["a.txt, pinned", "welcome.md", "b.txt"]);
});

test("splits and previews are closed by command, one and all, and the room stands", { timeout: 90_000 }, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const command = async (words: string) => {
    await page.keyboard.press("Control+Shift+P");
    await page.keyboard.type(words);
    await page.keyboard.press("Enter");
  };
  await expect.poll(() => ada.atEditor()).toBe(true);
  await page.keyboard.press("Control+\\");
  await expect.poll(() => names(ada)).toEqual(["welcome.md", "welcome.md"]);
  await command("close the tab");
  await expect.poll(() => names(ada)).toEqual(["welcome.md"]);
  await page.keyboard.press("Control+\\");
  await page.getByRole("button", { name: "Show the preview" }).first().click();
  await expect.poll(async () => (await names(ada)).length).toBe(3);
  await command("close all tabs");
  await expect.poll(() => names(ada)).toEqual([]);
  await page.getByText("No file is open.").waitFor();
});

test("who comes in for the first time finds the file that somebody is in, also where that is not the first", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  await ada.newFile("a.txt");
  await ada.file("welcome.md").click();
  await expect.poll(() => ada.atEditor()).toBe(true);
  const link = await ada.copyLink("editor");
  for (const name of ["Bob", "Eve", "Max"]) {
    const guest = await person(name);
    await guest.join(link);
    await expect.poll(() => names(guest)).toEqual(["welcome.md"]);
    await guest.context.close();
  }
});
