import { expect, test } from "vitest";
import { faults } from "./support/faults.ts";
import type { Person } from "./support/Person.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom, person } = stage(() => [], { keeps: false });

const box = ({ page }: Person) => page.getByRole("combobox", { name: "File or command" });
const offered = async ({ page }: Person) => {
  const rows = await page.getByRole("option").all();
  return await Promise.all(
    rows.map(async (row) => {
      const kind = await row.getByRole("img").getAttribute("aria-label");
      return `${kind} ${(await row.innerText()).replace(/\s+/g, " ")}`;
    }),
  );
};

/** What of WebAssembly this person's page has fetched so far, by name. */
function fetched({ context }: Person): () => string[] {
  const names = new Set<string>();
  context.on("request", (request) => {
    const name = /\/([\w-]+)-[\w-]{8}\.wasm$/.exec(request.url())?.[1];
    if (name !== undefined) names.add(name);
  });
  return () => [...names].sort();
}

async function goToFile(one: Person, name: string): Promise<void> {
  await one.page.keyboard.press("Control+p");
  await one.page.keyboard.type(name);
  await one.page.getByRole("option", { name, selected: true }).waitFor();
  await one.page.keyboard.press("Enter");
  await one.page.getByRole("tab", { name, selected: true }).waitFor();
  await expect.poll(() => one.atEditor()).toBe(true);
}

async function write(one: Person, name: string, text: string): Promise<void> {
  await one.newFile(name);
  await one.page.getByRole("tab", { name, selected: true }).waitFor();
  await expect.poll(() => one.atEditor()).toBe(true);
  await one.page.keyboard.insertText(text);
}

/** Ada has written a file in TypeScript and one in Python; Bob has come since. */
async function two(): Promise<[ada: Person, bob: Person]> {
  const ada = await permanentRoom();
  await write(ada, "shipyard.ts", "export class Ship {}\n/* 😀 */ export function launch() {}\n");
  await write(ada, "harbour.py", "class Harbour:");
  // The editor indents by itself, as soon as it has read what it knows of the language: then there is colour.
  await ada.page.locator(".view-line span[class^=mtk]:not(.mtk1)", { hasText: "class" }).waitFor();
  await ada.page.keyboard.insertText("\ndef moor(self): pass");
  await expect.poll(() => ada.text()).toContain("    def moor");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  return [ada, bob];
}

test("another's symbols are gone to by some letters: of the file in front, and of the whole room", {
  timeout: 120_000,
}, async () => {
  const [ada, bob] = await two();
  const { page } = bob;
  const wasm = fetched(bob);
  await goToFile(bob, "welcome.md");
  await page.keyboard.press("Control+Shift+O");
  await page.getByText("Symbols are not available for Markdown.").waitFor();
  expect(wasm()).toEqual([]);
  await page.keyboard.press("Escape");
  await box(bob).waitFor({ state: "hidden" });
  await expect.poll(() => bob.atEditor()).toBe(true);

  await goToFile(bob, "shipyard.ts");
  await page.keyboard.press("Control+Shift+O");
  await expect.poll(() => offered(bob)).toEqual(["class Ship", "function launch"]);
  expect(wasm()).toEqual(["tree-sitter-typescript", "web-tree-sitter"]); // what one does not use does not come
  expect(await faults(page)).toEqual([]);
  await ada.page.getByRole("tab", { name: "shipyard.ts" }).click();
  await ada.typeAtEnd("function sink() {}\n");
  await expect.poll(() => offered(bob)).toEqual(["class Ship", "function launch", "function sink"]);
  await page.keyboard.type("lnch");
  await expect.poll(() => offered(bob)).toEqual(["function launch"]);
  await page.keyboard.press("Enter");
  await expect.poll(() => bob.atEditor()).toBe(true);
  await page.keyboard.type("re");
  await expect.poll(() => ada.text()).toContain("/* 😀 */ export function relaunch()");

  await page.keyboard.press("Control+Shift+O");
  await page.keyboard.press("Control+Shift+O");
  const all = [
    "class Harbour harbour.py",
    "method moor Harbour harbour.py",
    "class Ship shipyard.ts",
    "function relaunch shipyard.ts",
    "function sink shipyard.ts",
  ];
  await expect.poll(() => offered(bob)).toEqual(all);
  expect(wasm()).toEqual(["tree-sitter-python", "tree-sitter-typescript", "web-tree-sitter"]);
  expect(await faults(page)).toEqual([]);
  await page.keyboard.type("moor");
  await expect.poll(() => offered(bob)).toEqual(["method moor Harbour harbour.py"]);
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "harbour.py", selected: true }).waitFor();
  await expect.poll(() => bob.atEditor()).toBe(true);
  await page.keyboard.type("un");
  await ada.page.getByRole("tab", { name: "harbour.py" }).click();
  await expect.poll(() => ada.text()).toContain("    def unmoor(self)");

  await page.keyboard.press("F1");
  await page.keyboard.type("symbol in room");
  await page.getByRole("option", { name: /Go to symbol in room… Ctrl\+Shift\+O twice/ }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => box(bob).inputValue()).toBe("#");
  await expect.poll(() => offered(bob)).toContain("method unmoor Harbour harbour.py");
});

test("where there is nothing to go to, that is said", { timeout: 90_000 }, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const says = (words: string) => page.getByRole("status").getByText(words, { exact: true }).waitFor();
  await page.keyboard.press("Control+p");
  await page.keyboard.type("#");
  await says("There are no symbols in the files of this room.");
  await page.keyboard.press("Escape");
  await write(ada, "empty.rs", " ");
  await page.keyboard.press("Control+Shift+O");
  await says("There are no symbols in empty.rs.");
  await page.keyboard.press("Escape");
  await page.keyboard.type("fn sail() {}");
  await page.keyboard.press("Control+Shift+O");
  await page.keyboard.type("zzz");
  await says("There is no such symbol in the file.");
  await page.keyboard.press("Control+a");
  await page.keyboard.type("#zzz");
  await says("There is no such symbol in the room.");
  await page.keyboard.press("Escape");
  for (const word of ["empty.rs", "welcome.md"]) {
    await page.keyboard.press("F1");
    await page.keyboard.type(`close the tab of ${word}`);
    await page.keyboard.press("Enter");
    await page.getByRole("tab", { name: word }).waitFor({ state: "detached" });
  }
  await page.keyboard.press("Control+Shift+O");
  await says("No file is open. Open one to go to its symbols.");
});

test("what is read shows before all is, Esc ends the reading, and what did not come is asked for again", {
  timeout: 90_000,
}, async () => {
  const [, bob] = await two();
  const { page, context } = bob;
  let give = () => {};
  const given = new Promise<void>((resolve) => {
    give = resolve;
  });
  const python = "**/tree-sitter-python-*.wasm";
  await context.route(python, async (route) => {
    await given;
    await route.abort();
  });
  await page.keyboard.press("Control+Shift+O");
  await page.keyboard.press("Control+Shift+O");
  await page.getByText(/^Reading [01] of 2 files…$/).waitFor();
  await page.keyboard.press("Escape");
  await box(bob).waitFor({ state: "hidden" });
  await goToFile(bob, "harbour.py");
  await page.keyboard.press("Control+Shift+O");
  give();
  await page.getByText("What that needs could not be fetched from the server. Try it again later.").waitFor();
  await page.keyboard.press("Escape");
  await context.unroute(python);
  await page.keyboard.press("Control+Shift+O");
  await expect.poll(() => offered(bob)).toEqual(["class Harbour", "method moor Harbour"]);
});
