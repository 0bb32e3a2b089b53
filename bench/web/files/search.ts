import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { layOut } from "./inAndOut.ts";
import { drop, median, roomOf, type Site } from "./site.ts";

interface Taken {
  /** From the letters in the box until the first place is drawn, and until all are known, ms. */
  readonly first: number;
  readonly all: number;
}

/** One searches in a room of so many files for a word that has more places than are shown, once the page has read them. */
export async function measureSearch(site: Site, files: number, megabytes: number, times: number): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "coterie-bench-"));
  try {
    layOut(join(folder, "project"), files, megabytes * 1_000_000);
    const page = await roomOf(site, "To search in");
    await drop(page, [join(folder, "project")]);
    const ask = page.getByRole("dialog", { name: "Bring in files" }).getByRole("button", { name: "Bring in" });
    if (files > 200) await ask.click();
    await page.getByText(`Brought in ${files.toLocaleString("en")} files.`).waitFor();
    await page.keyboard.press("Control+Shift+F");
    const begun = performance.now();
    await page.keyboard.insertText("nowhere");
    await page.getByText("Nothing was found", { exact: false }).waitFor();
    const read = performance.now() - begun;
    const taken: Taken[] = [];
    for (let nth = 0; nth < times; nth++) taken.push(await search(page, "value"));
    const [first, all] = [median(taken.map((each) => each.first)), median(taken.map((each) => each.all))];
    console.log(`\n${files} files, ${megabytes} MB, read in ${Math.round(read / 100) / 10} s; medians of ${times}\n`);
    console.log("| a word of more than 20,000 places | ms |\n|---|---|");
    console.log(`| until the first place is drawn | ${Math.round(first)} |`);
    console.log(`| until all are known | ${Math.round(all)} |`);
    await page.context().close();
    return { files, megabytes, read, first, all, taken };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function search(page: Page, word: string): Promise<Taken> {
  await page.keyboard.press("Control+A");
  await page.keyboard.press("Delete");
  await page.locator("[data-pane=Search] [data-hit]").first().waitFor({ state: "detached" });
  await page.evaluate(() => {
    Object.assign(window, {
      told: new Promise<Taken>((resolve) => {
        const pane = document.querySelector("[data-pane=Search]")!;
        let [begun, first] = [0, 0];
        pane.addEventListener(
          "input",
          () => {
            begun = performance.now();
          },
          { once: true },
        );
        const look = () => {
          const now = performance.now();
          if (begun > 0 && first === 0 && pane.querySelector("[data-hit]")) first = now - begun;
          if (first > 0 && /20,000/.test(pane.textContent ?? "")) resolve({ first, all: now - begun });
          else requestAnimationFrame(look);
        };
        requestAnimationFrame(look);
      }),
    });
  });
  await page.keyboard.insertText(word);
  return await page.evaluate(() => (window as unknown as { told: Promise<Taken> }).told);
}
