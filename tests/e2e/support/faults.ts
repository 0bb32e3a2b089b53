import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { expect } from "vitest";

const web = createRequire(new URL("../../../clients/web/package.json", import.meta.url));
const axe = readFileSync(web.resolve("axe-core/axe.min.js"), "utf8");

/** Serious and critical faults of the page, but for Monaco's own, which is not ours to mend. */
export async function faults(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    type Found = { violations: { id: string; impact: string; nodes: { html: string }[] }[] };
    const { axe } = window as unknown as { axe: { run(context: object): Promise<Found> } };
    const { violations } = await axe.run({ exclude: [[".monaco-editor"]] });
    const serious = violations.filter(({ impact }) => impact === "serious" || impact === "critical");
    return serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`));
  });
}

/** Such faults, or a page that scrolls sideways, fail the test. @param what it shows now */
export async function expectFits(page: Page, what: string): Promise<void> {
  expect(await faults(page), what).toEqual([]);
  expect(await page.evaluate(() => document.documentElement.scrollWidth - innerWidth), what).toBe(0);
}
