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
