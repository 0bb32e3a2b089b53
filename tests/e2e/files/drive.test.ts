import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { DriveStandIn } from "../support/DriveStandIn.ts";
import { disk, noise } from "../support/disk.ts";
import { faults } from "../support/faults.ts";
import type { Person } from "../support/Person.ts";
import { stage } from "../support/stage.ts";

/** Google Drive, in whose place a stand-in is. */
const { folder, drop } = disk();
const save = "Save to Google Drive…";
const open = "Open from Google Drive…";

describe("with a client id of the operator's", () => {
  let google: DriveStandIn;
  beforeAll(async () => {
    google = await DriveStandIn.start();
  });
  afterAll(() => google.stop());
  const { permanentRoom, person, server, wire } = stage(() => google.options);
  let asked: Person[] = [];
  beforeEach(() => {
    google.redirect = `${wire().url}/drive`;
    google.files = [];
    google.seconds = 3_599;
    google.forgesState = false;
    google.mostPerPage = 1_000;
    asked = [];
  });
  afterEach(() => {
    const others = asked.flatMap(({ foreignRequests }) => foreignRequests.splice(0)).map((url) => new URL(url).origin);
    expect(others.filter((origin) => origin !== google.url)).toEqual([]);
  });

  /** From now on this person may ask Google; nobody did before. */
  function mayAsk(...people: readonly Person[]): void {
    for (const each of people) expect(each.foreignRequests).toEqual([]);
    asked.push(...people);
  }

  /** Google's window, which a press opens. */
  async function theirs(who: Person, press: () => Promise<void>): Promise<Page> {
    const [page] = await Promise.all([who.context.waitForEvent("page"), press()]);
    await page.getByRole("link", { name: "Allow" }).waitFor();
    return page;
  }

  async function answer(page: Page, name: "Allow" | "Deny"): Promise<void> {
    const closed = page.waitForEvent("close");
    await page.getByRole("link", { name }).click();
    await closed;
  }

  const dialog = (who: Person, name: string) => who.page.getByRole("dialog", { name });
  const press = (who: Person, name: string) =>
    who.page.getByRole("dialog").getByRole("button", { name, exact: true }).click();

  async function take(who: Person, name: string): Promise<Buffer> {
    await who.file(name).click({ button: "right" });
    const [download] = await Promise.all([
      who.page.waitForEvent("download"),
      who.page.getByRole("menuitem", { name: "Download" }).click(),
    ]);
    return await readFile(await download.path());
  }

  test("a viewer saves a room through cuts and errors, and in another room it comes out byte for byte; Google is asked by nobody before", {
    timeout: 120_000,
  }, async () => {
    const ada = await permanentRoom();
    const pictures = { "one.png": noise(2_400_000, 1), "two.png": noise(2_400_000, 2), "three.png": noise(700_000, 3) };
    const base = await folder({ ...pictures, "notes.txt": "Über uns 🧵\n" });
    await drop(
      ada,
      [...Object.keys(pictures), "notes.txt"].map((name) => join(base, name)),
      "[role=tree]",
    );
    await ada.page.getByText("Brought in 4 files.").waitFor({ timeout: 30_000 });
    const bob = await person("Bob");
    await bob.join(await ada.copyLink("viewer"));
    await bob.page.getByRole("button", { name: "Room menu" }).click();
    await bob.page.getByRole("menuitem", { name: save }).waitFor();
    expect(await bob.page.getByRole("menuitem", { name: open }).count()).toBe(0);
    await bob.page.keyboard.press("Escape");

    await bob.choose(save);
    await dialog(bob, "Save to Google Drive").getByText("Google will be able to read it.").waitFor();
    expect(google.asked).toEqual([]);
    mayAsk(bob);
    google.mishaps.push("short", "503", "cut", "short");
    const window = await theirs(bob, () => press(bob, "Save"));
    await answer(window, "Allow");
    await bob.page.getByText("Saved Bridge.zip to Google Drive: 5 files, 5.5 MB.").waitFor({ timeout: 30_000 });
    expect(google.mishaps).toEqual([]);
    const [saved] = google.files;
    expect(saved).toMatchObject({ name: "Bridge.zip", mimeType: "application/zip" });
    expect(google.received).toBeLessThan(2 * saved!.bytes.length);

    const kept = await bob.page.evaluate(() =>
      JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href]),
    );
    for (const token of google.tokens) for (const place of [kept, ...server().said]) expect(place).not.toContain(token);

    const eve = await permanentRoom("Eve");
    mayAsk(eve);
    await eve.deleteFile("welcome.md");
    await eve.choose(open);
    await answer(await theirs(eve, () => press(eve, "Ask Google")), "Allow");
    await eve.page.getByRole("button", { name: "Bridge.zip 5.5 MB" }).waitFor();
    await eve.page.keyboard.press("Enter");
    await eve.page.getByText("Brought in 5 files.").waitFor({ timeout: 30_000 });
    for (const [name, bytes] of Object.entries(pictures)) expect(Buffer.compare(await take(eve, name), bytes)).toBe(0);
    expect((await take(eve, "notes.txt")).toString()).toBe("Über uns 🧵\n");
    mayAsk(ada);
  });

  test("a no, a window that was closed or blocked, an answer to another question: each is said, and one may ask again", async () => {
    const ada = await permanentRoom();
    mayAsk(ada);
    const { page } = ada;
    await ada.choose(save);
    await answer(await theirs(ada, () => press(ada, "Save")), "Deny");
    await page.getByText("Google was told not to let this page in. Nothing was sent.").waitFor();

    const closed = await theirs(ada, () => press(ada, "Save"));
    await closed.close();
    await page.getByText("If you closed that window, or do not see it, open it again.").waitFor();
    google.forgesState = true;
    const forged = await theirs(ada, () => press(ada, "Open it again"));
    await forged.getByRole("link", { name: "Allow" }).click();
    await forged.getByText("No page here waits for this answer").waitFor();
    expect(forged.url()).toBe(google.redirect);
    google.forgesState = false;
    await page.getByText("Answer in Google’s window").waitFor();
    await press(ada, "Cancel");
    expect(new Set(google.consents.map((query) => query.get("state"))).size).toBe(google.consents.length);

    await page.evaluate(() => Object.assign(window, { open: () => null }));
    await press(ada, "Save");
    await page.getByText("The browser blocked Google’s window.").waitFor();
    expect(google.files).toEqual([]);
    expect(page.url()).toContain("/r/");
  });

  test("a leave that is over, or was taken back, is asked for again; until then it serves for more than one thing", async () => {
    const ada = await permanentRoom();
    mayAsk(ada);
    const { page } = ada;
    await ada.choose(save);
    await answer(await theirs(ada, () => press(ada, "Save")), "Allow");
    await page.getByText("Saved Bridge.zip to Google Drive: one file").waitFor();
    await ada.choose(open);
    await page.getByRole("button", { name: "Bridge.zip" }).waitFor();
    await page.keyboard.press("Escape");

    google.revoke();
    await ada.choose(save);
    await press(ada, "Save");
    await page.getByText("Google lets this page in no more").waitFor();
    google.seconds = 61; // it is let go of a minute before its end
    await answer(await theirs(ada, () => press(ada, "Save")), "Allow");
    await expect.poll(() => google.files.length).toBe(2);
    await page.waitForTimeout(1_500);
    await ada.choose(open);
    await dialog(ada, "Open from Google Drive").getByRole("button", { name: "Ask Google" }).waitFor();
  });

  test("the list has its pages and its keys, and says what is wrong with what is picked; nothing is a word, too", async () => {
    const ada = await permanentRoom();
    mayAsk(ada);
    const { page } = ada;
    await ada.choose(open);
    await answer(await theirs(ada, () => press(ada, "Ask Google")), "Allow");
    await page.getByText("There is no ZIP in your Google Drive that was saved from here.").waitFor();
    await press(ada, "Cancel");

    google.put("notes.txt", Buffer.from("x"), "text/plain");
    const gone = google.put("gone.zip", Buffer.from("x"));
    google.put("no archive", Buffer.from("no ZIP"));
    google.put("third.zip", Buffer.from("x"));
    google.mostPerPage = 2;
    await ada.choose(open);
    const rows = page.getByRole("list", { name: "Archives" }).getByRole("button");
    await expect.poll(() => rows.count()).toBe(2);
    await press(ada, "Show more");
    await expect.poll(() => rows.count()).toBe(3);
    google.files = google.files.filter((file) => file !== gone);
    await rows.filter({ hasText: "gone.zip" }).click();
    await page.getByText("Google Drive does not have this any more.").waitFor();
    google.mostPerPage = 3;
    google.refusals = [[403, "userRateLimitExceeded"]];
    await press(ada, "Look again");
    await expect.poll(() => rows.count()).toBe(2);
    google.refusals = [[403, "accessNotConfigured"]];
    await rows.first().press("ArrowDown");
    expect(await rows.nth(1).evaluate((row) => row === document.activeElement)).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByText("has not switched on the Drive API").waitFor();
    await rows.filter({ hasText: "no archive" }).click();
    await page.getByText("This is no ZIP, or it is cut off.").waitFor();
    await page.route(`${google.url}/**`, (route) => route.abort());
    await ada.choose(open);
    await page.getByText("Google Drive does not answer. Look at your connection, and try again.").waitFor();
    await page.unroute(`${google.url}/**`);
    await press(ada, "Look again");
    await expect.poll(() => rows.count()).toBe(2);
    await page.keyboard.press("Escape");

    google.refusals = [[403, "storageQuotaExceeded"]];
    await ada.choose(save);
    await press(ada, "Save");
    await page.getByText("Your Google Drive is full.").waitFor();
    google.mishaps.push("gone");
    await press(ada, "Save");
    await page
      .getByText("Bridge.zip was not saved to Google Drive. Google Drive has ended this upload: save it again.")
      .waitFor();
  });

  test.each([
    ["light", 1280],
    ["dark", 390],
  ] as const)("its dialogs, %s, %i px wide, have no serious fault that axe finds", async (colorScheme, width) => {
    const ada = await permanentRoom();
    mayAsk(ada);
    const { page } = ada;
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.setViewportSize({ width, height: 800 });
    for (let nth = 0; nth < 9; nth++) google.put(`${"very_long_".repeat(nth)}.zip`, Buffer.from("x"));
    await ada.choose(save);
    await dialog(ada, "Save to Google Drive").getByRole("button", { name: "Save", exact: true }).waitFor();
    expect(await faults(page), "save").toEqual([]);
    const window = await theirs(ada, () => press(ada, "Save"));
    expect(await faults(page), "asking").toEqual([]);
    google.refusals = [[403, "storageQuotaExceeded"]];
    await answer(window, "Allow");
    await page.getByText("Your Google Drive is full.").waitFor();
    expect(await faults(page), "full").toEqual([]);
    await page.keyboard.press("Escape");
    await ada.choose(open);
    await page.getByRole("list", { name: "Archives" }).waitFor();
    expect(await faults(page), "open").toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
    const list = page.getByRole("list", { name: "Archives" });
    expect(await list.evaluate((own) => own.scrollWidth - own.clientWidth)).toBe(0);
  });

  test("a form that the network lost says so in its dialog, until one tries again", async () => {
    const ada = await permanentRoom();
    await ada.page.route("**/assets/DriveForm-*", (route) => route.abort());
    await ada.choose(save);
    const asks = dialog(ada, "Save to Google Drive");
    await asks.getByText("This part of the page could not be loaded from the server.").waitFor();
    await ada.page.unroute("**/assets/DriveForm-*");
    await press(ada, "Try again");
    await asks.getByText("Google will be able to read it.").waitFor();
  });

  test("what is saved is shown on its way, and is given up when one says so", async () => {
    const ada = await permanentRoom();
    mayAsk(ada);
    const { page } = ada;
    google.mishaps.push(...Array<"503">(20).fill("503"));
    await ada.choose(save);
    await answer(await theirs(ada, () => press(ada, "Save")), "Allow");
    const strip = page.getByRole("region", { name: "Google Drive" });
    await strip.getByText("Saving Bridge.zip to Google Drive").waitFor();
    await page.getByRole("button", { name: "Room menu" }).click();
    await page.getByRole("menuitem", { name: "Cancel the upload" }).waitFor();
    await page.keyboard.press("Escape");
    await strip.getByRole("button", { name: "Cancel the upload" }).click();
    await strip.waitFor({ state: "detached" });
    google.mishaps.length = 0;
    await page.waitForTimeout(1_000);
    expect(google.files).toEqual([]);
    expect(await page.getByText(/not saved/).count()).toBe(0);
  });
});

describe("without one", () => {
  const { permanentRoom, wire } = stage();

  test("there is no word of Drive, and the page may ask nobody", async () => {
    const ada = await permanentRoom();
    await ada.page.getByRole("button", { name: "Room menu" }).click();
    await ada.page.getByRole("menuitem", { name: "Download the room as ZIP" }).waitFor();
    expect(await ada.page.getByRole("menuitem", { name: /Drive/ }).count()).toBe(0);
    await ada.page.keyboard.press("Escape");
    await ada.page.keyboard.press("F1");
    await ada.page.getByRole("option", { name: "Download the room as ZIP" }).waitFor();
    expect(await ada.page.getByRole("option", { name: /Google/ }).count()).toBe(0);
    const page = await fetch(wire().url);
    const { host } = new URL(wire().url);
    expect(page.headers.get("content-security-policy")).toContain(`connect-src 'self' ws://${host} wss://${host}; `);
    expect((await fetch(`${wire().url}/drive`)).status).toBe(404);
  });
});
