import { join } from "node:path";
import { expect, test } from "vitest";
import { disk } from "./support/disk.ts";
import { stage } from "./support/stage.ts";

const { permanentRoom } = stage();
const { folder, drop } = disk();

test("Escape closes the dialog that is on top alone, and what had the keyboard before has it again", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await expect.poll(() => ada.atEditor()).toBe(true);
  const focused = page.locator(":focus");
  const guard = page.getByRole("dialog", { name: "Go out of the room?" });
  const naming = page.getByRole("dialog", { name: "Change my name" });
  const bringing = page.getByRole("dialog", { name: "Bring in files" });

  await ada.choose("Change my name");
  const box = naming.getByRole("textbox", { name: "Your name" });
  await box.fill("Ada L.");
  await page.goBack();
  await guard.getByRole("button", { name: "Stay" }).and(focused).waitFor();
  await page.keyboard.press("Escape");
  await guard.waitFor({ state: "detached" });
  await box.and(focused).waitFor();
  expect(await box.inputValue()).toBe("Ada L.");

  const base = await folder({ "welcome.md": "there is one of this name already" });
  await drop(ada, [join(base, "welcome.md")], "body");
  await bringing.getByRole("button", { name: "Bring in" }).and(focused).waitFor();
  await page.goBack();
  await guard.getByRole("button", { name: "Stay" }).and(focused).waitFor();
  await page.keyboard.press("Escape");
  await guard.waitFor({ state: "detached" });
  await bringing.getByRole("button", { name: "Bring in" }).and(focused).waitFor();
  await page.keyboard.press("Escape");
  await bringing.waitFor({ state: "detached" });
  await box.and(focused).waitFor();
  await page.keyboard.press("Escape");
  await naming.waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Room menu" }).and(focused).waitFor();
}, 60_000);

test("the list of files and commands gives way to what is asked, and the editor has the keyboard behind it", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const guard = page.getByRole("dialog", { name: "Go out of the room?" });
  await expect.poll(() => ada.atEditor()).toBe(true);
  await page.keyboard.press("Control+p");
  const palette = page.getByRole("dialog", { name: "Files and commands" });
  await palette.waitFor();
  await page.goBack();
  await guard.getByRole("button", { name: "Stay" }).and(page.locator(":focus")).waitFor();
  await palette.waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await guard.waitFor({ state: "detached" });
  await expect.poll(() => ada.atEditor()).toBe(true);
}, 60_000);

test("on a phone no notice lies over the buttons of a dialog", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  for (const name of ["a.txt", "b.txt", "c.txt"]) {
    await ada.newFile(name);
    await ada.deleteFile(name);
  }
  await page.setViewportSize({ width: 390, height: 600 });
  await ada.choose("Leave the room");
  const dialog = page.getByRole("dialog", { name: "Leave the room" });
  const notice = page.getByRole("region", { name: "Notices" }).getByText("Deleted");
  await notice.last().waitFor();
  for (const button of await dialog.getByRole("button").all()) await button.click({ trial: true, timeout: 3_000 });
  await notice.last().waitFor();
  await page.keyboard.press("Escape");
  await expect.poll(() => notice.filter({ visible: true }).count()).toBe(3);
}, 60_000);

test("a notice that offers to take something back goes with its room", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const notice = page.getByText("Deleted a.txt.");
  await ada.newFile("a.txt");
  await ada.deleteFile("a.txt");
  await notice.waitFor();
  await page.goBack();
  await page.getByRole("button", { name: "Go to the start page" }).click();
  await page.getByRole("button", { name: "New room" }).waitFor();
  expect(await notice.count()).toBe(0);
}, 60_000);
