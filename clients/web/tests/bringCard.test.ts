import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type {} from "./room/lab.tsx";
import { Site } from "./Site.ts";

/** The card beside one's work, in Chromium: how far a lot is says the test. */
let site: Site;
let page: Page;

beforeAll(async () => {
  site = await Site.open();
  page = await site.browser.newPage({ viewport: { width: 1000, height: 640 } });
  await page.goto(`${site.url}tests/room/lab.html`, { waitUntil: "commit" });
  await page.waitForFunction(() => window.lab !== undefined, undefined, { timeout: 120_000 });
}, 180_000);

afterAll(() => site?.close());

const isAt = (done: number) =>
  page.evaluate((come) => {
    window.lab.bring.phase.set({
      ...{ type: "bringing", done: come, total: 9, bytes: come, allBytes: 9, left: undefined },
    });
  }, done);

test("whether to stop is asked of who hears it once, however many files come meanwhile; who sees it reads how many are left", async () => {
  await isAt(1);
  const card = page.getByRole("region", { name: "Bringing in files" });
  await card.getByRole("button", { name: "Stop" }).click();
  const alert = card.getByRole("alert");
  await alert.filter({ hasText: "8 files would not come" }).waitFor();
  for (const done of [2, 3, 4]) {
    await isAt(done);
    await card.getByText(`${9 - done} files would not come`).waitFor();
  }
  expect(await alert.allInnerTexts()).toEqual(["Stop? 8 files would not come; what is in the room stays."]);
}, 60_000);

test("where a lot ends with the keyboard in its card, that goes back to where it was before", async () => {
  await isAt(1);
  const where = () => page.evaluate(() => document.activeElement?.id);
  await page.evaluate(() => {
    const box = document.createElement("textarea");
    box.id = "chat";
    document.body.append(box);
    box.focus();
  });
  const card = page.getByRole("region", { name: "Bringing in files" });
  await card.getByRole("button", { name: "Stop" }).focus();
  await page.evaluate(() => window.lab.bring.phase.set(undefined));
  await card.waitFor({ state: "detached" });
  await expect.poll(where).toBe("chat");
  await isAt(1);
  await page.evaluate(() => window.lab.bring.phase.set(undefined));
  await card.waitFor({ state: "detached" });
  expect(await where()).toBe("chat");
  await page.evaluate(() => document.getElementById("chat")!.remove());
}, 60_000);

test("a room that cannot be reached lets one wait only as long as it may come back", async () => {
  await isAt(1);
  const card = page.getByRole("region", { name: "Bringing in files" });
  const says = (connection: "reconnecting" | "ended") =>
    page.evaluate((next) => {
      const { view } = window.lab.bob;
      view.set({ ...view.get(), connection: next });
    }, connection);
  await says("reconnecting");
  await card.getByText("It goes on by itself when the room can be reached again.").waitFor();
  await says("ended");
  await card.getByText("This page is not in the room any more: what is not here does not come.").waitFor();
  expect(await card.getByText("It goes on by itself").count()).toBe(0);
}, 60_000);
