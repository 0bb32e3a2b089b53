import { expect, test } from "vitest";
import { farName } from "../support/browser.ts";
import { stage } from "./support/stage.ts";

/** The ways into a room and out of it, and what stands on a door that does not open. */
const { person, permanentRoom, browser, server, wire } = stage(() => [], { keeps: false });

test("a bare address says that the key is missing, and a link with a password says which of both to check", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Open");
  const eve = await person("Eve");
  await eve.page.goto((await ada.copyLink("editor")).split("#")[0]!);
  await eve.page.getByRole("heading", { name: "The key is missing" }).waitFor();
  await eve.page.getByText("press “Copy link”").waitFor();
  expect(await eve.page.getByRole("button", { name: "Try again" }).count()).toBe(0);

  await ada.page.goto("about:blank");
  await ada.createRoom(wire().url, "Locked", { password: "correct horse" });
  await eve.page.goto(await ada.copyLink("editor"));
  await eve.page.getByRole("textbox", { name: "Your name" }).fill("Eve");
  await eve.page.getByLabel(/^Password/).fill("wrong horse");
  await eve.page.getByRole("button", { name: "Join" }).click();
  await eve.page.getByRole("alert").filter({ hasText: "This link and this password do not open the room" }).waitFor();
  await eve.page.getByLabel(/^Password/).fill("correct horse");
  await eve.page.getByRole("button", { name: "Join" }).click();
  await eve.tree.waitFor();
}, 60_000);

test("who is cut off at the door stays at it with what they typed, and comes in when the server can be reached", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Locked", { password: "correct horse" });
  const { page } = await person("Eve");
  await page.goto(await ada.copyLink("editor"));
  await page.getByRole("textbox", { name: "Your name" }).fill("Eve");
  await page.getByLabel(/^Password/).fill("correct horse");
  const join = page.getByRole("button", { name: "Join" });
  await page.route("**/argon2.worker-*", (route) => route.abort());
  await join.click();
  await page.getByRole("alert").filter({ hasText: "The password’s key could not be computed" }).waitFor();
  await page.unroute("**/argon2.worker-*");
  wire().cut();
  await join.click();
  await page.getByRole("alert").filter({ hasText: "The server cannot be reached." }).waitFor();
  wire().mend();
  await join.click();
  await page.getByRole("tree").waitFor();
}, 60_000);

test("a fault of the page before one is in is said, too", async () => {
  const ada = await person("Ada");
  await ada.createRoom(wire().url, "Locked", { password: "correct horse" });
  const { page } = await person("Eve");
  await page.goto(await ada.copyLink("editor"));
  await page.getByRole("textbox", { name: "Your name" }).fill("Eve");
  await page.getByLabel(/^Password/).fill("wrong horse");
  await page.getByRole("button", { name: "Join" }).click();
  const wrong = page.getByRole("alert").filter({ hasText: "do not open the room" });
  await wrong.evaluate((node) => node.remove()); // as a translator or another extension does
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("heading", { name: "This page met a fault" }).waitFor();
  await page.getByRole("button", { name: "Load the page again" }).click();
  await page.getByRole("textbox", { name: "Your name" }).waitFor();
}, 60_000);

test("a link to another server is followed only after a question that names it", async () => {
  const ada = await person("Ada");
  await ada.page.goto(wire().url);
  const box = ada.page.getByRole("textbox", { name: "Link or room id" });
  await box.fill(`https://elsewhere.example/r/${"0".repeat(26)}#1.x`);
  await ada.page.getByRole("button", { name: "Join" }).click();
  const question = ada.page.getByRole("alertdialog", { name: "Another server" });
  await question.getByText("elsewhere.example").first().waitFor();
  await question.getByRole("button", { name: "Stay here" }).click();
  await question.waitFor({ state: "detached" });
  expect(ada.page.url()).toBe(`${wire().url}/`);
}, 60_000);

test("over plain http from another machine the page explains that encryption needs https", async () => {
  const page = await browser().newPage();
  await page.goto(`http://${farName}:${wire().port}/`);
  await page.getByRole("heading", { name: "Encryption needs https" }).waitFor();
  await page.close();
}, 60_000);

test("names may be as long as the protocol allows, and beyond it one is told", async () => {
  const ada = await person("Ada", { width: 390, height: 844 });
  const page = ada.page;
  await page.goto(wire().url);
  await page.getByRole("button", { name: "New room" }).click();
  await page.getByRole("textbox", { name: "Your name" }).fill("Ä".repeat(101));
  await page.getByText("Too long by 2").waitFor();
  await page.getByRole("textbox", { name: "Room name" }).fill("R".repeat(200));
  expect(await page.getByRole("button", { name: "Create" }).isDisabled()).toBe(true);
  await page.getByRole("textbox", { name: "Your name" }).fill("Ä".repeat(100));
  await page.getByRole("button", { name: "Create" }).click();
  await page.locator(".monaco-editor .view-line").first().waitFor(); // a new room goes to its starter file
  await page.getByRole("tab", { name: "Files" }).click();
  await page.getByRole("button", { name: "New file" }).click();
  await page.keyboard.type("f".repeat(200));
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "f".repeat(200) }).waitFor();
  for (const pane of ["Files", "Editor", "Chat", "People"]) {
    await page.getByRole("tab", { name: pane, exact: true }).click();
    expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth)).toBe(0);
  }
}, 60_000);

test("the back button asks first, everyone reads the same words, and the link is also a picture", async () => {
  const ada = await permanentRoom();
  const bob = await person("Bob");
  const link = await ada.copyLink("editor");
  await bob.join(link);
  const words = async (one: typeof ada) => {
    await one.choose("Verification words");
    const dialog = one.page.getByRole("dialog", { name: "Verification words" });
    const read = await dialog.getByRole("listitem").allInnerTexts();
    await one.page.keyboard.press("Escape");
    await dialog.waitFor({ state: "detached" });
    return read;
  };
  const his = await words(bob);
  expect(his).toHaveLength(6);
  expect(await words(ada)).toEqual(his);
  await ada.page.getByRole("button", { name: "Copy link" }).click();
  await ada.page.getByRole("img", { name: /^QR code of the / }).waitFor();
  await ada.page.keyboard.press("Escape");

  await bob.page.goBack();
  await bob.page.getByRole("dialog", { name: "Go out of the room?" }).waitFor();
  await bob.page.getByRole("button", { name: "Stay" }).click();
  await bob.typeAtEnd("\nstill here");
  await expect.poll(() => ada.text()).toContain("still here");
  expect(bob.page.url()).not.toContain("#");
}, 60_000);

test("a browser that keeps nothing says so, asks before its owner goes, and comes back by the address", async () => {
  const ada = await person("Ada");
  await ada.context.addInitScript(() => {
    indexedDB.open = () => {
      throw new DOMException("blocked", "SecurityError");
    };
  });
  await ada.createRoom(wire().url, "Bridge", { adminKey: await server().adminKey() });
  await ada.page.getByText("This browser keeps nothing beyond this page").waitFor();
  await ada.typeAtEnd("kept on the server");
  await ada.badge("Saved").waitFor();
  const asked = ada.page.waitForEvent("dialog");
  const gone = ada.page.reload();
  await (await asked).accept();
  await gone;
  await ada.page.getByRole("button", { name: "Join" }).click();
  await ada.file("welcome.md").waitFor();
  await expect.poll(() => ada.text()).toContain("kept on the server");
  await ada.page.goto(wire().url);
  await ada.page.getByText("no room will be listed here").waitFor();
}, 60_000);
