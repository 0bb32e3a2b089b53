import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";

const { permanentRoom, person } = stage();

test("a file is found by some of its letters, a command by its words, and the keyboard is where one goes on", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const box = page.getByRole("combobox", { name: "File or command" });
  await ada.newFile("main.ts");
  await ada.typeAtEnd("one\ntwo\nthree");
  await page.keyboard.press("Control+p");
  await box.waitFor();
  await expect.poll(() => page.getByRole("option").allInnerTexts()).toEqual(["welcome.md"]); // the one before
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "welcome.md", selected: true }).waitFor();
  await expect.poll(() => ada.atEditor()).toBe(true);

  await page.keyboard.press("Control+p");
  await page.keyboard.type("mts:2");
  await page.getByRole("option", { name: "main.ts", selected: true }).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "main.ts", selected: true }).waitFor();
  await expect.poll(() => ada.atEditor()).toBe(true);
  await page.keyboard.type("second: ");
  await expect.poll(() => ada.text()).toContain("second: two");

  await page.keyboard.press("Control+p");
  await page.keyboard.type(":3");
  await page.keyboard.press("Enter");
  await page.keyboard.type("third: ");
  await expect.poll(() => ada.text()).toContain("third: three");

  await page.keyboard.press("F1");
  await page.keyboard.type("sort lines asc");
  await page.keyboard.press("Control+a");
  await page.keyboard.type(">comment line");
  await page.getByRole("option", { name: /Toggle line comment Ctrl\+\// }).waitFor();
  await page.keyboard.press("Enter");
  await expect.poll(() => ada.text()).toContain("// third: three");

  await page.keyboard.press("Control+Shift+P"); // all there is stands there, without a word of it
  await page.getByRole("option", { name: /Toggle line comment/ }).waitFor();
  const offered = await page.getByRole("option").allInnerTexts();
  const useless =
    /arguments|tokenize|widget|in files \(|preview hover|Hide hover|Go to offset|import fold|Indent using|display size|Detect/;
  expect(offered.filter((name) => useless.test(name))).toEqual([]);
  expect(offered.map((name) => name.replace(/\s+/g, " "))).toContain("Find next F3"); // not Enter, which ends a line there
  await page.keyboard.press("Escape");

  await page.keyboard.press("Control+Shift+P");
  await page.keyboard.type("change my name");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog", { name: "Change my name" }).waitFor();
  await page.keyboard.press("Control+p"); // asks nothing behind a dialog
  expect(await box.count()).toBe(0);
  await page.keyboard.press("Escape");
  await expect.poll(() => ada.atEditor()).toBe(true);

  await page.keyboard.press("Control+Shift+P");
  await page.keyboard.type("nothing like that");
  await page.getByText("There is no such command.").waitFor();
  await page.keyboard.press("Escape");
  await box.waitFor({ state: "hidden" });
  await expect.poll(() => ada.atEditor()).toBe(true);
});

test("who may not edit is offered nothing that changes the room, and people are followed by name", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("viewer"));
  await bob.page.keyboard.press("Control+Shift+P");
  const offered = async () => (await bob.page.getByRole("option").allInnerTexts()).join("\n");
  await expect.poll(offered).toContain("Follow Ada");
  for (const word of ["New file", "Rename", "Delete", "People and rules", "Destroy"])
    expect(await offered()).not.toContain(word);
  await bob.page.keyboard.type("follow ada");
  await bob.page.keyboard.press("Enter");
  await bob.page.getByText("Following Ada").waitFor();
  await bob.page.keyboard.press("Control+Shift+P");
  await bob.page.keyboard.type("copy link");
  await bob.page.keyboard.press("Enter");
  await bob.page.getByText("Copied.").waitFor();
});
