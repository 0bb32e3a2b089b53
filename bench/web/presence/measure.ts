import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Browser, CDPSession, Page } from "playwright-core";
import { launchBrowser } from "../../../tests/support/browser.ts";
import { Server } from "../../../tests/support/Server.ts";
import { Walker } from "./Walker.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url)); // from artifacts/bench, where this is bundled to
const { values } = parseArgs({
  options: {
    people: { type: "string", default: "50" },
    rate: { type: "string", default: "20" },
    traces: { type: "string", default: "5" },
    seconds: { type: "string", default: "10" },
    typing: { type: "boolean", default: false },
    picture: { type: "string" },
    dark: { type: "boolean", default: false },
    width: { type: "string", default: "1280" },
  },
});
const [people, rate, traces, seconds] = [values.people, values.rate, values.traces, values.seconds].map(Number) as [
  number,
  number,
  number,
  number,
];
const lines = 60;

interface Trace {
  readonly p50: number;
  readonly p95: number;
  readonly most: number;
  /** Of the page's main thread and of this process, ms in a second. */
  readonly page: number;
  readonly senders: number;
}

const browser = await launchBrowser();
const empty = await emptyPage();
const server = await Server.start({ args: ["--web", `${repository}clients/web/dist`] });
const context = await browser.newContext({
  viewport: { width: Number(values.width), height: 800 },
  colorScheme: values.dark ? "dark" : "light",
});
const page = await context.newPage();
const cdp = await context.newCDPSession(page);
await cdp.send("Performance.enable", { timeDomain: "threadTicks" }); // of the processor: other work on the machine does not count
const link = await roomWithText(page);
const walkers: Walker[] = [];
for (let nth = 0; nth < people; nth++) walkers.push(await Walker.join(link, nameOf(nth), nth / people));
console.error(`${walkers.length} people are in`);

const still = await trace(page, cdp, seconds);
const timers = walkers.map((walker, nth) => {
  let timer: NodeJS.Timeout;
  const begin = setTimeout(
    () => {
      timer = setInterval(() => walker.move(values.typing), 1_000 / rate);
    },
    (nth * 1_000) / rate / people,
  );
  return () => {
    clearTimeout(begin);
    clearInterval(timer);
  };
});
await page.waitForTimeout(2_000);
const [moving, floor]: [Trace[], Trace[]] = [[], []];
for (let nth = 0; nth < traces; nth++) {
  moving.push(await trace(page, cdp, seconds));
  floor.push(await trace(empty.page, empty.cdp, seconds));
}
const carets = await page.locator(".peer-caret").count();
if (values.picture) await page.screenshot({ path: values.picture });
for (const stop of timers) stop();

const middle = (of: (trace: Trace) => number, traces = moving) => rounded(median(traces.map(of)));
const result = {
  people,
  movesPerSecond: rate,
  typing: values.typing,
  traces,
  secondsEach: seconds,
  caretsInView: carets,
  frameMs: { p50: middle(({ p50 }) => p50), p95: middle(({ p95 }) => p95), most: middle(({ most }) => most) },
  mostOfAllMs: rounded(Math.max(...moving.map(({ most }) => most))),
  emptyPageFrameMs: { p95: middle(({ p95 }) => p95, floor), most: middle(({ most }) => most, floor) },
  pageMsPerSecond: { still: rounded(still.page), moving: middle((each) => each.page) },
  pagePerCaretMsPerSecond: rounded((median(moving.map((each) => each.page)) - still.page) / people),
  senderMsPerSecond: rounded((median(moving.map((each) => each.senders)) - still.senders) / people),
  each: moving,
};
mkdirSync(`${repository}artifacts/bench`, { recursive: true });
writeFileSync(`${repository}artifacts/bench/presence.json`, `${JSON.stringify(result, undefined, 2)}\n`);
console.log(
  `${people} people, ${rate} moves a second each, ${carets} carets in view; median of ${traces} traces of ${seconds} s`,
);
const { frameMs, emptyPageFrameMs, pageMsPerSecond } = result;
console.log(
  `frame, ms             p50 ${frameMs.p50}   p95 ${frameMs.p95}   most ${frameMs.most}   (of all traces ${result.mostOfAllMs})`,
);
console.log(`an empty page's, ms              p95 ${emptyPageFrameMs.p95}   most ${emptyPageFrameMs.most}`);
console.log(`page, ms/s            still ${pageMsPerSecond.still}   moving ${pageMsPerSecond.moving}`);
console.log(`page per caret, ms/s  ${result.pagePerCaretMsPerSecond}`);
console.log(`sender, ms/s          ${result.senderMsPerSecond}`);

for (const walker of walkers) walker.leave();
await browser.close();
await empty.browser.close();
await server.stop();
process.exit(0);

/** Makes a room in the page, with one file of text in it. @returns the link for editors */
async function roomWithText(page: Page): Promise<string> {
  const url = `http://localhost:${server.port}`;
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
  await page.goto(url);
  await page.getByRole("button", { name: "New room" }).click();
  await page.getByRole("textbox", { name: "Room name" }).fill("Crowd");
  await page.getByRole("textbox", { name: "Your name" }).fill("Ada");
  await page.getByRole("button", { name: "Create" }).click();
  await page.locator(".monaco-editor .view-line").first().waitFor();
  const text = Array.from({ length: lines }, (_, nth) => `const value${nth} = compute(${nth}, "a string");`).join("\n");
  await page.locator(".monaco-editor .view-lines").first().click();
  await page.keyboard.press("Control+A");
  await page.evaluate((copied) => navigator.clipboard.writeText(copied), text);
  await page.keyboard.press("Control+V");
  await page.keyboard.press("Control+Home");
  await page.getByRole("button", { name: "Copy link" }).click();
  const share = page.getByRole("dialog").filter({ hasText: "Copied" });
  await share.getByText("Editor", { exact: true }).click();
  const shown = await share.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  return shown;
}

/** In a browser of its own, on the same machine at the same time: how long a frame takes there that has nothing in it. */
async function emptyPage(): Promise<{ browser: Browser; page: Page; cdp: CDPSession }> {
  const browser = await launchBrowser();
  const page = await browser.newPage();
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  return { browser, page, cdp };
}

async function trace(page: Page, cdp: CDPSession, seconds: number): Promise<Trace> {
  const [busy, used] = [await busySeconds(cdp), process.cpuUsage()];
  const begun = performance.now();
  const frames = await page.evaluate(
    (ms) =>
      new Promise<number[]>((resolve) => {
        const times: number[] = [];
        const begun = performance.now();
        let last: number | undefined;
        const frame = (now: number) => {
          if (last !== undefined) times.push(now - last);
          last = now;
          if (now - begun < ms) requestAnimationFrame(frame);
          else resolve(times);
        };
        requestAnimationFrame(frame);
      }),
    seconds * 1_000,
  );
  const passed = (performance.now() - begun) / 1_000;
  const { user, system } = process.cpuUsage(used);
  frames.sort((a, b) => a - b);
  const at = (share: number) => frames[Math.min(frames.length - 1, Math.floor(frames.length * share))] ?? 0;
  return {
    p50: at(0.5),
    p95: at(0.95),
    most: at(1),
    page: (((await busySeconds(cdp)) - busy) * 1_000) / passed,
    senders: (user + system) / 1_000 / passed,
  };
}

async function busySeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? 0;
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function rounded(value: number): number {
  return Math.round(value * 100) / 100;
}

function nameOf(nth: number): string {
  const first = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Finn", "Gus", "Hana", "Ivo", "Jo"];
  const last = ["Abel", "Berg", "Cruz", "Diaz", "Eco"];
  return `${first[nth % first.length]} ${last[Math.floor(nth / first.length) % last.length]}`;
}
