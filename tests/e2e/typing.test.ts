import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";

const { permanentRoom } = stage();

test("Enter ends the line behind a word that is typed whole, and takes a suggestion where that adds to it", {
  timeout: 60_000,
}, async () => {
  const ada = await permanentRoom();
  const offered = ada.page.locator(".suggest-widget.visible");
  await ada.newFile("main.ts");
  await ada.typeAtEnd("wonder\n");
  await ada.page.keyboard.type("wonder", { delay: 15 });
  await offered.waitFor();
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.type("wond", { delay: 15 });
  await offered.waitFor();
  await ada.page.keyboard.press("Enter");
  await ada.page.keyboard.type("!");
  await expect.poll(() => ada.text()).toBe("wonder\nwonder\nwonder!");
});

test("what is typed at another place is another step of undo, however soon it is typed", {
  timeout: 60_000,
}, async () => {
  const ada = await permanentRoom();
  const { keyboard } = ada.page;
  await ada.newFile("notes.txt");
  await ada.typeAtEnd("one two", 0);
  await keyboard.press("Home");
  await keyboard.type("x ");
  await expect.poll(() => ada.text()).toBe("x one two");
  await keyboard.press("Control+Z");
  await expect.poll(() => ada.text()).toBe("one two");
  await keyboard.press("Control+Z");
  await expect.poll(() => ada.text()).toBe("");
});
