import type { Page } from "playwright-core";
import { beforeEach, expect, test } from "vitest";
import { RunStage } from "./room/RunStage.ts";

const stage = new RunStage();
let page: Page;
beforeEach(() => {
  page = stage.page;
});

test("the same program run again takes the tab and the terminal of its run before, and nothing that one still says or asks reaches it", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
  await stage.say("\u001b[31mfirst");
  await expect.poll(() => stage.shown()).toContain("first");
  const tab = await page.getByRole("tab", { name: "main.py", exact: false }).last().getAttribute("id");
  await page.evaluate(() => {
    const run = window.lab.company.hub.runs.newest;
    run.say("\u001b[?1049h");
    for (let nth = 0; nth < 12; nth++) run.say("x\r\n".repeat(5_000));
    run.say("\u001b[6n"); // on its way to the screen when the next one begins
    void window.lab.runs.run();
  });
  await page.waitForFunction(() => window.lab.company.hub.runs.runs.size === 2);
  await page.evaluate(() => {
    const [first, second] = [...window.lab.company.hub.runs.runs.values()];
    second!.begin();
    second!.say("second");
    first!.say("late\u001b[6n");
    first!.end({ exitCode: 7 });
  });
  await expect.poll(() => stage.shown()).toContain("second");
  const lines = (await stage.shown()).split("\n").map((line) => line.trim());
  expect(lines.filter(Boolean)).toEqual(["second"]);
  expect(await page.locator(`#${tab}`).innerText()).toContain("main.py");
  expect(await page.getByRole("tablist", { name: "Runs" }).getByRole("tab").count()).toBe(1);
  await page.locator(".xterm-helper-textarea").last().focus();
  await page.keyboard.type("x");
  await expect.poll(() => stage.typed()).toMatch(/x$/);
  expect(await stage.typed()).toBe("x");
  await page.waitForFunction(() => window.lab.bob.runs.view.get()[0]?.ended?.exitCode === 7); // its receipt is written all the same
  await page.getByRole("button", { name: "Runs of the room" }).click();
  await page.getByRole("menuitem", { name: "Exit code 7" }).click();
  await expect.poll(() => stage.shown()).toContain("late"); // and it can be looked at
  const tabs = page.getByRole("tablist", { name: "Runs" }).getByRole("tab");
  const ids = await tabs.evaluateAll((all) => all.map(({ id }) => id));
  expect(new Set(ids).size).toBe(2); // though the first was that one's before
}, 90_000);

test("a run that ends late, and is looked at meanwhile, has a tab beside the one that took its own", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => void window.lab.runs.run());
  await page.waitForFunction(() => window.lab.company.hub.runs.runs.size === 2);
  const fronts = await page.evaluate(async () => {
    const { runs, until } = window.lab;
    await until(() => runs.tabs.get()[0]?.live.id !== [...window.lab.company.hub.runs.runs.keys()][0], "it was taken");
    const second = runs.tabs.get()[0]!.live;
    runs.watch(window.lab.bob.runs.view.get()[0]!.id);
    return runs.tabs.get().map(({ live }) => live === second);
  });
  expect(fronts).toEqual([true, false]);
}, 90_000);

test("of several tabs of one program the one in front is taken, and what is run anew begins in the size that its terminal has by then", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => window.lab.company.hub.runs.newest.end({}));
  await page.locator("[role=tabpanel]:not([hidden])").getByRole("button", { name: "Receipt" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Run it again and compare" }).click();
  await page.waitForFunction(() => window.lab.company.hub.runs.runs.size === 2);
  await page.waitForFunction(() => window.lab.runs.tabs.get().length === 2);
  const before = await page.evaluate(() => window.lab.runs.size.columns);
  await page.setViewportSize({ width: 700, height: 640 });
  await page.waitForFunction((wide) => window.lab.runs.size.columns < wide, before);
  const lives = () => page.evaluate(() => window.lab.runs.tabs.get().map(({ live }) => live.id));
  const [first] = await lives();
  await page.evaluate(() => void window.lab.runs.run());
  await page.waitForFunction(() => window.lab.company.hub.runs.runs.size === 3);
  const newest = await page.evaluate(() => window.lab.company.hub.runs.newest.id);
  await expect.poll(lives).toEqual([first, newest]);
  expect(await page.evaluate(() => window.lab.company.hub.runs.newest.order.terminal!.columns)).toBeLessThan(before);
}, 90_000);

test("a run is repeated from its receipt with what it was run with, beside it, and said to be alike or not", async () => {
  await stage.inFront("main.py", "1");
  await page.evaluate(() => {
    window.lab.runs.give(window.lab.runs.entry!, { arguments: "one two" });
  });
  await stage.run();
  const ends = (said: string) =>
    page.evaluate((text) => {
      const run = window.lab.company.hub.runs.newest;
      const hash = Uint8Array.from({ length: 32 }, (_, nth) => text.charCodeAt(nth) || 0);
      run.begin();
      run.say(text);
      run.end({ saidHash: hash, saidBytes: text.length });
    }, said);
  const repeat = async (runs: number) => {
    await page.locator("[role=tabpanel]:not([hidden])").getByRole("button", { name: "Receipt" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Run it again and compare" }).click();
    await page.waitForFunction((many) => window.lab.company.hub.runs.runs.size === many, runs);
  };
  await ends("seven");
  await page.evaluate(async () => {
    window.lab.runs.give(window.lab.runs.entry!, { arguments: "" });
    window.lab.runs.change({ direct: false }); // what the form has now does not count
    await window.lab.make(["new.txt"]); // and it had no such file
  });
  await repeat(2);
  const order = () =>
    page.evaluate(() => {
      const { arguments: words, files, terminal } = window.lab.company.hub.runs.newest.order;
      return { words, paths: files.map(({ path }) => path), terminal: terminal !== undefined };
    });
  expect(await order()).toEqual({ words: ["one", "two"], paths: ["main.py"], terminal: true });
  expect(await page.getByRole("tablist", { name: "Runs" }).getByRole("tab").count()).toBe(2);
  await ends("seven");
  await page.getByText("it said the same as the run of").waitFor();
  await page.evaluate(async () => {
    const { lab } = window;
    const node = lab.bob.tree.view.get().find(({ name }) => name === "main.py")!;
    (await lab.opened(lab.bob, node.id)).text.insert(0, "2");
  });
  await repeat(3);
  await ends("eight");
  await page
    .getByText("it said something else than the run of")
    .filter({ hasText: "which was with other files (main.py)" })
    .waitFor();
  await page.locator("[role=tabpanel]:not([hidden])").getByRole("button", { name: "Receipt" }).click();
  const others = page.getByRole("dialog").getByRole("listitem");
  await others
    .filter({ hasText: "with other files (main.py); it said something else (Exit code 0)" })
    .first()
    .waitFor();
  expect(await others.filter({ hasText: "with other files" }).count()).toBe(2);
}, 90_000);

test("a program that has said as much as it may says so where it stands", async () => {
  await stage.inFront("main.py", "1");
  await stage.run();
  await page.evaluate(() => {
    const run = window.lab.company.hub.runs.newest;
    run.begin();
    for (let nth = 0; nth < 16; nth++) run.say("x".repeat(64 * 1024));
  });
  await expect.poll(() => stage.shown(), { timeout: 20_000 }).toContain("what follows is left out");
  await page.getByText("it has said 1.0 MB, the most: what follows is left out").waitFor();
}, 90_000);
