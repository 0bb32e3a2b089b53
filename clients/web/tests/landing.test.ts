import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Site } from "./Site.ts";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
let site: Site;

beforeAll(async () => {
  site = await Site.open();
}, 60_000);

afterAll(() => site?.close());

async function landing(colorScheme: "light" | "dark", width: number): Promise<Page> {
  const page = await site.browser.newPage({ viewport: { width, height: 800 }, colorScheme, reducedMotion: "reduce" });
  await page.goto(site.url);
  await page.getByRole("button", { name: "New room" }).waitFor({ timeout: 60_000 });
  return page;
}

async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  const run = () => (window as unknown as { axe: { run(): Promise<AxeResults> } }).axe.run();
  const { violations } = await page.evaluate(run);
  const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
  return serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

describe.each([
  ["light", 1280],
  ["dark", 1280],
  ["light", 390],
  ["dark", 390],
] as const)("the landing page, %s, %i px wide", (scheme, width) => {
  test("has no serious fault that axe finds, with the form open or closed, and never scrolls sideways", async () => {
    const page = await landing(scheme, width);
    expect(await faults(page)).toEqual([]);
    await page.getByRole("button", { name: "New room" }).click();
    await page.getByLabel(/^Password/).fill("secret");
    await page.getByText("Permanent").click();
    await page.getByLabel(/admin key/i).waitFor();
    expect(await faults(page)).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    await page.close();
  }, 90_000);
});

test("the form is filled, and left, by keyboard alone", async () => {
  const page = await landing("light", 1280);
  await page.getByRole("button", { name: "New room" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("textbox", { name: "Room name" }).and(page.locator(":focus")).waitFor();
  await page.keyboard.type("Study group");
  await page.keyboard.press("Tab");
  await page.keyboard.type("Ada");
  expect(await page.getByRole("textbox", { name: "Your name" }).inputValue()).toBe("Ada");
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "New room" }).and(page.locator(":focus")).waitFor();
  await page.close();
}, 90_000);

test("what is no link is refused with what to do, and a room id goes to its door", async () => {
  const page = await landing("light", 1280);
  await page.getByRole("textbox", { name: "Link or room id" }).fill("hello");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByText("Paste the whole link").waitFor();
  await page.getByRole("textbox", { name: "Link or room id" }).fill("0123456789ABCDEFGHJKMNPQRS");
  await page.getByRole("button", { name: "Join" }).click();
  await page.waitForURL(`${site.url}r/0123456789abcdefghjkmnpqrs`);
  await page.close();
}, 90_000);

/** As a tab leaves an archive that dies while it makes one. */
function leaveArchive(page: Page): Promise<void> {
  return page.evaluate(async () => {
    const downloads = await (await navigator.storage.getDirectory()).getDirectoryHandle("downloads", { create: true });
    const file = await (await downloads.getDirectoryHandle("dead", { create: true })).getFileHandle("archive", {
      create: true,
    });
    const stream = await file.createWritable();
    await stream.write("words of a room");
    await stream.close();
  });
}

function archives(page: Page): Promise<string[]> {
  return page.evaluate(async () => {
    const downloads = await (await navigator.storage.getDirectory()).getDirectoryHandle("downloads", { create: true });
    const found: string[] = [];
    for await (const name of (downloads as unknown as { keys(): AsyncIterable<string> }).keys()) found.push(name);
    return found;
  });
}

test("an archive that a dead tab left goes when any page begins, and what is fresh once it is old", async () => {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  await page.clock.install();
  await page.goto(site.url);
  await page.getByRole("button", { name: "New room" }).waitFor();
  await leaveArchive(page);
  await page.clock.runFor(15_000);
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await archives(page)).toEqual(["dead"]); // its browser may be copying it for the person
  await page.clock.runFor(70_000);
  await expect.poll(() => archives(page)).toEqual([]);
  await context.close();
}, 90_000);

test("an archive that a dead tab left goes when a room is forgotten", async () => {
  const context = await site.browser.newContext();
  const page = await context.newPage();
  await page.clock.install({ time: Date.now() + 120_000 });
  await page.goto(site.url);
  await page.getByText("Rooms you open are listed here").waitFor();
  await leaveArchive(page);
  await page.evaluate(async (server) => {
    const db = await new Promise<IDBDatabase>((resolve) => {
      const opening = indexedDB.open("coterie");
      opening.onsuccess = () => resolve(opening.result);
    });
    const recent = { id: "0".repeat(26), title: "Bridge", server, kind: "memory", name: "Ada", lastOpened: Date.now() };
    const writing = db.transaction("recent", "readwrite");
    writing.objectStore("recent").put(recent);
    await new Promise((resolve) => {
      writing.oncomplete = resolve;
    });
    db.close();
  }, site.url);
  await page.reload();
  await page.getByRole("button", { name: "Remove Bridge from the list" }).click();
  await page.getByRole("button", { name: "Forget" }).click();
  await page.clock.runFor(100);
  await expect.poll(() => archives(page)).toEqual([]);
  await context.close();
}, 90_000);

test("nothing is asked of another server", async () => {
  const page = await site.browser.newPage();
  const foreign: string[] = [];
  page.on("request", (request) => {
    if (!request.url().startsWith(site.url)) foreign.push(request.url());
  });
  await page.goto(site.url, { waitUntil: "networkidle" });
  expect(foreign).toEqual([]);
  await page.close();
}, 90_000);
