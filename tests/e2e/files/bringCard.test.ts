import { join } from "node:path";
import { expect, test } from "vitest";
import { disk, noise } from "../support/disk.ts";
import type { Person } from "../support/Person.ts";
import { stage } from "../support/stage.ts";

const { permanentRoom } = stage();
const { folder, drop } = disk();

/** So slow that a lot of a few megabytes is under way for as long as a test looks at it. */
async function slow({ context, page }: Person): Promise<() => Promise<void>> {
  const cdp = await context.newCDPSession(page);
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", {
    ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput: 150_000 },
  });
  return async () => {
    await cdp.send("Network.disable");
  };
}

async function lot(): Promise<string> {
  const pictures = [1, 2, 3].map((nth) => [`p/${nth}.png`, noise(2_000_000, nth)] as const);
  const texts = [1, 2, 3, 4, 5].map((nth) => [`p/t/${nth}.txt`, `line of ${nth}\n`] as const);
  return join(await folder(Object.fromEntries([...texts, ...pictures])), "p");
}

test("one goes on working while files come in, Escape does not stop them, and Stop asks first; all by the keyboard", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const focused = page.locator(":focus");
  await expect.poll(() => ada.atEditor()).toBe(true);
  const fast = await slow(ada);
  await drop(ada, [await lot()], "[role=tree]");
  const card = page.getByRole("region", { name: "Bringing in files" });
  const bar = card.getByRole("progressbar", { name: "Bringing in files" });
  await expect.poll(() => bar.getAttribute("aria-valuetext")).toMatch(/^5 of 8 files, .* of 6\.0 MB$/);
  expect(await ada.atEditor()).toBe(true);
  await ada.typeAtEnd("typed meanwhile");
  await expect.poll(() => ada.text()).toMatch(/typed meanwhile$/);
  await page.keyboard.press("Escape");
  await card.getByText(/left$/).waitFor(); // how long it takes
  await bar.waitFor();

  const stop = card.getByRole("button", { name: "Stop" }).and(focused);
  for (let walked = 0; walked < 12 && (await stop.count()) === 0; walked++) await page.keyboard.press("F6");
  await stop.press("Enter");
  await card.getByRole("alert").filter({ hasText: "3 files would not come" }).waitFor();
  await card.getByRole("button", { name: "Go on" }).and(focused).waitFor();
  await page.keyboard.press("Escape");
  await stop.waitFor();
  await bar.waitFor();
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  await card.getByRole("button", { name: "Stop now" }).and(focused).press("Enter");
  await page.getByText("Stopped after 5 files.").waitFor();
  await card.waitFor({ state: "detached" });
  // Back to the pane that F6 came from.
  await expect.poll(() => page.evaluate(() => document.activeElement?.closest("[data-pane]") != null)).toBe(true);
  await fast();
});

test("what was left out is told in the corner, and the keyboard stays where it is until one wants to see it", {
  timeout: 60_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  await expect.poll(() => ada.atEditor()).toBe(true);
  const files = await folder({ "p/a.txt": "a", "p/node_modules/m.js": "m" });
  await drop(ada, [join(files, "p")], "[role=tree]");
  await page.getByRole("dialog", { name: "Bring in files" }).getByRole("button", { name: "Bring in" }).press("Enter");
  const card = page.getByRole("region", { name: "Bringing in files" });
  await card.getByText("One file came. Not everything came along: 1 left out.").waitFor();
  await expect.poll(() => ada.atEditor()).toBe(true);
  await card.getByRole("button", { name: "Show what was left out" }).press("Enter");
  const told = page.getByRole("dialog", { name: "Not everything came along" });
  await told.getByRole("listitem").filter({ hasText: "p/node_modules/" }).waitFor();
  await page.keyboard.press("Escape");
  await told.waitFor({ state: "detached" });
  await card.getByRole("button", { name: "Show what was left out" }).and(page.locator(":focus")).waitFor();
  await drop(ada, [join(files, "p", "a.txt")], "[role=tree]"); // does not wait for one to have read it
  await page.getByText("Brought in one file.").nth(1).waitFor();
  await card.waitFor({ state: "detached" });
});

test("after a reload in the midst of a drop the room says how much of it came, until one took note of it", {
  timeout: 90_000,
}, async () => {
  const ada = await permanentRoom();
  const { page } = ada;
  const fast = await slow(ada);
  await drop(ada, [await lot()], "[role=tree]");
  const card = page.getByRole("region", { name: "Bringing in files" });
  await expect.poll(() => card.getByRole("progressbar").getAttribute("aria-valuetext")).toMatch(/^5 of 8 files/);
  await ada.file("p").click();
  await ada.file("t").click();
  await expect.poll(() => page.getByRole("treeitem", { name: /\.txt$/ }).count()).toBe(5);
  await page.waitForTimeout(1_500); // they have reached the server, and that is noted
  const asked = page.waitForEvent("dialog");
  const reloads = page.reload();
  expect((await asked).type()).toBe("beforeunload");
  await (await asked).accept();
  await reloads;
  await fast();
  for (let visit = 0; visit < 2; visit++) {
    await card.getByText(/^A page .* was closed while files came in: 5 of 8 files are in the room/).waitFor();
    if (visit === 0) await page.reload();
  }
  await ada.file("p").waitFor();
  expect(await page.getByRole("treeitem", { name: /\.png$/ }).count()).toBe(0);
  await card.getByRole("button", { name: "Dismiss" }).click();
  await card.waitFor({ state: "detached" });
  await page.reload();
  await ada.file("p").waitFor();
  await page.waitForTimeout(500);
  expect(await card.count()).toBe(0);
});

test.each(["wide", "narrow"])(
  "while files come in the card covers nothing that one presses: %s",
  {
    timeout: 60_000,
  },
  async (width) => {
    const ada = await permanentRoom();
    const { page } = ada;
    if (width === "narrow") await page.setViewportSize({ width: 390, height: 780 });
    const fast = await slow(ada);
    await drop(ada, [await lot()], "body");
    const card = page.getByRole("region", { name: "Bringing in files" });
    await card.waitFor();
    const covered = (by: string) =>
      page.evaluate((by) => {
        const own = document.querySelector(by)!;
        const pressed = [...document.querySelectorAll<HTMLElement>("button, [role=tab], input, textarea, a")];
        return pressed
          .filter((each) => !own.contains(each) && each.checkVisibility())
          .filter((each) => {
            const { left, top, width, height } = each.getBoundingClientRect();
            return width > 0 && own.contains(document.elementFromPoint(left + width / 2, top + height / 2));
          })
          .map((each) => each.textContent || each.ariaLabel);
      }, by);
    expect(await covered("[data-pane=Bringing]")).toEqual([]);
    await drop(ada, [await lot()], "body");
    const notice = page.locator("[data-tone]").filter({ hasText: "Wait for the files that are being brought in" });
    await notice.waitFor();
    expect(await covered("[aria-label=Notices]")).toEqual([]);
    expect((await notice.boundingBox())!.width).toBeGreaterThan(250);
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
    await fast();
  },
);
