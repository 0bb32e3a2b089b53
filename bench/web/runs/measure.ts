import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { launchBrowser } from "../../../tests/support/browser.ts";
import { Server } from "../../../tests/support/Server.ts";
import { drop, median, roomOf, rounded } from "../files/site.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url)); // from artifacts/bench, where this is bundled to
const { values } = parseArgs({ options: { repetitions: { type: "string", default: "20" } } });
const repetitions = Number(values.repetitions);

/** Each says, as soon as it can, something that it never said before. Commands are those that the sandbox has. */
const programs = {
  "main.py": { command: "/usr/bin/python3", text: "import time\nprint('said', time.time_ns(), flush=True)\n" },
  "main.js": { command: "/usr/bin/node", text: "console.log('said', process.hrtime.bigint().toString());\n" },
  "main.sh": { command: "/usr/bin/bash", text: "echo said $EPOCHREALTIME $RANDOM\n" },
};

const folder = mkdtempSync(join(tmpdir(), "coterie-bench-"));
const browser = await launchBrowser();
const server = await Server.start({
  args: ["--web", `${repository}clients/web/dist`, "--attempts-per-minute", "10000", "--runs", "2"],
});
const site = { browser, url: `http://localhost:${server.port}`, adminKey: await server.adminKey(), repository };
const page = await roomOf(site, "Runs");
page.setDefaultTimeout(60_000);
const report: Record<string, object> = {};
console.log(`\nfrom Run to the first output, medians of ${repetitions}, ms\n`);
for (const [name, { command, text }] of Object.entries(programs)) {
  writeFileSync(join(folder, name), text);
  await drop(page, [join(folder, name)]);
  await page.getByRole("treeitem", { name }).click();
  await page.getByRole("tab", { name, selected: true }).first().waitFor();
  await page.locator(".monaco-editor .view-lines").first().click();
  if (Object.keys(report).length === 0) await first(page);
  const [bare, room]: [number[], number[]] = [[], []];
  for (let nth = -2; nth < repetitions; nth++) {
    await quiet();
    const alone = await spoken(command, join(folder, name));
    await quiet();
    const shown = await pressed(page);
    if (nth < 0) continue; // caches are filled by two
    bare.push(alone);
    room.push(shown);
  }
  const [alone, shown] = [median(bare), median(room)];
  report[name] = { bareMs: bare, roomMs: room, median: { bare: alone, room: shown, over: shown - alone } };
  console.log(
    `${command.padEnd(16)} bare ${rounded(alone)}   in the room ${rounded(shown)} (+${rounded(shown - alone)})`,
  );
}
mkdirSync(`${repository}artifacts/bench`, { recursive: true });
writeFileSync(`${repository}artifacts/bench/web-runs.json`, `${JSON.stringify(report, undefined, 2)}\n`);
await browser.close();
await server.stop();
rmSync(folder, { recursive: true });
process.exit(0);

/** The first run of a room, in which one is asked what may leave it. */
async function first(page: Page): Promise<void> {
  await page.keyboard.press("Control+Shift+R");
  const asked = page.getByRole("dialog", { name: "The server reads what it runs" });
  await asked.getByRole("checkbox", { name: "Do not ask again in this room" }).click();
  await asked.getByRole("button", { name: "Run" }).click();
  await page.locator("[role=tabpanel]:not([hidden]) .xterm-rows", { hasText: "said" }).waitFor();
}

/** Milliseconds from the key to the frame in which the page has what the program said. Both are seen in the page. */
async function pressed(page: Page): Promise<number> {
  await page.evaluate(() => {
    const taken = new Promise<number>((resolve) => {
      const said = () =>
        document.querySelector("[role=tabpanel]:not([hidden]) .xterm-rows")?.textContent?.match(/said \S+ ?\S*/)?.[0];
      const before = said();
      let begun = 0;
      const press = ({ key }: KeyboardEvent) => {
        if (key.toLowerCase() === "r") begun = performance.now();
      };
      addEventListener("keydown", press, { capture: true });
      const observer = new MutationObserver(() => {
        const now = said();
        if (begun === 0 || now === undefined || now === before) return;
        observer.disconnect();
        removeEventListener("keydown", press, { capture: true });
        resolve(performance.now() - begun);
      });
      observer.observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
    });
    Object.assign(window, { taken });
  }); // the page looks before the key is pressed
  await page.keyboard.press("Control+Shift+R");
  const ms = await page.evaluate(() => (window as unknown as { taken: Promise<number> }).taken);
  await page.getByText("Exit code 0").filter({ visible: true }).waitFor();
  return ms;
}

/** What the page and the server still do for the run before is not measured with the next one. */
function quiet(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 700));
}

/** Milliseconds until the command says something, started without a shell. */
function spoken(command: string, file: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const begun = performance.now();
    const child = spawn(command, [file], { stdio: ["ignore", "pipe", "inherit"] });
    child.once("error", reject);
    let taken = 0;
    child.stdout.once("data", () => {
      taken = performance.now() - begun;
    });
    child.once("close", () => resolve(taken));
  });
}
