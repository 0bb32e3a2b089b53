import { afterAll, beforeAll, expect, test } from "vitest";
import { Server } from "../support/Server.ts";
import { stage } from "./support/stage.ts";

/** Other servers, on the start page of one whose operator offers some. */
const gone = "http://127.0.0.1:9";
let other: Server;
beforeAll(async () => {
  other = await Server.start();
});
afterAll(() => other.stop());

const { person, wire } = stage(() => ["--servers", `Paris=${other.url};Gone=${gone}`]);

test("how far the others are is asked when one looks, of those that the operator offers, and a press goes there", async () => {
  const ada = await person("Ada");
  const { page } = ada;
  await page.goto(wire().url);
  await page.getByRole("region", { name: "Recent rooms" }).waitFor();
  expect(ada.foreignRequests).toEqual([]);
  await page.getByRole("button", { name: "Other servers" }).click();
  const dialog = page.getByRole("dialog", { name: "Go to another server" });
  const line = (name: string) => dialog.getByRole("listitem").filter({ hasText: name });
  await line("This server")
    .getByText(/^\d+ ms$/)
    .waitFor();
  await line("Paris")
    .getByText(/^\d+ ms$/)
    .waitFor();
  await line("Gone").getByText("does not answer").waitFor();
  expect(ada.foreignRequests.splice(0).sort()).toEqual([`${gone}/health`, `${other.url}/health`].sort());
  await dialog.getByRole("textbox", { name: "Another address" }).fill("no server at all");
  await dialog.getByRole("button", { name: "Go", exact: true }).click();
  await dialog.getByText("This is no server’s address").waitFor();
  await line("Paris").getByRole("button").click();
  await page.waitForURL(`${other.url}/`);
  expect(ada.foreignRequests.splice(0).every((url) => url.startsWith(other.url))).toBe(true);
}, 60_000);
