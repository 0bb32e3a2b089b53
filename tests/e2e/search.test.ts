import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom, person, wire } = stage(() => [], { keeps: false });

/** The text of a file that has a tab, which comes to the front. */
async function textOf(who: Person, file: string): Promise<string> {
  await who.page.getByRole("tab", { name: file }).click();
  await who.page.getByRole("tab", { name: file, selected: true }).waitFor();
  return await who.text();
}

test("all files are searched and replaced in, also those nobody has open, and one Undo takes it back but not what others wrote", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  await ada.newFile("one.ts");
  await ada.typeAtEnd("const total = 1;\nconst subtotal = total;\n");
  await ada.newFile("two.md");
  await ada.typeAtEnd("The total of all.\n");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const { page } = bob;
  const status = page.getByRole("status").filter({ hasText: /place|Nothing|regular/ });

  await page.keyboard.press("Control+Shift+F");
  await page.keyboard.type("Total");
  await status.filter({ hasText: "4 places in 2 files" }).waitFor();
  await page.getByRole("button", { name: "Match case" }).click();
  await status.filter({ hasText: "Nothing was found." }).waitFor();
  await page.getByRole("button", { name: "Match case" }).click();
  await page.getByRole("button", { name: "Whole words" }).click();
  await status.filter({ hasText: "3 places in 2 files" }).waitFor();

  await page.getByRole("textbox", { name: "Search in all files" }).press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "one.ts", selected: true }).waitFor();
  await expect.poll(() => bob.atEditor()).toBe(true);
  await page.keyboard.type("my ");
  await expect.poll(() => textOf(ada, "one.ts")).toContain("subtotal = my total");
  await status.filter({ hasText: "3 places in 2 files" }).waitFor();

  await page.keyboard.press("Control+Shift+H");
  await page.getByRole("textbox", { name: "Replace by" }).fill("sum");
  await page.locator("ins", { hasText: "sum" }).first().waitFor();
  await page.getByRole("button", { name: "Replace all" }).click();
  await page.getByText("Replaced 3 places in 2 files.").waitFor();
  await expect.poll(() => textOf(ada, "one.ts")).toContain("const sum = 1;\nconst subtotal = my sum;");
  await expect.poll(() => textOf(ada, "two.md")).toContain("The sum of all.");
  await status.filter({ hasText: "Nothing was found." }).waitFor();

  await ada.typeAtEnd("meanwhile");
  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(() => textOf(ada, "one.ts")).toContain("const total = 1;\nconst subtotal = my total;");
  await expect.poll(() => textOf(ada, "two.md")).toContain("The total of all.\nmeanwhile");
});

test("nothing is replaced everywhere before everything was read", { timeout: 60_000 }, async () => {
  const ada = await permanentRoom();
  await ada.newFile("one.ts");
  await ada.typeAtEnd("const total = 1;\n");
  await ada.newFile("two.md");
  await ada.typeAtEnd("The total of all.\n");
  await ada.newFile("last.txt"); // Bob begins there
  const bob = await person("Bob");
  const { page } = bob;
  let held: (() => void)[] | undefined;
  await page.routeWebSocket(/./, (line) => {
    line.connectToServer().onMessage((message) => {
      const pass = () => line.send(message);
      if (held) held.push(pass);
      else pass();
    });
  });
  await bob.join(await ada.copyLink("editor"));
  await bob.file("one.ts").click();
  await expect.poll(() => textOf(bob, "one.ts")).toContain("total");

  held = []; // from here on nothing comes from the server
  await page.keyboard.press("Control+Shift+H");
  await page.getByRole("textbox", { name: "Search in all files" }).fill("total");
  await page.getByRole("textbox", { name: "Replace by" }).fill("sum");
  await page.getByText("one place in one file").waitFor();
  await page.getByText(/Reading files: \d of 4/).waitFor();
  const all = page.getByRole("button", { name: "Replace all" });
  expect(await all.isDisabled()).toBe(true);
  const late = held;
  held = undefined;
  for (const pass of late) pass();
  await page.getByText("2 places in 2 files").waitFor();
  await all.click();
  await page.getByText("Replaced 2 places in 2 files.").waitFor();
  await expect.poll(() => textOf(ada, "two.md")).toContain("The sum of all.");
});

test("what was found is walked, left out and gone to by keys alone, and the keyboard is never nowhere", {
  timeout: 60_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await ada.newFile("one.txt");
  await ada.typeAtEnd("a heron\nand a heron\nno heron\nthe heron");
  const at = () => page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? "");
  await page.keyboard.press("Control+Shift+F");
  await page.keyboard.type("heron");
  await page.getByText("4 places in one file").waitFor();
  for (const _ of [1, 2, 3]) await page.keyboard.press("ArrowDown");
  await expect.poll(at).toBe("Line 2: and a heron");
  await page.keyboard.press("Delete");
  await page.getByText("3 places in one file").waitFor();
  await expect.poll(at).toBe("Line 3: no heron");
  await page.keyboard.press("Tab");
  await expect.poll(at).toBe("Leave out line 3");
  await page.keyboard.press("Enter");
  await page.getByText("2 places in one file").waitFor();
  await expect.poll(at).toBe("Line 4: the heron");
  await page.evaluate(() => (document.activeElement as HTMLElement).blur());
  await page
    .getByRole("button", { name: "Leave out line 4", includeHidden: true })
    .evaluate((button) => (button as HTMLElement).click());
  await page.getByText("One place in one file").waitFor();
  expect(await page.evaluate(() => document.activeElement === document.body)).toBe(true); // it was elsewhere by then
  await page.getByRole("button", { name: "Line 1: a heron" }).focus();
  await page.keyboard.press("Delete");
  await expect.poll(at).toBe("Search in all files");
});

test("a room that is new begins with its files, also for who searched in another", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await page.keyboard.press("Control+Shift+F");
  await page.getByRole("textbox", { name: "Search in all files" }).waitFor();
  await expect.poll(() => ada.tree.isVisible()).toBe(false);
  await ada.createRoom(wire().url, "Another"); // waits for the files
});

test("an expression says what is wrong with it, one that never ends is given up, and only some files are searched", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await ada.newFile("a.ts");
  await ada.typeAtEnd(`${"a".repeat(40)}!\nkey: 12\n`);
  await ada.newFile("b.md");
  await ada.typeAtEnd("key: 34\n");
  await page.keyboard.press("Control+Shift+F");
  await page.getByRole("button", { name: "Regular expression" }).click();
  const box = page.getByRole("textbox", { name: "Search in all files" });
  await box.fill("(key");
  await page.getByText("This is no regular expression: ").waitFor();
  await box.fill("(a+)+$");
  await page.getByText(/This expression takes too long in a.ts/).waitFor({ timeout: 20_000 });
  await box.fill("(key): (\\d+)");
  await page.getByText("2 places in 2 files").waitFor();
  await page.getByRole("button", { name: "Which files" }).click();
  await page.getByRole("textbox", { name: "Only in these files" }).fill("*.md");
  await page.getByText("one place in one file").waitFor();
  await page.getByRole("button", { name: "Replace", exact: true }).click();
  const all = page.getByRole("button", { name: "Replace all" });
  await all.evaluate((button) => {
    const flickers = () => Object.assign(window, { flickered: true });
    new MutationObserver(flickers).observe(button, { attributeFilter: ["disabled"] });
  });
  await page.getByRole("textbox", { name: "Replace by" }).fill("$2=$1");
  await page.getByText("34=key").waitFor();
  expect(await page.evaluate(() => "flickered" in window)).toBe(false); // a press would be lost
  await all.click();
  await expect.poll(() => textOf(ada, "b.md")).toContain("34=key");
  expect(await textOf(ada, "a.ts")).toContain("key: 12");
});

test("who may only look replaces nothing", { timeout: 90_000 }, async () => {
  const ada = await permanentRoom();
  await ada.newFile("notes.md");
  await ada.typeAtEnd("look at this");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("viewer"));
  await bob.page.keyboard.press("Control+Shift+H");
  await bob.page.keyboard.type("look");
  await bob.page.getByText(/places? in one file/).waitFor();
  expect(await bob.page.getByRole("textbox", { name: "Replace by" }).count()).toBe(0);
  expect(await bob.page.getByRole("button", { name: /^Replace/ }).count()).toBe(0);
});

test("a search that cannot be fetched says so, and is tried again as it stands", { timeout: 60_000 }, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await page.route("**/search.worker-*", (route) => route.abort());
  await page.keyboard.press("Control+Shift+F");
  await page.getByRole("textbox", { name: "Search in all files" }).fill("Everyone in this room"); // at once: a search for its beginning would fail, too
  await page.getByText("The search could not be loaded.").waitFor();
  await page.unroute("**/search.worker-*");
  await page.getByRole("button", { name: "Try again" }).click();
  await page.getByText("one place in one file").waitFor();
  expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
});
