import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Site } from "./Site.ts";
import type {} from "./symbols/lab.ts";
import { samples } from "./symbols/samples.ts";

/** The real grammars in the real worker, in Chromium. */
let site: Site;
let page: Page;

beforeAll(async () => {
  site = await Site.open();
  page = await site.browser.newPage();
  await page.goto(`${site.url}tests/symbols/lab.html`);
  await page.waitForFunction(() => window.symbols !== undefined, undefined, { timeout: 60_000 });
}, 120_000);

afterAll(() => site?.close());

const told = (name: string, text: string) =>
  page.evaluate(([name, text]) => window.symbols.told(name, text), [name, text] as const);

describe("the outline of a file", () => {
  test.each(Object.entries(samples))(
    "%s: kinds, names, what they stand in, and where",
    async (name, [text, symbols]) => {
      expect(await told(name, text)).toEqual(symbols);
    },
  );

  test.each(Object.keys(samples))(
    "%s: nothing in an empty file, and no fault with noise or half a file",
    async (name) => {
      expect(await told(name, "")).toEqual([]);
      expect(await told(name, " \r\n\t\n")).toEqual([]);
      const [text] = samples[name]!;
      for (const odd of [
        text.slice(0, text.length / 2),
        text.replaceAll("}", ""),
        text.replaceAll(" ", "\n"),
        ")]}>\0👩‍👩‍👧\ud800",
      ])
        expect(await told(name, odd)).toBeInstanceOf(Array);
    },
  );

  test("what is whole is found beside what is broken", async () => {
    expect(
      await told("a.ts", "class A { sail() { if ( } }\nfunction whole() {}\nconst = ;\nfunction last() {}"),
    ).toEqual(expect.arrayContaining(["1:7 class A", "2:10 function whole", "4:10 function last"]));
    expect(await told("a.py", "def one(:\n    pass\ndef two():\n    pass\n")).toContain("3:5 function two");
  });

  test("columns are UTF-16 units, and any line end ends a line, as in the editor", async () => {
    expect(await told("a.ts", "/* 😀é */ function f() {}\r\nclass 船 {}\rclass B {}\n/* 😀 */ class C {}")).toEqual([
      "1:20 function f",
      "2:7 class 船",
      "3:7 class B",
      "4:16 class C",
    ]);
  });

  test("names are cut, and symbols counted", async () => {
    const long = await page.evaluate(() => window.symbols.outline("a.ts", `function ${"f".repeat(5_000)}() {}`));
    expect(long).toMatchObject({ symbols: [{ name: `${"f".repeat(200)}…` }] });
    const many = Array.from({ length: 5_001 }, (_, nth) => `def f${nth}(): pass\n`).join("");
    const shape = (text: string) =>
      page.evaluate(async (text) => {
        const outlined = await window.symbols.outline("a.py", text);
        return typeof outlined === "object" ? [outlined.symbols.length, outlined.cut] : outlined;
      }, text);
    expect(await shape(many)).toEqual([5_000, true]);
    expect(await shape(many.slice(0, many.lastIndexOf("def")))).toEqual([5_000, false]);
  });

  test("other languages have none", async () => {
    const known = [
      "a.md",
      "a.txt",
      "a.rb",
      "a.css",
      "a.json",
      "Dockerfile",
      "constructor",
      "a.ts",
      "a.cts",
      "a.jsx",
      "a.hpp",
      "a.h",
    ];
    const has = await page.evaluate((names) => names.filter((name) => window.symbols.hasGrammar(name)), known);
    expect(has).toEqual(["a.ts", "a.cts", "a.jsx", "a.hpp", "a.h"]);
  });
});

describe("what a text may cost", () => {
  test("a text over the limit is not read", async () => {
    const workers = await page.evaluate(() => window.symbols.workers);
    expect(await told("a.ts", "a".repeat(1_000_001))).toBe("large");
    expect(await page.evaluate(() => window.symbols.workers)).toBe(workers);
  });

  test("one that takes too long is given up, the page runs on meanwhile, and the next has a new worker", async () => {
    expect(await told("a.ts", "class A {}")).toEqual(["1:7 class A"]);
    const seen = await page.evaluate(async () => {
      const { symbols } = window;
      const before = symbols.workers;
      let frames = 0;
      const timer = setInterval(() => {
        frames++;
      }, 50);
      const [slow, next] = await Promise.all([
        symbols.outline("a.cpp", `"'\`/`.repeat(250_000), symbols.impatient), // takes more than four
        symbols.outline("a.py", "class B: pass", symbols.impatient),
      ]);
      clearInterval(timer);
      return { slow, next, frames, workers: symbols.workers - before };
    });
    expect(seen).toMatchObject({ slow: "slow", next: { symbols: [{ name: "B" }] }, workers: 2 });
    expect(seen.frames).toBeGreaterThan(5); // in more than four seconds
  }, 60_000);

  test("one that needs more memory than the engine may have fails, and the next has a new worker", async () => {
    const seen = await page.evaluate(async () => {
      const { symbols } = window;
      const before = symbols.workers;
      const greedy = await symbols.told("a.ts", "a<".repeat(450_000));
      return { greedy, next: await symbols.told("a.ts", "class C {}"), workers: symbols.workers - before };
    });
    expect(seen).toEqual({ greedy: "failed", next: ["1:7 class C"], workers: 1 });
  }, 60_000);

  test("what the server does not give is said, and asked for again", async () => {
    const other = await site.browser.newPage();
    const asked: string[] = [];
    await other.route("**/*.wasm", (route) => {
      asked.push(route.request().url());
      return route.abort();
    });
    await other.goto(`${site.url}tests/symbols/lab.html`);
    await other.waitForFunction(() => window.symbols !== undefined, undefined, { timeout: 60_000 });
    expect(await other.evaluate(() => window.symbols.told("a.go", "func a() {}"))).toBe("unreachable");
    expect(new Set(asked).size).toBe(1);
    const many = await other.evaluate(async () => {
      for (let nth = 0; nth < 30; nth++) await window.symbols.write(`${nth}.go`, "package a");
      const { symbols, left } = await window.symbols.read();
      return { found: symbols.length, left, asked: window.symbols.outlined.length };
    });
    expect(many).toMatchObject({ found: 0, left: 30 });
    expect(many.asked).toBeLessThan(20); // not once for each of them
    await other.unroute("**/*.wasm");
    expect(await other.evaluate(async () => (await window.symbols.read()).left)).toBe(0);
    expect(await other.evaluate(() => window.symbols.told("a.go", "package a\nfunc a() {}"))).toEqual([
      "2:6 function a",
    ]);
    await other.close();
  }, 60_000);

  test("what is closed answers nothing, and can be asked again", async () => {
    const answers = await page.evaluate(async () => {
      const { outliner } = window.symbols;
      const asked = [outliner.outline("go", "package a"), outliner.outline("go", "package b")];
      outliner.close();
      return [...(await Promise.all(asked)), await window.symbols.told("a.go", "package a\nfunc a() {}")];
    });
    expect(answers).toEqual([undefined, undefined, ["2:6 function a"]]);
  });
});

describe("the symbols of a room", () => {
  test("are those of all files that have any; only what changed is outlined again, and what is gone is forgotten", async () => {
    const seen = await page.evaluate(async () => {
      const { symbols } = window;
      const names = async () => (await symbols.read()).symbols.map(({ name }) => name);
      const ts = await symbols.write("b.ts", "export class Ship {}");
      await symbols.write("a.py", "def sail(): pass");
      await symbols.write("c.md", "# Ship");
      await symbols.write("d.ts", "x".repeat(1_000_001));
      const first = await names();
      const texts = symbols.outlined.splice(0).length;
      const again = await names();
      const textsAgain = symbols.outlined.splice(0).length;
      const file = await symbols.opened(symbols.ada, ts);
      file.text.insert(0, "export class Boat {}\n");
      await symbols.saved(symbols.ada);
      const changed = await names();
      const textsChanged = symbols.outlined.splice(0);
      await symbols.ada.tree.delete(ts);
      await symbols.until(() => symbols.bob.tree.view.get().every(({ id }) => id !== ts), "Bob sees that it is gone");
      const gone = await symbols.read();
      return {
        first,
        texts,
        again,
        textsAgain,
        changed,
        textsChanged,
        gone: gone.symbols.map(({ name }) => name),
        left: gone.left,
        open: symbols.files.open,
      };
    });
    expect(seen).toEqual({
      first: ["sail", "Ship"],
      texts: 3,
      again: ["sail", "Ship"],
      textsAgain: 0,
      changed: ["sail", "Boat", "Ship"],
      textsChanged: ["export class Boat {}\nexport class Ship {}"],
      gone: ["sail"],
      left: 1,
      open: 0,
    });
  }, 60_000);

  test("are told while they are read, with how far that is; who stops it opens no more files", async () => {
    const seen = await page.evaluate(async () => {
      const { symbols } = window;
      for (let nth = 0; nth < 30; nth++) await symbols.write(`many${nth}.py`, `def many${nth}(): pass`);
      const said: string[] = [];
      const stop = symbols.index.view.subscribe(() => {
        const { reading } = symbols.index.view.get();
        if (reading) said.push(`${reading.read < reading.total} of ${reading.total}`);
      });
      const before = symbols.files.opened;
      const end = symbols.begin();
      end();
      await new Promise((resolve) => setTimeout(resolve, 500));
      const { open } = symbols.files;
      const opened = symbols.files.opened - before;
      const { reading } = symbols.index.view.get();
      const whole = await symbols.read();
      stop();
      const { most } = symbols.files;
      const found = whole.symbols.filter(({ name }) => name.startsWith("many")).length;
      return { said, open, opened, reading, most, found };
    });
    expect(seen.said[0]).toMatch(/^true of 3\d$/);
    expect(seen).toMatchObject({ open: 0, opened: 8, most: 8, found: 30 });
    expect(seen.reading).toBeUndefined();
  }, 60_000);
});
