import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type {} from "./room/lab.tsx";
import { Site } from "./Site.ts";

/** Tabs and tree at their size, in Chromium: the real ones, in a real room with a hub in the page. */
let site: Site;
let page: Page;
let thrown: string[];

beforeAll(async () => {
  site = await Site.open();
}, 60_000);

afterAll(() => site?.close());

beforeEach(async () => {
  page = await site.browser.newPage({ viewport: { width: 1000, height: 640 } });
  thrown = [];
  page.on("pageerror", (error) => thrown.push(error.message));
  await page.goto(`${site.url}tests/room/lab.html`, { waitUntil: "commit" });
  await page.waitForFunction(() => window.lab !== undefined, undefined, { timeout: 120_000 });
}, 150_000);

afterEach(async () => {
  await page.close();
  expect(thrown).toEqual([]);
});

const names = (count: number) => Array.from({ length: count }, (_, nth) => `f${nth}.txt`);

test("tabs are as many as one likes, and the editors and models behind them no more than editorsAtOnce", async () => {
  const seen = await page.evaluate(async (wanted) => {
    const { lab } = window;
    const most = { editors: 0, models: 0 };
    for (const id of await lab.make(wanted)) {
      await lab.front(id);
      most.editors = Math.max(most.editors, lab.alive.editors);
      most.models = Math.max(most.models, lab.alive.models);
    }
    return { most, limit: lab.editorsAtOnce };
  }, names(20));
  expect(await page.getByRole("tab").count()).toBe(20);
  expect(seen.most).toEqual({ editors: seen.limit, models: seen.limit });
}, 90_000);

test("a tab whose editor was put away comes back where it was, with its undo, and with the other's caret", async () => {
  const ids = await page.evaluate((wanted) => window.lab.make(wanted), names(12));
  await page.evaluate(async (id) => {
    const { lab } = window;
    const file = await lab.opened(lab.bob, id);
    const adas = await lab.opened(lab.ada, id);
    adas.text.insert(0, Array.from({ length: 300 }, (_, nth) => `line ${nth}`).join("\n"));
    await lab.until(() => file.text.length > 0, "Bob has it");
    await lab.front(id);
    lab.inFront!.setPosition({ lineNumber: 120, column: 1 });
    lab.inFront!.focus();
  }, ids[0]!);
  await page.keyboard.type("mine ");
  await page.keyboard.press("Shift+End");
  const before = await page.evaluate(async (all) => {
    const { lab } = window;
    lab.inFront!.setScrollTop(lab.inFront!.getTopForLineNumber(111));
    const first = lab.inFront!;
    for (const id of all.slice(1)) await lab.front(id);
    const away = first.getModel() === null;
    const adas = await lab.opened(lab.ada, all[0]!);
    await lab.until(() => adas.text.toString().includes("mine "), "Ada has it");
    adas.text.insert(0, "theirs\ntheirs\n");
    const at = adas.text.toString().indexOf("line 115");
    lab.ada.point({ file: all[0]!, topLine: 1, selections: [lab.placeOf(adas.text, at, at)] });
    await lab.saved(lab.bob, lab.ada);
    await lab.front(all[0]!);
    const model = lab.inFront!.getModel()!;
    return {
      away,
      selected: model.getValueInRange(lab.inFront!.getSelection()!),
      top: model.getLineContent(lab.inFront!.getVisibleRanges()[0]!.startLineNumber),
      focus: lab.inFront!.hasTextFocus(),
    };
  }, ids);
  expect(before).toEqual({ away: true, selected: "line 119", top: "line 110", focus: true });
  await page.locator(".peer-tag", { hasText: "Ada" }).waitFor();
  await page.keyboard.press("Control+z");
  const after = await page.evaluate(() => window.lab.inFront!.getModel()!.getValue());
  expect(after.slice(0, 21)).toBe("theirs\ntheirs\nline 0\n");
  expect(after).not.toContain("mine");
  await page.keyboard.press("Control+y");
  expect(await page.evaluate(() => window.lab.inFront!.getModel()!.getValue())).toContain("\nmine line 119\n");
}, 90_000);

test("what becomes of a file while its editor is away shows when its tab is in front again", async () => {
  const ids = await page.evaluate((wanted) => window.lab.make(wanted), names(12));
  await page.evaluate(async (all) => {
    const { lab } = window;
    for (const id of all) await lab.front(id);
    await lab.ada.tree.delete(all[0]!);
    await lab.until(() => lab.nodes.length === all.length - 1, "Bob knows");
    lab.desk.show(all[0]!);
  }, ids);
  await page.getByRole("heading", { name: "Ada deleted this file." }).waitFor();
  await page.evaluate(async (id) => {
    const { lab } = window;
    await lab.ada.powers.setReadOnly(true);
    await lab.until(() => lab.bob.view.get().readOnly, "Bob knows that too");
    await lab.front(id);
  }, ids[1]!);
  await page.getByText("The owner has made the room read-only.").and(page.locator(":visible")).waitFor();
  expect(await page.evaluate(() => window.lab.inFront!.getRawOptions().readOnly)).toBe(true);
}, 90_000);

test("an editor whose document is being made anew is not put away before that is done", async () => {
  const ids = await page.evaluate((wanted) => window.lab.make(wanted), names(12));
  const seen = await page.evaluate(async (all) => {
    const { lab } = window;
    const file = await lab.opened(lab.bob, all[0]!);
    await lab.front(all[0]!);
    const first = lab.inFront!;
    file.state.set("loading");
    for (const id of all.slice(1)) await lab.front(id);
    const during = first.getModel() !== null;
    file.state.set("ready");
    await lab.until(() => lab.alive.editors === lab.editorsAtOnce, "it was put away");
    return { during, after: first.getModel() !== null };
  }, ids);
  expect(seen).toEqual({ during: true, after: false });
}, 90_000);

test("a key in the tree renders the line that one leaves and the one that one comes to, and no other", async () => {
  await page.evaluate(() => window.lab.make(Array.from({ length: 40 }, (_, nth) => `f${nth + 10}.txt`)));
  await page.getByRole("treeitem", { name: "f10.txt" }).focus();
  const rendered = await page.evaluateHandle(() => window.lab.watchRows());
  const taken = () =>
    rendered.evaluate((set) => {
      const lines = [...set].toSorted();
      set.clear();
      return lines;
    });
  const pressTo = async (key: string, name: string) => {
    await page.keyboard.press(key);
    await page.locator("[data-node]:focus").and(page.getByRole("treeitem", { name })).waitFor();
  };
  await pressTo("ArrowDown", "f11.txt");
  expect((await taken()).length).toBe(40); // the watched lines are new
  await pressTo("ArrowDown", "f12.txt");
  expect(await taken()).toEqual(["f11.txt", "f12.txt"]);
  await pressTo("End", "f49.txt");
  expect(await taken()).toEqual(["f12.txt", "f49.txt"]);
}, 90_000);

test("twenty people are found by name or role, and a few without a filter", async () => {
  const people = page.locator("#people");
  await people.getByText("2 here", { exact: true }).waitFor();
  expect(await people.getByRole("textbox", { name: "Find a person" }).count()).toBe(0);
  await page.evaluate(() => window.lab.crowd(18));
  await people.getByText("20 here", { exact: true }).waitFor();
  expect(await people.getByRole("listitem").count()).toBe(20);
  const find = people.getByRole("textbox", { name: "Find a person" });
  await find.fill("guest 1");
  await expect.poll(() => people.getByRole("listitem").count()).toBe(10);
  await find.fill("owner");
  await expect.poll(() => people.getByRole("listitem").allTextContents()).toEqual([expect.stringContaining("Ada")]);
  await find.fill("nobody of this name");
  await people.getByText("Nobody is called so.").waitFor();
}, 120_000);

test("a text too long to be written in is read in parts, live", async () => {
  const [id] = await page.evaluate((wanted) => window.lab.make(wanted), names(1));
  await page.evaluate(async (file) => {
    const { lab } = window;
    const adas = await lab.opened(lab.ada, file);
    const mine = await lab.opened(lab.bob, file);
    for (let nth = 0; nth < 6; nth++) adas.text.insert(adas.text.length, "0123456789abcde\n".repeat(62_500));
    await lab.until(() => mine.text.length === 6_000_000, "Bob has it");
    lab.desk.open(file);
  }, id!);
  await page.getByText("This text has 6.0 MB").waitFor();
  await page.getByText("Part 1 of 6").waitFor();
  expect(await page.getByRole("button", { name: "Previous" }).isDisabled()).toBe(true);
  await page.getByRole("button", { name: "Next" }).click();
  await page.locator(".line-numbers", { hasText: /^62501$/ }).waitFor();
  expect(await page.evaluate(() => window.lab.inFront!.getRawOptions().readOnly)).toBe(true);
  await page.evaluate((file) => window.lab.desk.open(file, { line: 300_000 }), id!);
  await page.getByText("Part 5 of 6").waitFor();
  await page.locator(".line-numbers", { hasText: /^300000$/ }).waitFor();
  await page.evaluate(async (file) => {
    const adas = await window.lab.opened(window.lab.ada, file);
    adas.text.insert(0, "a new line\n".repeat(100_000));
  }, id!);
  await page.getByText("Part 5 of 8").waitFor();
}, 120_000);
