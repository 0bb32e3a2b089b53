import { join } from "node:path";
import { expect, test } from "vitest";
import { arrived } from "../support/arrived.ts";
import { disk, noise } from "../support/disk.ts";
import { stage } from "../support/stage.ts";

const { permanentRoom, person, server, wire } = stage(() => [], { keeps: false });
const { folder, drop } = disk();

test("a project is dropped into the room with what belongs in it, and told what does not", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const base = await folder({
    "proj/src/deep/main.ts": "export const one = 1;\n",
    "proj/README.md": "# Übung 👩‍🚀\r\nsecond line\r\n",
    "proj/nothing.txt": "",
    "proj/.gitignore": "dist/\n*.log\n!keep.log\n",
    "proj/dist/out.js": "x",
    "proj/a.log": "x",
    "proj/keep.log": "kept",
    "proj/.git/HEAD": "ref",
    "proj/node_modules/m/index.js": "x",
    "proj/logo.png": new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2]),
    "proj/big.bin": new Uint8Array(2_600_000),
    "proj/odd\u202ename.txt": "x",
    "proj/empty/": "",
  });
  await drop(ada, [join(base, "proj")], "[role=tree]");
  const asks = page.getByRole("dialog", { name: "Bring in files" });
  await asks.waitFor();
  const left = asks.getByRole("region", { name: "Left out" });
  for (const [path, why] of [
    ["proj/dist/", ".gitignore of proj leaves it out"],
    ["proj/a.log", ".gitignore of proj leaves it out"],
    ["proj/.git/", "left out unless asked for"],
    ["proj/node_modules/", "left out unless asked for"],
    ["proj/big.bin", "2.6 MB: a file may have 2.5 MB here"],
    ["proj/odd", "is no name that a room shows"],
  ] as const)
    await left.getByRole("listitem").filter({ hasText: path }).filter({ hasText: why }).waitFor();
  await asks.getByRole("button", { name: "Bring in" }).click();
  const card = page.getByRole("region", { name: "Bringing in files" });
  await card.getByText("6 files came. Not everything came along: 6 left out.").waitFor();
  await card.getByRole("button", { name: "Dismiss" }).click();
  await card.waitFor({ state: "detached" });

  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await bob.file("proj").click();
  const names = async () => (await bob.tree.getByRole("treeitem").allInnerTexts()).map((name) => name.trim());
  await expect
    .poll(async () => (await names()).toSorted())
    .toEqual(
      [
        ".gitignore",
        "README.md",
        "empty",
        "keep.log",
        "logo.png",
        "nothing.txt",
        "proj",
        "src",
        "welcome.md",
      ].toSorted(),
    );
  await bob.file("src").click();
  await bob.file("deep").click();
  await bob.file("main.ts").click();
  await expect.poll(() => bob.text()).toBe("export const one = 1;\n");
  await bob.file("README.md").click();
  await expect.poll(() => bob.text()).toBe("# Übung 👩‍🚀\nsecond line\n");

  await page.getByRole("button", { name: "Undo" }).click();
  await expect.poll(names).toEqual(["welcome.md"]);
});

test("files that are there already are kept, replaced or left, as one likes; and they are picked as well as dropped", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await ada.newFile("a.txt");
  await ada.typeAtEnd("old text");
  const base = await folder({ "a.txt": "old and new text", "b.txt": "b" });
  const again = async (choice: string, at = ".monaco-editor") => {
    await drop(ada, [join(base, "a.txt"), join(base, "b.txt")], at); // wherever it is let go
    await page.getByText("in the room already: a.txt").waitFor();
    await page.getByRole("radio", { name: choice }).check();
    await page.getByRole("button", { name: "Bring in", exact: true }).last().click();
    await page.getByRole("dialog").waitFor({ state: "detached" });
  };
  await page.getByRole("tab", { name: "a.txt" }).click({ button: "middle" }); // its text comes back also where nobody has it open
  await again("Put what is new into the files that are there", "[role=tree]");
  await ada.file("b.txt").waitFor();
  await page.getByRole("button", { name: "Undo" }).click();
  await ada.file("b.txt").waitFor({ state: "detached" });
  await ada.file("a.txt").click();
  await expect.poll(() => ada.text()).toBe("old text");
  await again("Put what is new into the files that are there");
  await expect.poll(() => ada.text()).toBe("old and new text");
  await again("Keep both");
  await ada.file("a (2).txt").waitFor();

  const chooser = page.waitForEvent("filechooser");
  await page.getByRole("button", { name: "Bring in" }).click();
  await page.getByRole("menuitem", { name: "Files…" }).click();
  const more = await folder({ "c.md": "# c" });
  await (await chooser).setFiles(join(more, "c.md"));
  await ada.file("c.md").click();
  await expect.poll(() => ada.text()).toBe("# c");
});

test("what is dropped while the list of files is open is asked about in front of it", { timeout: 60_000 }, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const base = await folder({ "p/a.txt": "a", "p/node_modules/b.js": "b" });
  await page.keyboard.press("Control+P");
  await page.getByRole("dialog", { name: "Files and commands" }).waitFor();
  await drop(ada, [join(base, "p")], "body");
  await page.getByRole("dialog", { name: "Bring in files" }).getByText("One file, one byte.").waitFor();
  expect(await page.getByRole("dialog", { name: "Files and commands" }).count()).toBe(0);
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("Bring in");
  await page.keyboard.press("Enter");
  await page.getByText("Brought in one file.").waitFor();
});

test("after kill -9 of the server in the midst of a large drop it goes on, and every file comes whole", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const link = await ada.copyLink("editor");
  const files: Record<string, string | Uint8Array> = {};
  for (let nth = 0; nth < 12; nth++) files[`p/${nth}.png`] = noise(2_000_000, nth);
  for (let nth = 0; nth < 60; nth++) files[`p/t/${nth}.txt`] = `line of ${nth}\n`.repeat(500);
  const base = await folder(files);
  await drop(ada, [join(base, "p")], "body");
  const card = page.getByRole("region", { name: "Bringing in files" });
  const bar = card.getByRole("progressbar");
  await expect.poll(async () => Number(await bar.getAttribute("value")), { timeout: 30_000 }).toBeGreaterThan(8);
  await server().kill();
  await card.getByText("It goes on by itself").waitFor();
  await server().restart();
  wire().mend(server().port);
  await page.getByText("Brought in 72 files.").waitFor({ timeout: 60_000 });
  await ada.badge("Saved").waitFor();
  await arrived(link, files, 1);
});

test("who may only look brings nothing in", { timeout: 60_000 }, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("viewer"));
  const base = await folder({ "a.txt": "a" });
  await drop(bob, [join(base, "a.txt")], "[role=tree]");
  await bob.page.getByText("Files can be brought in by who may edit here.").waitFor();
  expect(await bob.page.getByRole("button", { name: "Bring in" }).count()).toBe(0);
  expect(await bob.page.evaluate(() => location.pathname)).toMatch(/^\/r\//);
});

test("a room's ZIP becomes the same files in another room, and what is no ZIP says so", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await page.evaluate(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
  const base = await folder({
    "src/deep/main.ts": "const one = 1;\r\n",
    "src/empty/": "",
    README: "# Über uns 🧵",
    "no.zip": "PK no",
  });
  await drop(ada, [join(base, "src"), join(base, "README")], "[role=tree]");
  await page.getByText("Brought in 2 files.").waitFor(); // and selects them
  await ada.deleteFile("welcome.md");
  const download = page.waitForEvent("download");
  await ada.choose("Download the room as ZIP");
  const archive = join(base, "room.zip");
  await (await download).saveAs(archive);

  const bob = await permanentRoom("Bob");
  await bob.page.route("**/assets/readZip-*", (route) => route.abort());
  await drop(bob, [archive], "[role=tree]");
  await bob.page.getByText("What this needs could not be loaded from the server.").waitFor();
  await bob.page.unroute("**/assets/readZip-*");
  await drop(bob, [archive], "[role=tree]");
  await bob.file("src").click();
  await bob.file("empty").waitFor();
  await bob.file("deep").click();
  await bob.file("main.ts").click();
  await expect.poll(() => bob.text()).toBe("const one = 1;\n");
  await bob.file("README").click();
  await expect.poll(() => bob.text()).toBe("# Über uns 🧵");
  await drop(bob, [join(base, "no.zip")], "[role=tree]");
  await bob.page.getByText(/ZIP/).first().waitFor();
});
