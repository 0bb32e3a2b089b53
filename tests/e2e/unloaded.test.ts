import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";

const { permanentRoom, person, wire } = stage(() => [], { keeps: false });

/** Parts of the page that do not come from the server, or come and fail. */

/** Bob at the door, where his editor of texts and its looks did not come; they come when they are asked for once the network is back. */
async function withLostEditor() {
  const ada = await permanentRoom();
  const { page } = await person("Bob");
  let lost = true;
  await page.route("**/assets/TextEditor-*", (route) => (lost ? route.abort() : route.continue()));
  const failed = [/\.js$/, /\.css$/].map((end) => page.waitForEvent("requestfailed", (one) => end.test(one.url())));
  await page.goto(await ada.copyLink("editor"));
  await Promise.all(failed);
  await page.getByRole("textbox", { name: "Your name" }).fill("Bob");
  const isBack = () => {
    lost = false;
  };
  const editorStands = async () => {
    const line = page.locator(".monaco-editor .view-line", { hasText: "Bridge" }).first();
    await line.waitFor();
    await expect.poll(() => line.evaluate((each) => getComputedStyle(each).position)).toBe("absolute"); // it has its looks
  };
  return { page, isBack, editorStands };
}

test("an editor that the network lost at the door comes with the first file", async () => {
  const { page, isBack, editorStands } = await withLostEditor();
  isBack();
  await page.getByRole("button", { name: "Join" }).click();
  await editorStands();
}, 60_000);

test("a file whose editor does not come says so in its own place, until one tries again", async () => {
  const { page, isBack, editorStands } = await withLostEditor();
  await page.getByRole("button", { name: "Join" }).click();
  const missing = page.getByRole("alert").filter({ hasText: "could not be loaded from the server" });
  await missing.waitFor();
  await page.getByRole("treeitem", { name: "welcome.md" }).waitFor();
  isBack();
  await page.getByRole("button", { name: "Try again" }).click();
  await editorStands();
  expect(await missing.count()).toBe(0);
}, 60_000);

test("a part of the page that came and failed as it began says that, in its place or for the whole screen", async () => {
  const ada = await permanentRoom();
  const { page } = await person("Bob");
  const fails = { contentType: "text/javascript", body: "throw new TypeError('of the program')" };
  await page.route("**/assets/TextEditor-*.js", (route) => route.fulfill(fails));
  await page.goto(await ada.copyLink("editor"));
  await page.getByRole("textbox", { name: "Your name" }).fill("Bob");
  await page.getByRole("button", { name: "Join" }).click();
  await page.getByRole("alert").filter({ hasText: "has a fault: it came from the server" }).waitFor();
  expect(await page.getByRole("button", { name: "Try again" }).count()).toBe(0);
  await page.route("**/assets/Door-*.js", (route) => route.fulfill(fails));
  await page.getByRole("button", { name: "Load the page again" }).click();
  await page.getByRole("heading", { name: "This page met a fault" }).waitFor();
}, 60_000);

test("a room that is pressed while the server is away says what to do, and opens when the page is loaded again", async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const start = await ada.context.newPage();
  await start.goto(wire().url);
  await page.close();
  await start.route("**/assets/Door-*", (route) => route.abort());
  await start.getByRole("button", { name: /^Bridge/ }).click();
  await start.getByRole("heading", { name: "The page could not be loaded" }).waitFor();
  await start.unroute("**/assets/Door-*");
  await start.getByRole("button", { name: "Load the page again" }).click();
  await start.getByRole("treeitem", { name: "welcome.md" }).waitFor();
}, 60_000);
