import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom, person } = stage();

const about = (one: Person, name: string) => one.page.getByRole("group", { name: `About ${name}` });

async function bringIn(one: Person, name: string, bytes: Buffer): Promise<void> {
  const chooser = one.page.waitForEvent("filechooser");
  await one.page.getByRole("button", { name: "Bring in" }).click();
  await one.page.getByRole("menuitem", { name: "Files…" }).click();
  await (await chooser).setFiles({ name, mimeType: "text/plain", buffer: bytes });
  await one.file(name).waitFor();
}

/** The bytes that "Download" of the tree's menu gives. */
async function downloaded(one: Person, name: string): Promise<string> {
  await one.file(name).click({ button: "right" });
  const download = one.page.waitForEvent("download");
  await one.page.getByRole("menuitem", { name: "Download" }).click();
  return (await readFile(await (await download).path())).toString("latin1");
}

async function pick(one: Person, file: string, what: string, item: string): Promise<void> {
  await about(one, file)
    .getByRole("button", { name: `${what}:` })
    .click();
  await one.page.getByRole("menuitemradio", { name: item, exact: item === "UTF-8" }).click();
}

test("a file with pairs and a mark is edited by two and goes out byte for byte, until one changes its form for all", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bringIn(ada, "win.txt", Buffer.from("\ufeffone\r\ntwo\r\n", "utf8"));
  await bob.join(await ada.copyLink("editor"));
  await ada.file("win.txt").click();
  await bob.file("win.txt").click();
  for (const one of [ada, bob]) {
    await expect.poll(() => one.text()).toBe("one\ntwo\n");
    await about(one, "win.txt").getByRole("button", { name: "Line ends: CRLF" }).waitFor();
    await about(one, "win.txt").getByRole("button", { name: "Encoding: UTF-8 with BOM" }).waitFor();
  }
  await ada.typeAtEnd("three\n");
  await bob.page.locator(".monaco-editor .view-lines").first().click();
  await bob.page.keyboard.press("Control+Home");
  await bob.page.keyboard.type("zero\n");
  for (const one of [ada, bob]) await expect.poll(() => one.text()).toBe("zero\none\ntwo\nthree\n");
  const mark = "\u00ef\u00bb\u00bf";
  expect(await downloaded(ada, "win.txt")).toBe(`${mark}zero\r\none\r\ntwo\r\nthree\r\n`);

  await ada.file("win.txt").click();
  await pick(ada, "win.txt", "Line ends", "LF, as on Linux and macOS");
  await pick(bob, "win.txt", "Encoding", "UTF-8 with a byte order mark"); // it is already
  await about(bob, "win.txt").getByRole("button", { name: "Line ends: LF" }).waitFor();
  await pick(bob, "win.txt", "Encoding", "UTF-8");
  await about(ada, "win.txt")
    .getByRole("button", { name: /^Encoding: UTF-8$/ })
    .waitFor();
  expect(await downloaded(bob, "win.txt")).toBe("zero\none\ntwo\nthree\n");
  await ada.page.locator(".monaco-editor .view-lines").first().click();
  await ada.page.keyboard.press("Control+z");
  await about(bob, "win.txt").getByRole("button", { name: "Line ends: CRLF" }).waitFor();
  expect(await downloaded(bob, "win.txt")).toBe("zero\r\none\r\ntwo\r\nthree\r\n");
});

test(".editorconfig is heeded as it is now, one's own choice comes before it, and Ctrl+S tidies up in one step", {
  timeout: 120_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await ada.newFile("main.ts");
  await ada.typeAtEnd("if (a)\n");
  await page.keyboard.press("Tab");
  await expect.poll(() => ada.text()).toBe("if (a)\n    ");
  await page.keyboard.press("Backspace");
  await page.keyboard.press("Control+s");
  await page.getByText("There is nothing to save").waitFor();

  const config =
    "root = true\n[*.ts]\nindent_style = space\nindent_size = 3\ntrim_trailing_whitespace = true\ninsert_final_newline = true\nmax_line_length = 20\ncharset = latin1\n";
  await bringIn(ada, ".editorconfig", Buffer.from(config));
  const bar = about(ada, "main.ts");
  await bar.getByRole("button", { name: "Indentation: Spaces: 3" }).waitFor();
  await expect.poll(() => page.locator(".monaco-editor .view-ruler").count()).toBe(1);
  await ada.typeAtEnd("");
  await page.keyboard.press("Tab");
  await expect.poll(() => ada.text()).toBe("if (a)\n   ");
  await page.keyboard.type("b();  \n  \n", { delay: 15 });
  await page.keyboard.type("end  ");
  await page.waitForTimeout(600); // a step of undo of its own
  const before = await ada.text();
  await page.keyboard.press("Control+s");
  await expect.poll(() => ada.text()).toMatch(/^if \(a\)\n {3}b\(\);\n\n *end\n$/);
  await page.keyboard.press("Control+z");
  await expect.poll(() => ada.text()).toBe(before);
  await page.keyboard.press("Control+y");

  await bar.getByRole("button", { name: "Encoding:" }).click();
  await page.getByText(".editorconfig asks for latin1.").waitFor();
  await page.keyboard.press("Escape");
  await pick(ada, "main.ts", "Indentation", "Tabs: 4");
  await bar.getByRole("button", { name: "Indentation: Tabs: 4" }).waitFor();
  await ada.file(".editorconfig").click();
  await expect.poll(() => ada.text()).toContain("root = true");
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+a");
  await page.keyboard.press("Delete");
  await page.keyboard.insertText("[*]\nindent_size = 8");
  await page.locator("[data-pane=Editor]").getByRole("tab", { name: "main.ts" }).click();
  await expect.poll(() => page.locator(".monaco-editor .view-ruler").count()).toBe(0);
  await bar.getByRole("button", { name: "Indentation: Tabs: 4" }).waitFor();
  await pick(ada, "main.ts", "Indentation", "As the file says");
  await bar.getByRole("button", { name: "Indentation: Spaces: 8" }).waitFor();
});

test("who converts the indentation of a text goes on with it, and sees so below", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await bringIn(ada, "a.txt", Buffer.from("one\n    two\n        three\n"));
  await ada.file("a.txt").click();
  const bar = about(ada, "a.txt");
  await bar.getByRole("button", { name: "Indentation: Spaces: 4" }).waitFor();
  await page.keyboard.press("F1");
  await page.keyboard.type("convert indentation to tabs");
  await page.keyboard.press("Enter");
  await bar.getByRole("button", { name: "Indentation: Tabs: 4" }).waitFor();
  await ada.typeAtEnd("");
  await page.keyboard.press("Tab");
  expect(await downloaded(ada, "a.txt")).toBe("one\n\ttwo\n\t\tthree\n\t");
  await page.keyboard.press("Escape");
  await pick(ada, "a.txt", "Indentation", "Spaces: 2");
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("F1");
  await page.keyboard.type("convert indentation to tabs");
  await page.keyboard.press("Enter");
  await ada.typeAtEnd("\nmore");
  await bar.getByRole("button", { name: "Indentation: Spaces: 2" }).waitFor(); // what one chose, and what Tab does
  await page.keyboard.press("Home");
  await page.keyboard.press("Tab");
  await expect.poll(async () => (await downloaded(ada, "a.txt")).endsWith("  more")).toBe(true);
});

test("the language, the wrapping and the place are shown and chosen under the text, and kept for oneself", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await ada.newFile("notes");
  await ada.typeAtEnd("one\ntwo");
  const bar = about(ada, "notes");
  await bar.getByRole("button", { name: "Ln 2, Col 4" }).waitFor();
  await page.keyboard.press("Shift+Home");
  await bar.getByRole("button", { name: "Ln 2, Col 1 (3 selected)" }).waitFor();
  await bar.getByRole("button", { name: /^Language/ }).click();
  await page.getByRole("menuitemradio", { name: "Razor" }).waitFor();
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest("[role=menu]") != null)).toBe(true);
  await page.keyboard.press("r");
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toMatch(/^[Rr]/);
  await page.getByRole("menuitemradio", { name: "Python" }).click();
  await bar.getByRole("button", { name: "Language: Python" }).waitFor();
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Alt+z");
  await bar.getByRole("button", { name: "Wrap: on", pressed: true }).waitFor();
  await page.reload();
  await bar.getByRole("button", { name: "Wrap: on", pressed: true }).waitFor({ timeout: 20_000 });
  await bar.getByRole("button", { name: "Language: Python" }).waitFor();
  await bar.getByRole("button", { name: /^Ln / }).click();
  await page.getByRole("combobox", { name: "File or command" }).waitFor();
});
