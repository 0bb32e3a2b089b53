import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";

/** Who is in the room, and whether it is them. */
const { person, wire } = stage();

test("two people compare their words, and the one who notes it sees a shield from then on, also after a reload", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Study group");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await ada.page.getByRole("button", { name: "Words of Bob, not verified" }).click();
  const dialog = ada.page.getByRole("dialog", { name: "Is this Bob?" });
  const hers = await dialog.getByRole("listitem").allTextContents();
  await bob.page.getByRole("button", { name: "My words" }).click();
  const his = await bob.page.getByRole("dialog", { name: "My words" }).getByRole("listitem").allTextContents();
  expect(hers).toEqual(his);
  expect(hers).toHaveLength(6);
  await dialog.getByRole("button", { name: "They are the same" }).click();
  await ada.page.getByRole("button", { name: "Words of Bob, verified" }).waitFor();
  await ada.page.reload();
  await ada.page.getByRole("button", { name: "Words of Bob, verified" }).waitFor();
  await bob.page.getByRole("button", { name: "Close" }).click();
  await bob.page.getByRole("button", { name: "Words of Ada, not verified" }).waitFor();
}, 90_000);

test("one goes to where another is by a press on them, and sees who went a moment ago", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Study group");
  const bob = await person("Bob");
  await bob.join(await ada.copyLink("editor"));
  await bob.newFile("far.txt");
  await bob.page.keyboard.type("here am I");
  const row = ada.page.getByRole("button", { name: /^Bob in far\.txt/ });
  await row.click();
  await expect.poll(() => ada.text()).toBe("here am I");
  await ada.page.getByText("2 here", { exact: true }).waitFor();
  await bob.page.close();
  await ada.page.getByText("not here: gone a moment ago").waitFor();
  await ada.page.getByText("1 here · 1 not here").waitFor();
}, 90_000);
