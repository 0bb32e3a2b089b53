import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Download, Page } from "playwright-core";
import { expect, test } from "vitest";
import { disk, noise } from "../support/disk.ts";
import type { Person } from "../support/Person.ts";
import { stage } from "../support/stage.ts";

const { permanentRoom, person, wire } = stage();
const { folder, drop } = disk();

/** What Info-ZIP finds in an archive: paths to texts, folders with a slash at the end. */
function unzipped(archive: string): Record<string, string> {
  execFileSync("unzip", ["-tqq", archive]);
  const paths = execFileSync("unzip", ["-Z1", archive], { encoding: "utf8" }).trimEnd().split("\n");
  return Object.fromEntries(
    paths.map((path) => [
      path,
      execFileSync("unzip", ["-p", archive, path], { encoding: "utf8", maxBuffer: 3_000_000 }),
    ]),
  );
}

/** As in browsers that only download, without asking where to. */
async function onlyDownloads(who: Person): Promise<void> {
  await who.context.addInitScript(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
}

async function newFolder(who: Person, name: string): Promise<void> {
  await who.page.getByRole("button", { name: "New folder" }).click();
  await who.page.keyboard.type(name);
  await who.page.keyboard.press("Enter");
  await who.file(name).waitFor();
}

/** What the menu of a line in the tree does. */
async function take(who: Person, line: string, item: string): Promise<void> {
  await who.file(line).click({ button: "right" });
  await who.page.getByRole("menuitem", { name: item, exact: true }).click();
}

async function downloaded(who: Person, ask: () => Promise<void>): Promise<Download> {
  const [download] = await Promise.all([who.page.waitForEvent("download"), ask()]);
  return download;
}

/** src with main.ts, a file of a name that Windows does not have, and an empty folder; and a readme beside it. Nobody has any of them open. */
async function smallRoom(ada: Person): Promise<void> {
  await ada.deleteFile("welcome.md");
  await ada.newFile("README");
  await ada.typeAtEnd("# Über uns 🧵");
  await newFolder(ada, "src");
  await ada.newFile("main.ts");
  await ada.typeAtEnd("const one = 1;\n");
  await ada.newFile("con.txt");
  await ada.typeAtEnd("no device");
  await newFolder(ada, "empty");
  for (const file of ["con.txt", "main.ts", "README"]) {
    await ada.page.getByRole("tab", { name: file }).click({ button: "middle" });
    await ada.page.getByRole("tab", { name: file }).waitFor({ state: "detached" });
  }
}

const src = { "src/": "", "src/empty/": "", "src/con_.txt": "no device", "src/main.ts": "const one = 1;\n" };

test("who may only look downloads a folder, the room and a file, none of which is open anywhere, and other tools unpack the same", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  await smallRoom(ada);
  const bob = await person("Bob");
  await onlyDownloads(bob);
  await bob.join(await ada.copyLink("viewer"));

  const one = await downloaded(bob, () => take(bob, "src", "Download as ZIP"));
  expect(one.suggestedFilename()).toBe("src.zip");
  expect(unzipped(await one.path())).toEqual(src);
  await bob.page.getByText("Downloaded src.zip: 2 files, ").waitFor();
  await bob.page.getByText("these have other names in it: src/con.txt → src/con_.txt.").waitFor();

  const all = await downloaded(bob, () => bob.choose("Download the room as ZIP"));
  expect(all.suggestedFilename()).toBe("Bridge.zip");
  expect(unzipped(await all.path())).toEqual({ ...src, README: "# Über uns 🧵" });

  const file = await downloaded(bob, () => take(bob, "README", "Download"));
  expect(file.suggestedFilename()).toBe("README");
  expect(readFileSync(await file.path(), "utf8")).toBe("# Über uns 🧵");
  await bob.page.getByText("Downloaded README, 16 bytes.").waitFor();
});

test("what is typed here and nobody else has yet is in it, and what the room cannot give now is waited for, until one gives up", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  await smallRoom(ada);
  const bob = await person("Bob");
  await onlyDownloads(bob);
  await bob.join(await ada.copyLink("editor"));
  await bob.file("README").click();
  await expect.poll(() => bob.text()).toContain("Über uns");
  wire().cut();
  await bob.typeAtEnd("!");
  const mine = await downloaded(bob, () => take(bob, "README", "Download"));
  expect(readFileSync(await mine.path(), "utf8")).toBe("# Über uns 🧵!");

  const strip = bob.page.getByRole("region", { name: "Download" });
  const given: Download[] = [];
  bob.page.on("download", (download) => given.push(download));
  await bob.choose("Download the room as ZIP");
  await strip.getByRole("progressbar", { name: "Bridge.zip" }).waitFor();
  await expect.poll(() => strip.textContent()).toContain("when the room can be reached again");
  await bob.file("src").click({ button: "right" });
  expect(await bob.page.getByRole("menuitem", { name: "Download as ZIP" }).isDisabled()).toBe(true);
  await bob.page.keyboard.press("Escape");
  await strip.getByRole("button", { name: "Cancel the download" }).focus();
  await bob.page.keyboard.press("Enter");
  await strip.waitFor({ state: "detached" });
  expect(await bob.atEditor()).toBe(true);

  await bob.choose("Download the room as ZIP");
  await strip.waitFor();
  expect(given).toEqual([]);
  const [all] = await Promise.all([bob.page.waitForEvent("download"), wire().mend()]);
  expect(unzipped(await all.path())).toEqual({ ...src, README: "# Über uns 🧵!" });
});

test("where the browser lets one say where to, it is written there as it is made, and nothing is left of what one gives up", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  await smallRoom(ada);
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("viewer"));
  const { page } = bob;
  /** The browser's own file of that name, in the place of a dialog that no test can press; "no" is its Cancel. */
  await page.evaluate(() => {
    const picked = { name: "picked.zip", asked: "" };
    const showSaveFilePicker = async ({ suggestedName }: { suggestedName: string }) => {
      picked.asked = suggestedName;
      if (picked.name === "no") throw new DOMException("the person said no", "AbortError");
      const root = await navigator.storage.getDirectory();
      return await root.getFileHandle(picked.name, { create: true });
    };
    Object.assign(window, { picked, showSaveFilePicker });
  });
  const onDisk = () =>
    page.evaluate(async () => {
      const root = await navigator.storage.getDirectory();
      const found: Record<string, number> = {};
      for await (const [name, file] of root as unknown as AsyncIterable<[string, FileSystemFileHandle]>)
        found[name] = (await file.getFile()).size;
      return found;
    });
  const pick = (name: string) =>
    page.evaluate((name) => Object.assign((window as unknown as { picked: object }).picked, { name }), name);

  await bob.choose("Download the room as ZIP");
  await page.getByText("Downloaded picked.zip: 3 files, ").waitFor();
  const bytes = await page.evaluate(async () => {
    const root = await navigator.storage.getDirectory();
    const file = await (await root.getFileHandle("picked.zip")).getFile();
    return [...new Uint8Array(await file.arrayBuffer())];
  });
  const archive = join(mkdtempSync(join(tmpdir(), "coterie-e2e-")), "picked.zip");
  writeFileSync(archive, Buffer.from(bytes));
  expect(unzipped(archive)).toEqual({ ...src, README: "# Über uns 🧵" });
  rmSync(dirname(archive), { recursive: true });

  await pick("no");
  await bob.choose("Download the room as ZIP");
  await expect
    .poll(() => page.evaluate(() => (window as unknown as { picked: object }).picked))
    .toEqual({
      ...{ name: "no", asked: "Bridge.zip" },
    });

  wire().cut();
  const strip = page.getByRole("region", { name: "Download" });
  for (const [name, left] of [
    ["new.zip", {}],
    ["picked.zip", { "picked.zip": bytes.length }],
  ] as const) {
    await pick(name);
    await take(bob, "src", "Download as ZIP");
    await strip.getByRole("button", { name: "Cancel the download" }).click();
    await strip.waitFor({ state: "detached" });
    await expect.poll(onDisk).toEqual({ "picked.zip": bytes.length, ...left });
  }
  expect(await page.getByText(/not downloaded|said no/).count()).toBe(0);
});

/** The files in the site's own storage, by their paths, with their bytes. */
function ownFiles(page: Page): Promise<Record<string, number>> {
  return page.evaluate(async () => {
    type Folder = AsyncIterable<[string, FileSystemHandle]>;
    const found: Record<string, number> = {};
    const walk = async (folder: FileSystemDirectoryHandle, above: string) => {
      for await (const [name, each] of folder as unknown as Folder)
        if (each.kind === "directory") await walk(each as FileSystemDirectoryHandle, `${above}${name}/`);
        else found[above + name] = (await (each as FileSystemFileHandle).getFile()).size;
    };
    await walk(await navigator.storage.getDirectory(), "");
    return found;
  });
}

test("where the browser only downloads, an archive is made on the disk and not in memory, and goes when it was handed over", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const pictures = Object.fromEntries(Array.from({ length: 12 }, (_, nth) => [`p/${nth}.png`, noise(2_000_000, nth)]));
  const base = await folder(pictures);
  await drop(ada, [join(base, "p")], "[role=tree]");
  await ada.page.getByText("Brought in 12 files.").waitFor({ timeout: 30_000 });
  const bob = await person("Bob");
  await onlyDownloads(bob);
  await bob.context.addInitScript(() => {
    const { createObjectURL } = URL;
    URL.createObjectURL = (given: Blob) => {
      if (given.type === "application/zip") Object.assign(window, { given });
      return createObjectURL(given);
    };
  });
  await bob.join(await ada.copyLink("viewer"));
  const { page } = bob;

  const done = await downloaded(bob, () => take(bob, "p", "Download as ZIP"));
  const archive = await done.path();
  execFileSync("unzip", ["-tqq", archive]);
  for (const [path, bytes] of Object.entries(pictures))
    expect(execFileSync("unzip", ["-p", archive, path], { maxBuffer: 3_000_000 }).equals(bytes)).toBe(true);
  const size = statSync(archive).size;
  expect(size).toBeGreaterThan(24_000_000);
  expect(Object.values(await ownFiles(page))).toEqual([size]);

  const second = await bob.context.newPage();
  await second.clock.install({ time: Date.now() + 120_000 });
  const began = async () => {
    await second.goto(page.url());
    await second.getByRole("tree").waitFor();
    await second.clock.runFor(15_000);
  };
  await began();
  expect(Object.values(await ownFiles(second))).toEqual([size]); // a tab that is there may be handing it over still
  const isGone = page.evaluate(async () => {
    const { given } = window as unknown as { given: Blob };
    await (await navigator.storage.getDirectory()).removeEntry("downloads", { recursive: true });
    return await given.arrayBuffer().then(
      () => false,
      () => true,
    );
  });
  expect(await isGone).toBe(true); // it was nowhere else

  await downloaded(bob, () => take(bob, "p", "Download as ZIP"));
  await page.close();
  await began();
  await expect.poll(() => ownFiles(second)).toEqual({});
});

test("an archive that there is no space for says so and leaves nothing, and one for which the site has no storage is gathered", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const base = await folder({ "t/a.txt": letters(2_000_000), "t/b.txt": letters(2_000_000) });
  await drop(ada, [join(base, "t")], "[role=tree]");
  await ada.page.getByText("Brought in 2 files.").waitFor({ timeout: 30_000 });
  const bob = await person("Bob");
  await onlyDownloads(bob);
  await bob.join(await ada.copyLink("viewer"));
  const { page } = bob;
  const cdp = await bob.context.newCDPSession(page);
  const { origin } = new URL(page.url());
  const { usage } = await cdp.send("Storage.getUsageAndQuota", { origin });
  await cdp.send("Storage.overrideQuotaForOrigin", { origin, quotaSize: usage + 1_500_000 });
  await take(bob, "t", "Download as ZIP");
  await page.getByText("t.zip was not downloaded. There is no space for it: ").waitFor();
  expect(await ownFiles(page)).toEqual({});

  await page.evaluate(() => Reflect.deleteProperty(StorageManager.prototype, "getDirectory"));
  const gathered = await downloaded(bob, () => take(bob, "t", "Download as ZIP"));
  expect(unzipped(await gathered.path())["t/b.txt"]).toBe(letters(2_000_000));
});

/** Such as deflate makes little of. */
function letters(count: number): string {
  return Buffer.from(noise(count, 7)).toString("base64").slice(0, count);
}
