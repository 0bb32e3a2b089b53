import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { disk, noise } from "../support/disk.ts";
import type { Person } from "../support/Person.ts";
import { stage } from "../support/stage.ts";

const { permanentRoom, person, server, wire } = stage();
const { folder, drop } = disk();

async function downloaded(who: Person, ask: () => Promise<void>): Promise<Uint8Array> {
  const [download] = await Promise.all([who.page.waitForEvent("download"), ask()]);
  return new Uint8Array(await readFile(await download.path()));
}

async function take(who: Person, name: string): Promise<Uint8Array> {
  await who.file(name).click({ button: "right" });
  return await downloaded(who, () => who.page.getByRole("menuitem", { name: "Download" }).click());
}

/** Opens folders that are not open yet, the outer before the inner. */
async function unfold(who: Person, ...folders: readonly string[]): Promise<void> {
  for (const folder of folders)
    if ((await who.file(folder).getAttribute("aria-expanded")) === "false") await who.file(folder).click();
}

const same = (one: Uint8Array, other: Uint8Array) => Buffer.compare(one, other) === 0;

test("pictures come with their project, to all who are there, and go out byte for byte, alone and in a ZIP", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  await ada.deleteFile("welcome.md");
  const [logo, paper, empty] = [noise(300_000, 1), noise(2_400_000, 2), new Uint8Array()];
  const base = await folder({
    "site/img/logo.png": logo,
    "site/paper.pdf": paper,
    "site/nothing.bin": empty,
    "site/index.html": "<p>hello</p>\n",
  });
  await drop(ada, [join(base, "site")], "[role=tree]");
  await ada.page.getByText("Brought in 4 files.").waitFor({ timeout: 30_000 });
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("viewer"));
  await unfold(bob, "site", "img");
  expect(same(await take(bob, "logo.png"), logo)).toBe(true);
  expect(same(await take(bob, "paper.pdf"), paper)).toBe(true);

  await ada.page.evaluate(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
  const archive = await downloaded(ada, () => ada.choose("Download the room as ZIP"));
  const there = await folder({ "room.zip": archive });
  const eve = await permanentRoom("Eve");
  await drop(eve, [join(there, "room.zip")], "[role=tree]");
  await eve.page.getByText("Brought in 4 files.").waitFor({ timeout: 30_000 });
  await unfold(eve, "site", "img");
  expect(same(await take(eve, "logo.png"), logo)).toBe(true);
  expect(same(await take(eve, "paper.pdf"), paper)).toBe(true);
  expect(same(await take(eve, "nothing.bin"), empty)).toBe(true);
});

test("an upload goes on after the server was killed in the midst of it, and nothing of it shows before it is whole", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const files = Object.fromEntries([1, 2, 3, 4].map((nth) => [`p${nth}.png`, noise(2_400_000, nth)]));
  const base = await folder(files);
  await drop(
    ada,
    Object.keys(files).map((name) => join(base, name)),
    "[role=tree]",
  );
  await ada.page.getByRole("region", { name: "Bringing in files" }).waitFor();
  await server().kill();
  wire().cut();
  await server().restart();
  wire().mend(server().port);
  await ada.page.getByText("Brought in 4 files.").waitFor({ timeout: 60_000 });
  for (const [name, bytes] of Object.entries(files)) {
    await bob.file(name).waitFor({ timeout: 30_000 });
    expect(same(await take(bob, name), bytes), name).toBe(true);
  }
});

test("of a page that is closed in the midst of an upload nothing is left but what was whole", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  const base = await folder({ "small.png": noise(900, 1), "large.png": noise(2_400_000, 2) });
  await drop(bob, [join(base, "small.png")], "[role=tree]");
  await ada.file("small.png").waitFor();
  const cdp = await bob.context.newCDPSession(bob.page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 100_000 },
  });
  await drop(bob, [join(base, "large.png")], "[role=tree]");
  await bob.page.getByRole("region", { name: "Bringing in files" }).waitFor();
  await bob.page.waitForTimeout(1_000);
  await bob.page.close();
  await ada.page.waitForTimeout(2_000);
  expect(await ada.file("large.png").count()).toBe(0);
  await ada.file("small.png").waitFor();
});

test("a page that is closed in the midst of an upload asks first", { timeout: 60_000 }, async () => {
  const ada = await permanentRoom();
  const base = await folder({ "large.png": noise(2_400_000, 2) });
  const cdp = await ada.context.newCDPSession(ada.page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 100_000 },
  });
  await drop(ada, [join(base, "large.png")], "[role=tree]");
  await ada.page.getByRole("region", { name: "Bringing in files" }).waitFor();
  const asked = ada.page.waitForEvent("dialog");
  await ada.page.close({ runBeforeUnload: true });
  expect((await asked).type()).toBe("beforeunload");
  await (await asked).dismiss();
  await cdp.send("Network.disable");
  await ada.page.getByText("Brought in one file.").waitFor({ timeout: 30_000 });
});

test("other content takes the place of what a file held, and is taken back; a text and no text are not mixed", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const [first, second] = [noise(5_000, 1), noise(6_000, 2)];
  const base = await folder({ "a.png": first, "b.txt": "text" });
  const other = await folder({ "a.png": second, "b.txt": noise(100, 3) });
  await drop(ada, [join(base, "a.png"), join(base, "b.txt")], "[role=tree]");
  await page.getByText("Brought in 2 files.").waitFor();
  await drop(ada, [join(other, "a.png"), join(other, "b.txt")], "[role=tree]");
  await page.getByRole("radio", { name: "Put what is new into the files that are there" }).check();
  await page.getByRole("button", { name: "Bring in", exact: true }).last().click();
  await page.getByRole("button", { name: "Show what was left out" }).click();
  const told = page.getByRole("dialog", { name: "Not everything came along" });
  await told
    .getByRole("listitem")
    .filter({ hasText: "b.txt" })
    .filter({ hasText: "is a text, and this is none" })
    .waitFor();
  await told.getByRole("button", { name: "Close" }).click();
  expect(same(await take(ada, "a.png"), second)).toBe(true);
  const toast = page.locator("[data-tone]").filter({ hasText: "Brought in one file." });
  await toast.getByRole("button", { name: "Undo" }).click();
  await expect.poll(async () => same(await take(ada, "a.png"), first), { timeout: 20_000 }).toBe(true);
});

test("a picture is pasted, wherever one is, and text goes where it is pasted", { timeout: 60_000 }, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(20, 10);
    canvas.getContext("2d")!.fillRect(0, 0, 20, 10);
    const blob = await canvas.convertToBlob({ type: "image/png" });
    await navigator.clipboard.write([new ClipboardItem({ "image/png": blob })]);
  });
  await ada.typeAtEnd("here");
  await page.keyboard.press("Control+V");
  const row = page.getByRole("treeitem", { name: /^Pasted \d{4}-\d\d-\d\d \d\d\.\d\d\.\d\d\.png$/ });
  await row.waitFor();
  expect(await ada.text()).toMatch(/here$/);
  await page.evaluate(() => navigator.clipboard.writeText(" and there"));
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+End");
  await page.keyboard.press("Control+V");
  await expect.poll(() => ada.text()).toMatch(/here and there$/);
});

test("a file that is dragged carries what a desktop takes for a file, for who may only look, too", {
  timeout: 60_000,
}, async () => {
  const ada = await permanentRoom();
  const picture = noise(40_000, 5);
  const base = await folder({ "a.png": picture });
  await drop(ada, [join(base, "a.png")], "[role=tree]");
  await ada.file("a.png").waitFor();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("viewer"));
  const row = bob.file("a.png");
  await row.waitFor();
  /** What a drag that begins on the line carries, taken as the desktop would take it. */
  const dragged = () =>
    row.evaluate(async (line) => {
      line.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
      await new Promise((resolve) => setTimeout(resolve, 500));
      const dataTransfer = new DataTransfer();
      line.dispatchEvent(new DragEvent("dragstart", { bubbles: true, dataTransfer }));
      line.dispatchEvent(new DragEvent("dragend", { bubbles: true }));
      return dataTransfer.getData("DownloadURL");
    });
  await expect.poll(dragged).toMatch(/^application\/octet-stream:a\.png:blob:http/);
  const address = (await dragged()).split(":").slice(2).join(":");
  const bytes = await downloaded(bob, () =>
    bob.page.evaluate(
      (href) => Object.assign(document.createElement("a"), { href, download: "a.png" }).click(),
      address,
    ),
  );
  expect(same(bytes, picture)).toBe(true);
});
