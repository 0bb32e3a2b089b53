import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type {} from "./room/lab.tsx";
import { Site } from "./Site.ts";

/** What a run complains of, in Chromium: marks in the text, a list, and links in the terminal; what the server would say the test says. */
let site: Site;
let page: Page;
let thrown: string[];

const python = { id: "python", name: "Python", extensions: [".py"], file: "main.py", installed: true, memoryMB: 128 };
const program = "import util\n\n\nprint(util.half('ten'))\n";
const library = "def half(x):\n    return x / 2\n";
const traceback =
  'Traceback (most recent call last):\r\n  File "/box/main.py", line 4, in <module>\r\n    print(util.half("ten"))\r\n' +
  '  File "/box/util.py", line 2, in half\r\n    return x / 2\r\nTypeError: no number\r\n';

beforeAll(async () => {
  site = await Site.open();
}, 60_000);

afterAll(() => site?.close());

beforeEach(async () => {
  page = await site.browser.newPage({ viewport: { width: 1000, height: 640 } });
  thrown = [];
  page.on("pageerror", (error) => thrown.push(error.message));
  await page.route("**/run", (route) => route.fulfill({ json: { languages: [{ ...python, arguments: true }] } }));
  await page.goto(`${site.url}tests/room/lab.html`, { waitUntil: "commit" });
  await page.waitForFunction(() => window.lab !== undefined, undefined, { timeout: 120_000 });
  await page.evaluate(
    async ([main, util]) => {
      const { lab } = window;
      const [mainId, utilId] = await lab.make(["main.py", "util.py"]);
      (await lab.opened(lab.bob, utilId!)).text.insert(0, util!);
      (await lab.opened(lab.bob, mainId!)).text.insert(0, main!);
      await lab.front(mainId!);
    },
    [program, library],
  );
}, 150_000);

afterEach(async () => {
  await page.close();
  expect(thrown).toEqual([]);
});

/** Bob runs his program, and the server begins it. */
async function run(nth: number): Promise<void> {
  await page.keyboard.press("Control+Shift+R");
  if (nth === 1) await page.getByRole("dialog").getByRole("button", { name: "Run" }).click();
  await begun(nth);
}

async function begun(nth: number): Promise<void> {
  await page.waitForFunction((count) => window.lab.company.hub.runs.runs.size === count, nth);
  await page.evaluate(() => window.lab.company.hub.runs.newest.begin());
}

const say = (text: string) => page.evaluate((what) => window.lab.company.hub.runs.newest.say(what), text);
const compilerSays = (text: string) =>
  page.evaluate(
    (what) => window.lab.company.hub.runs.newest.tell({ kind: 3, bytes: new TextEncoder().encode(what) }),
    text,
  );
const shown = () => page.locator("[role=tabpanel]:not([hidden]) .xterm-rows").innerText();
/** The first letters of each text under a mark, in the text in front: what is really drawn there. */
const marks = () =>
  page.evaluate(() => {
    const model = window.lab.inFront!.getModel()! as import("monaco-editor").editor.ITextModel;
    return model
      .getAllDecorations()
      .filter(({ options }) => /squiggly/.test(options.className ?? ""))
      .map(
        ({ options, range }) =>
          `${/squiggly-(\w+)/.exec(options.className!)![1]} ${range.startLineNumber} ${model.getValueInRange(range)}`,
      );
  });
const caret = () =>
  page.evaluate(() => {
    const { inFront } = window.lab;
    return [
      inFront?.getRawOptions().ariaLabel?.split(". ")[0],
      inFront?.getPosition()?.lineNumber,
      inFront?.hasTextFocus(),
    ];
  });

test("a problem is marked where it is, moves with the text, and goes with the next run or the tab", async () => {
  await run(1);
  await compilerSays("main.py:1:8: warning: not needed\nmain.py:99: error: past the end\n");
  await expect.poll(marks).toEqual(["warning 1 util", "error 5 "]);
  await say(traceback);
  await page.getByRole("button", { name: "error 3 problems" }).waitFor();
  await page.evaluate(() => window.lab.desk.open(window.lab.nodes.find(({ name }) => name === "util.py")!.id));
  await expect.poll(marks).toEqual(["error 2 return x / 2"]);
  await page.evaluate(async () => {
    const { lab } = window;
    (await lab.opened(lab.ada, lab.nodes.find(({ name }) => name === "util.py")!.id)).text.insert(0, "# one\n");
  });
  await expect.poll(marks).toEqual(["error 3 return x / 2"]);
  await page.evaluate(() => window.lab.desk.open(window.lab.nodes.find(({ name }) => name === "main.py")!.id));
  await expect.poll(marks).toEqual(["warning 1 util", "error 5 "]);
  await run(2);
  await expect.poll(marks).toEqual([]);
  await say("main.py:4:7: error: again\r\n");
  await expect.poll(marks).toEqual(["error 4 util"]);
  await page.evaluate(() => window.lab.runs.close(window.lab.runs.front.get()!));
  await expect.poll(marks).toEqual([]);
}, 90_000);

test("the list of problems opens the file at the place, by keyboard alone", async () => {
  await run(1);
  await say(traceback);
  await say('  File "/usr/lib/python3.11/json/decoder.py", line 1, in x\r\nKeyError: elsewhere\r\n');
  const button = page.getByRole("button", { name: "error 1 problem" });
  await button.focus();
  await page.keyboard.press("Enter");
  const item = page.getByRole("menu", { name: "error 1 problem" }).getByRole("menuitem");
  await item.getByText("TypeError: no number").waitFor();
  await item.getByText("util.py:2").waitFor();
  await page.keyboard.press("Escape");
  await item.waitFor({ state: "detached" });
  await page.keyboard.press("Enter"); // the keyboard is on the button again
  await item.waitFor();
  await expect
    .poll(async () => {
      await page.keyboard.press("ArrowDown"); // the list is there a moment before it has the keyboard
      return await item.evaluate((one) => one === document.activeElement);
    })
    .toBe(true);
  await page.keyboard.press("Enter");
  await expect.poll(caret).toEqual(["util.py", 2, true]);
}, 90_000);

test("a place in the terminal is a link where it names a file of the room, also across its lines", async () => {
  await run(1);
  const wide = await page.evaluate(() => window.lab.runs.size.columns);
  await say('File "/box/util.py", line 2\r\n/etc/main.py:3 none.py:3\r\n');
  await say(`${"漢".repeat(5)}${" ".repeat(wide - 14)}./main.py:4:7: here\r\n`);
  await expect.poll(shown).toContain("here");
  const cells = page.locator("[role=tabpanel]:not([hidden]) .xterm-screen");
  const box = (await cells.boundingBox())!;
  const rowHeight = (await page.locator("[role=tabpanel]:not([hidden]) .xterm-rows > div").first().boundingBox())!
    .height;
  const point = async (row: number, column: number) => {
    await page.mouse.move(box.x + 1, box.y + rowHeight * 8);
    await page.mouse.move(box.x + (box.width / wide) * (column + 0.5), box.y + rowHeight * (row + 0.5), { steps: 3 });
  };
  const tip = () =>
    page
      .locator("[title^='Open ']")
      .getAttribute("title", { timeout: 1_000 })
      .catch(() => undefined);
  await point(0, 8);
  await expect.poll(tip).toBe("Open util.py, line 2");
  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(caret).toEqual(["util.py", 2, true]);
  await point(1, 6);
  await expect.poll(tip).toBe(undefined);
  await point(3, 1);
  await expect.poll(tip).toBe("Open main.py, line 4");
  await page.mouse.down();
  await page.mouse.up();
  await expect.poll(caret).toEqual(["main.py", 4, true]);
}, 90_000);

test("what ran last runs again on save where that is wanted, and the keyboard stays in the text", async () => {
  await run(1);
  const saves = async (file: string) => {
    await page.evaluate((called) => window.lab.front(window.lab.nodes.find(({ name }) => name === called)!.id), file);
    await page.locator(".monaco-editor .view-lines:visible").first().click();
    await page.keyboard.press("Control+S");
  };
  await saves("util.py");
  await page.getByRole("button", { name: "What to run, and how" }).click();
  await page.getByRole("switch", { name: "Run again on save" }).click();
  await saves("util.py");
  await begun(2);
  expect(await page.evaluate(() => window.lab.company.hub.runs.newest.order.entry)).toBe("main.py");
  await say("ready");
  await expect.poll(shown).toContain("ready");
  expect(await caret()).toEqual(["util.py", expect.any(Number), true]);
  await page.evaluate(() => window.lab.make(["later.py"]));
  await saves("later.py"); // it was in no run
  await saves("main.py");
  await begun(3);
  await page.reload();
  await page.waitForFunction(() => window.lab !== undefined);
}, 90_000);
