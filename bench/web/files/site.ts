import type { Browser, BrowserContext, CDPSession, Page } from "playwright-core";

/** Where is measured: a browser, and a server with its operator's key. */
export interface Site {
  readonly browser: Browser;
  readonly url: string;
  readonly adminKey: string;
  readonly repository: string;
}

/** A page of a browser profile of its own, in a permanent room that it has made. */
export async function roomOf({ browser, url, adminKey }: Site, title: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(600_000);
  await context.grantPermissions(["clipboard-read", "clipboard-write"], { origin: url });
  const page = await context.newPage();
  await page.goto(url);
  await page.getByRole("button", { name: "New room" }).click();
  await page.getByRole("textbox", { name: "Room name" }).fill(title);
  await page.getByRole("textbox", { name: "Your name" }).fill("Ada");
  await page.getByText("Permanent", { exact: false }).first().click();
  await page.getByLabel(/admin key/i).fill(adminKey);
  await page.getByRole("button", { name: "Create" }).click();
  await page.locator(".monaco-editor .view-line").first().waitFor();
  return page;
}

/** The link for editors. */
export async function linkOf(page: Page): Promise<string> {
  await page.getByRole("button", { name: "Copy link" }).click();
  const share = page.getByRole("dialog").filter({ hasText: "Copied" });
  await share.getByText("Editor", { exact: true }).click();
  const link = await share.getByRole("textbox", { name: "Link" }).inputValue();
  await page.keyboard.press("Escape");
  return link;
}

/** Lets files of the disk go over the files of a room, as a hand does. */
export async function drop(page: Page, paths: readonly string[]): Promise<void> {
  const box = (await page.getByRole("tree").boundingBox())!;
  const cdp = await page.context().newCDPSession(page);
  const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 300)];
  const data = { items: [], files: [...paths], dragOperationsMask: 1 };
  for (const type of ["dragEnter", "dragOver", "drop"] as const)
    await cdp.send("Input.dispatchDragEvent", { type, x, y, data });
  await cdp.detach();
}

export interface Watched<T> {
  readonly value: T;
  readonly seconds: number;
  /** Of the page's JavaScript: most while it ran, and after it and a collection, MB. */
  readonly mostHeap: number;
  readonly heapAfter: number;
  /** Tasks of the page's own thread that took more than 50 ms, as its browser tells them: the longest one and all together, ms, and how many took more than 100. */
  readonly longestTask: number;
  readonly longTasks: number;
  readonly tasksOver100: number;
}

/** Does something on a page and watches how it fares meanwhile. */
export async function watch<T>(page: Page, work: () => Promise<T>): Promise<Watched<T>> {
  const cdp = await page.context().newCDPSession(page);
  await cdp.send("Performance.enable");
  await page.evaluate(() => {
    const long: number[] = [];
    const observer = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) long.push(duration);
    });
    observer.observe({ type: "longtask" });
    Object.assign(window, {
      tasks: () => {
        for (const { duration } of observer.takeRecords()) long.push(duration);
        observer.disconnect();
        return long;
      },
    });
  });
  let mostHeap = 0;
  const look = setInterval(async () => {
    mostHeap = Math.max(mostHeap, await heapOf(cdp).catch(() => 0));
  }, 250);
  const begun = performance.now();
  const value = await work();
  const seconds = (performance.now() - begun) / 1_000;
  clearInterval(look);
  const long = await page.evaluate(() => (window as unknown as { tasks(): number[] }).tasks());
  await cdp.send("HeapProfiler.collectGarbage");
  const heapAfter = await heapOf(cdp);
  await cdp.detach();
  return {
    ...{ value, seconds: rounded(seconds), mostHeap: rounded(mostHeap), heapAfter: rounded(heapAfter) },
    longestTask: Math.round(Math.max(0, ...long)),
    longTasks: Math.round(long.reduce((sum, ms) => sum + ms, 0)),
    tasksOver100: long.filter((ms) => ms > 100).length,
  };
}

/** A profile that knows nothing: no cache, no keys. */
export async function stranger({ browser }: Pick<Site, "browser">): Promise<{ context: BrowserContext; page: Page }> {
  const context = await browser.newContext({ viewport: { width: 1280, height: 800 } });
  context.setDefaultTimeout(120_000);
  return { context, page: await context.newPage() };
}

export function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}

export function rounded(value: number): number {
  return Math.round(value * 10) / 10;
}

async function heapOf(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return (metrics.find(({ name }) => name === "JSHeapUsedSize")?.value ?? 0) / 1_000_000;
}
