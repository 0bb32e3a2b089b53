import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect, test } from "vitest";
import { disk, noise } from "../support/disk.ts";
import type { Person } from "../support/Person.ts";
import { stage } from "../support/stage.ts";

const { permanentRoom, person } = stage();
const { folder, drop } = disk();

const forms: Record<string, Buffer> = {
  "windows.txt": Buffer.from("Grüße aus Köln\r\nfür \x84zurück\x93\r\n", "latin1"),
  "wide.txt": Buffer.from("\ufeffGrüße, 漢字 🧵\r\nzwei\r\n", "utf16le"),
  "mixed.txt": Buffer.from("\ufeffeins\r\nzwei\ndrei\rvier"),
  "mac.txt": Buffer.from("eins\rzwei\r"),
};

async function roomAsZip(who: Person, to: string): Promise<string> {
  await who.page.evaluate(() => Reflect.deleteProperty(window, "showSaveFilePicker"));
  const download = who.page.waitForEvent("download");
  await who.choose("Download the room as ZIP");
  await (await download).saveAs(to);
  return to;
}

const inZip = (archive: string, path: string) =>
  execFileSync("unzip", ["-p", archive, path], { maxBuffer: 100_000_000 });

test("what is no UTF-8 is shown as the text it is and goes out byte for byte, until somebody makes a text of it", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const base = await folder(forms);
  await drop(
    ada,
    Object.keys(forms).map((name) => join(base, name)),
    "[role=tree]",
  );
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("viewer"));
  const about = (who: Person, name: string) => who.page.getByRole("group", { name: `About ${name}` });

  await bob.file("windows.txt").click();
  await bob.page.getByText("Grüße aus Köln").waitFor();
  await about(bob, "windows.txt").getByText("CRLF").waitFor();
  await about(bob, "windows.txt").getByRole("button", { name: "Encoding: Windows-1252?" }).click();
  await bob.page.getByRole("menuitemradio", { name: "Windows-1251 (Cyrillic)" }).click();
  await bob.page.getByText("GrьЯe aus Kцln").waitFor();
  expect(await bob.page.getByRole("button", { name: /editable/ }).count()).toBe(0);
  await bob.file("mixed.txt").click();
  await about(bob, "mixed.txt").getByRole("button", { name: "Line ends: Mixed" }).waitFor();
  await about(bob, "mixed.txt").getByRole("button", { name: "Encoding: UTF-8 with BOM" }).waitFor();

  await bob.file("mac.txt").click();
  await about(bob, "mac.txt").getByRole("button", { name: "Line ends: CR", exact: true }).waitFor();

  const zip = await roomAsZip(ada, join(base, "room.zip"));
  for (const [name, bytes] of Object.entries(forms))
    expect(inZip(zip, name).equals(bytes), `${name} comes out as it came in`).toBe(true);

  await ada.file("wide.txt").click();
  await about(ada, "wide.txt").getByRole("button", { name: "Encoding: UTF-16 LE with BOM" }).waitFor();
  await page.getByRole("button", { name: "Make it an editable text (UTF-8)" }).click();
  await expect.poll(() => ada.text()).toBe("Grüße, 漢字 🧵\nzwei\n");
  await about(ada, "wide.txt").getByRole("button", { name: "Encoding: UTF-8 with BOM" }).waitFor();
  await about(ada, "wide.txt").getByRole("button", { name: "Line ends: CRLF" }).waitFor();
  expect(await ada.file("wide.txt").count()).toBe(1);
  expect(await ada.file("wide (2).txt").count()).toBe(0);
  const text = await roomAsZip(ada, join(base, "text.zip"));
  expect(inZip(text, "wide.txt").toString()).toBe("\ufeffGrüße, 漢字 🧵\r\nzwei\r\n");

  await page.getByRole("button", { name: "Undo" }).first().click();
  await about(ada, "wide.txt").getByRole("button", { name: "Encoding: UTF-16 LE with BOM" }).waitFor();
  const again = await roomAsZip(ada, join(base, "again.zip"));
  expect(inZip(again, "wide.txt").equals(forms["wide.txt"]!)).toBe(true);
});

test("a text that no browser reads is shown byte for byte, and says why", async () => {
  const ada = await permanentRoom();
  const text = Buffer.from(
    [0xfeff, ..."Grüße"].flatMap((each) => {
      const code = typeof each === "number" ? each : each.codePointAt(0)!;
      return [0, 0, code >> 8, code & 0xff];
    }),
  );
  const base = await folder({ "rare.txt": text, "other.bin": Buffer.of(0, 1, 2, 3) });
  await drop(
    ada,
    ["rare.txt", "other.bin"].map((name) => join(base, name)),
    "[role=tree]",
  );
  const why = ada.page.getByText("It is a text in UTF-32, which browsers do not read");
  await ada.file("rare.txt").click();
  await why.waitFor();
  await ada.page.getByText("00 00 fe ff").waitFor();
  await ada.file("other.bin").click();
  await ada.page.getByText("00 01 02 03").waitFor();
  expect(await why.count()).toBe(0);
});

test("a text whose lines end in different ways says so when an edit ends them alike, and undo brings its bytes back", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const base = await folder({ "mixed.txt": forms["mixed.txt"]! });
  await drop(ada, [join(base, "mixed.txt")], "[role=tree]");
  await ada.file("mixed.txt").click();
  await ada.typeAtEnd("!");
  await ada.page.getByText("Not all lines of this text ended in LF. With your edit they do").waitFor();
  const edited = await roomAsZip(ada, join(base, "edited.zip"));
  expect(inZip(edited, "mixed.txt").toString()).toBe("\ufeffeins\nzwei\ndrei\nvier!");
  await ada.page.locator(".monaco-editor .view-lines").first().click();
  await ada.page.keyboard.press("Control+z");
  const back = await roomAsZip(ada, join(base, "back.zip"));
  expect(inZip(back, "mixed.txt").equals(forms["mixed.txt"]!)).toBe(true);
});

test("who may not delete a file makes an editable copy beside it, and what was written into one is not taken back", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const base = await folder({ "windows.txt": forms["windows.txt"]! });
  await drop(ada, [join(base, "windows.txt")], "[role=tree]");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await bob.file("windows.txt").click();
  await bob.page.getByRole("button", { name: "Make an editable copy (UTF-8)" }).click();
  await bob.file("windows (2).txt").waitFor();
  await bob.typeAtEnd("!");
  await expect.poll(() => bob.text()).toBe("Grüße aus Köln\nfür „zurück“\n!");
  await bob.page.getByRole("button", { name: "Undo" }).first().click();
  await bob.page.getByText("Somebody has written into the text since: it stays, beside the file.").waitFor();
  await ada.file("windows (2).txt").waitFor();
  await ada.file("windows.txt").waitFor();
});

test("names that differ by capitals or by how an accent is written are told with what became of them", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const base = await folder({
    "p/Read.me": "one",
    "p/read.me": "two",
    "p/caf\u00e9": "three",
    "p/cafe\u0301": "four",
    "p/Src/a.ts": "five",
    "p/src/a.ts": "six",
    "p/con.txt": "seven",
    [`p/${"n".repeat(201)}`]: "eight",
    "WELCOME.md": "nine",
  });
  await drop(ada, [join(base, "p"), join(base, "WELCOME.md")], "[role=tree]");
  const asks = ada.page.getByRole("dialog", { name: "Bring in files" });
  await asks.getByRole("listitem").filter({ hasText: "is longer than 200 bytes" }).waitFor();
  await asks.getByRole("button", { name: "Bring in" }).click();
  await ada.page.getByRole("button", { name: "Show what was left out" }).click();
  const names = ada.page.getByRole("dialog").getByRole("region", { name: "Other names" });
  await names.waitFor();
  const said = (await names.getByRole("listitem").allInnerTexts()).toSorted();
  expect(said).toHaveLength(4);
  expect(said).toContain("WELCOME.md → WELCOME (2).md");
  for (const one of [
    /^p\/(.)ead\.me → p\/\1ead \(2\)\.me$/,
    /^p\/(.)rc → p\/\1rc \(2\)$/,
    /^p\/(caf.+) → p\/\1 \(2\)$/,
  ])
    expect(said.filter((line) => one.test(line))).toHaveLength(1);
});

test("a text that grew in a room comes back, a longer one to be read, and a picture of that size is told before", {
  timeout: 180_000,
}, async () => {
  const ada = await permanentRoom();
  const base = await folder({
    "grown.txt": "0123456789abcde\n".repeat(200_000), // 3.2 MB
    "long.txt": "0123456789abcde\n".repeat(350_000), // 5.6 MB
    "large.png": noise(2_600_000, 1),
  });
  await drop(
    ada,
    ["grown.txt", "long.txt", "large.png"].map((name) => join(base, name)),
    "[role=tree]",
  );
  const asks = ada.page.getByRole("dialog", { name: "Bring in files" });
  await asks.getByText("2 files, 8.8 MB.").waitFor();
  await asks
    .getByRole("listitem")
    .filter({ hasText: "large.png" })
    .filter({ hasText: "2.6 MB: a file may have 2.5 MB here" })
    .waitFor();
  await asks.getByRole("button", { name: "Bring in" }).click();
  await ada.page.getByText("2 files came. Not everything came along: 1 left out.").waitFor({ timeout: 60_000 });
  await ada.badge("Saved").waitFor({ timeout: 60_000 });

  const zip = await roomAsZip(ada, join(base, "room.zip"));
  const bob = await permanentRoom("Bob");
  await drop(bob, [zip], "[role=tree]");
  await bob.page.getByText("Put what is new into the files that are there").waitFor(); // welcome.md
  await bob.page.getByRole("button", { name: "Bring in", exact: true }).last().click();
  await bob.file("grown.txt").click({ timeout: 60_000 });
  await bob.page
    .getByRole("group", { name: "About grown.txt" })
    .getByRole("button", { name: "Line ends: LF" })
    .waitFor();
  await bob.file("long.txt").click();
  await bob.page.getByText("more than the 5.0 MB that people write in together").waitFor({ timeout: 30_000 });
  await bob.badge("Saved").waitFor({ timeout: 60_000 });
  const again = await roomAsZip(bob, join(base, "again.zip"));
  for (const name of ["grown.txt", "long.txt"]) expect(inZip(again, name).equals(inZip(zip, name)), name).toBe(true);
});
