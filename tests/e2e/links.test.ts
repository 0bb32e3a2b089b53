import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { stage } from "./support/stage.ts";

/** Giving links on, who may give which, and what stands where that does not work. */
const { person, permanentRoom, wire } = stage();

test("where the browser does not let the page copy, the link lies selected and nothing is called copied", async () => {
  const ada = await permanentRoom();
  await ada.page.evaluate(() => {
    navigator.clipboard.writeText = () => Promise.reject(new DOMException("no", "NotAllowedError"));
  });
  await ada.page.getByRole("button", { name: "Copy link" }).click();
  await ada.page.getByText("The browser did not let the page copy.").waitFor();
  expect(await ada.page.getByText("Copied.").count()).toBe(0);
  const box = ada.page.getByRole("textbox", { name: "Link" });
  const selected = () =>
    box.evaluate((input: HTMLInputElement) => input.value.slice(input.selectionStart ?? 0, input.selectionEnd ?? 0));
  await expect.poll(selected).toBe(await box.inputValue());
  await ada.page.getByText("Viewer", { exact: true }).click();
  await ada.page.getByText("and change nothing.").waitFor();
  await expect.poll(selected).toBe(await box.inputValue());
}, 60_000);

test("the landing page loads less than 200 kB of compressed script", async () => {
  const ada = await person("Ada");
  const scripts: { name: string; bytes: number }[] = [];
  const weighed: Promise<void>[] = [];
  ada.page.on("requestfinished", (request) => {
    if (request.resourceType() !== "script" && !/\.m?js($|\?)/.test(request.url())) return;
    const weigh = async () => {
      const { responseBodySize } = await request.sizes();
      scripts.push({ name: new URL(request.url()).pathname, bytes: responseBodySize });
    };
    weighed.push(weigh());
  });
  await ada.page.goto(wire().url, { waitUntil: "networkidle" });
  await ada.page.getByRole("button", { name: "New room" }).click();
  await ada.page.waitForLoadState("networkidle");
  await Promise.all(weighed);
  const bytes = scripts.reduce((sum, script) => sum + script.bytes, 0);
  expect(bytes, JSON.stringify(scripts)).toBeGreaterThan(50_000);
  expect(bytes, JSON.stringify(scripts)).toBeLessThan(200_000);
}, 60_000);

test("a link of either role can be scanned, and saved as a picture that says what it is", async () => {
  const ada = await permanentRoom();
  await ada.page.getByRole("button", { name: "Copy link" }).click();
  const code = (name: string) => ada.page.getByRole("img", { name });
  await code("QR code of the editor link").waitFor();
  const editors = await code("QR code of the editor link").innerHTML();
  await ada.page.getByText("Viewer", { exact: true }).click();
  await code("QR code of the viewer link").waitFor();
  await expect.poll(() => code("QR code of the viewer link").innerHTML()).not.toBe(editors);
  const saved = ada.page.waitForEvent("download");
  await ada.page.getByRole("button", { name: "Save as a picture" }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toBe("Bridge, viewer link.png");
  const png = readFileSync((await download.path())!);
  expect(png.subarray(1, 4).toString()).toBe("PNG");
  expect(png.readUInt32BE(16)).toBeGreaterThanOrEqual(1_024);
}, 60_000);
