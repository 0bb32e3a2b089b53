import { afterAll, beforeAll, expect, test } from "vitest";
import { Site } from "./Site.ts";
import { zipOf } from "./zip/handmade.ts";
import type {} from "./zip/lab.ts";

let site: Site;
beforeAll(async () => {
  site = await Site.open();
}, 60_000);
afterAll(() => site?.close());

test("in a browser a worker of the page's own unpacks", async () => {
  const page = await site.browser.newPage();
  let workers = 0;
  page.on("worker", () => workers++);
  await page.goto(`${site.url}tests/zip/lab.html`);
  await page.waitForFunction(() => window.readZipHere !== undefined);
  const big = Buffer.from(Array.from({ length: 8_000_000 }, (_, nth) => (nth * nth) % 251));
  const zip = zipOf([
    { name: "good.txt", data: "good" },
    { name: "../x" },
    { name: "bad", data: "bad", crc: 3 },
    { name: "big", data: big },
  ]);
  const told = await page.evaluate((base64) => window.readZipHere(base64), zip.toString("base64"));
  expect(told.files).toEqual({ "good.txt": "good", bad: expect.stringMatching(/^! .*damaged/), big: "8000000 bytes" });
  expect(told.skipped).toEqual(["../x: its path leads out of the archive"]);
  expect(workers).toBe(1);
  await page.close();
}, 60_000);
