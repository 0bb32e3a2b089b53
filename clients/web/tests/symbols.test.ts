import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Site } from "./Site.ts";
import type {} from "./symbols/lab.ts";

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

const samples: Readonly<Record<string, readonly [text: string, symbols: readonly string[]]>> = {
  "a.ts": [
    `export abstract class Ship<T> extends Boat {
  #depth = 1;
  readonly sail = () => 1;
  constructor(private readonly name: string) { super(); }
  static async moor() { function inner() {} const local = 2; }
  abstract sink(): void;
  get ["speed"]() { return 1; }
}
interface Crew { names: string[]; board(): void }
enum Wind { North, South = 2 }
type Port = { key: string };
namespace Sea.Bed { export const deep = 1; }
const harbour = { open() {}, close: () => 1, ships: 2 };
module.exports.zap = function () {};
export function over(a: string): void;
export function over(a: unknown) {}`,
    [
      "1:23 class Ship",
      "2:3 property Ship.#depth",
      "3:12 method Ship.sail",
      "4:3 method Ship.constructor",
      "5:16 method Ship.moor",
      "5:34 function moor.inner",
      "6:12 method Ship.sink",
      '7:7 method Ship.["speed"]',
      "9:11 interface Crew",
      "9:18 property Crew.names",
      "9:35 method Crew.board",
      "10:6 enum Wind",
      "10:13 member Wind.North",
      "10:20 member Wind.South",
      "11:6 type Port",
      "12:11 module Sea.Bed",
      "12:34 variable Sea.Bed.deep",
      "13:7 variable harbour",
      "13:19 method harbour.open",
      "13:30 method harbour.close",
      "14:16 method module.exports.zap",
      "15:17 function over",
      "16:17 function over",
    ],
  ],
  "a.tsx": [
    "export function Row({ at }: Props) { return <li onClick={() => <b>{at}</b>}>a</li>; }\nconst Two = () => <i />;",
    ["1:17 function Row", "2:7 function Two"],
  ],
  "a.mjs": [
    `export default class Ship { #x = 1; sail = () => 1; *crew() {} 'a b'() {} }
function* gen() { const inner = () => <b />; let local = 1; }
var old = 1; export const made = function () {};
Ship.prototype.sink = function () {};`,
    [
      "1:22 class Ship",
      "1:29 property Ship.#x",
      "1:37 method Ship.sail",
      "1:54 method Ship.crew",
      "1:64 method Ship.'a b'",
      "2:11 function gen",
      "2:25 function gen.inner",
      "3:5 variable old",
      "3:27 function made",
      "4:16 method Ship.prototype.sink",
    ],
  ],
  "a.py": [
    `@tagged
class Ship(Boat):
    """A ship."""
    speed: int = 1
    @property
    def name(self): return 1
    async def sail(self):
        def inner(): pass
        local = 1
    class Deck:
        def scrub(self): pass
PORT = 1
if PORT:
    def late(): pass
type Wind = int`,
    [
      "2:7 class Ship",
      "4:5 property Ship.speed",
      "6:9 method Ship.name",
      "7:15 method Ship.sail",
      "8:13 function sail.inner",
      "10:11 class Ship.Deck",
      "11:13 method Deck.scrub",
      "12:1 variable PORT",
      "14:9 function late",
      "15:6 type Wind",
    ],
  ],
  "a.c": [
    `#define MOST 3
#define TWICE(x) ((x) * 2)
typedef struct { int x; } point;
struct ship { char *name; struct { int inner; } deck; };
enum wind { NORTH, SOUTH = 2 };
static int count = 0;
int proto(int a);
char **names(void) { int local; return 0; }
typedef int (*callback)(int);`,
    [
      "1:9 macro MOST",
      "2:9 macro TWICE",
      "3:27 type point",
      "3:22 property point.x",
      "4:8 struct ship",
      "4:21 property ship.name",
      "4:49 property ship.deck",
      "4:40 property deck.inner",
      "5:6 enum wind",
      "5:13 member wind.NORTH",
      "5:20 member wind.SOUTH",
      "6:12 variable count",
      "7:5 function proto",
      "8:8 function names",
      "9:15 type callback",
    ],
  ],
  "a.cpp": [
    `#ifndef SHIP_H
#define SHIP_H
namespace sea { class Ship : public Boat { public: explicit Ship(int x); ~Ship(); virtual void sail() const = 0; int &depth(); Ship &operator=(const Ship &); int *crew, count = 1; enum class Wind { North }; }; }
void sea::Ship::sail() const {}
Ship::~Ship() {}
template <class T> T *Box<T>::get() { return 0; }
template <class T> concept Floats = true;
using Port = int;
union Either { int a; };
extern "C" { void plain(void); }
int main() { Ship local(1); return 0; }
int most = 1;
#endif`,
    [
      "3:11 module sea",
      "3:23 class sea.Ship",
      "3:61 method Ship.Ship",
      "3:74 method Ship.~Ship",
      "3:96 method Ship.sail",
      "3:119 method Ship.depth",
      "3:134 method Ship.operator=",
      "3:164 property Ship.crew",
      "3:170 property Ship.count",
      "3:192 enum Ship.Wind",
      "3:199 member Wind.North",
      "4:17 method Ship.sail",
      "5:7 method Ship.~Ship",
      "6:31 method Box.get",
      "7:28 type Floats",
      "8:7 type Port",
      "9:7 struct Either",
      "9:20 property Either.a",
      "10:19 function plain",
      "11:5 function main",
      "12:5 variable most",
    ],
  ],
  "a.go": [
    `package sea
type Ship struct { Name, Port string; *Boat }
type Sailor interface { Sail() error }
type Wind func(int) int
const ( North = iota; South )
var a, b = 1, 2
func (s *Ship) Sail() error { const local = 1; return nil }
func (b Box[T]) Get() {}
func main() { inner := func() {} }`,
    [
      "2:6 struct Ship",
      "2:20 property Ship.Name",
      "2:26 property Ship.Port",
      "3:6 interface Sailor",
      "3:25 method Sailor.Sail",
      "4:6 type Wind",
      "5:9 constant North",
      "5:23 constant South",
      "6:5 variable a",
      "6:8 variable b",
      "7:16 method Ship.Sail",
      "8:17 method Box.Get",
      "9:6 function main",
    ],
  ],
  "a.rs": [
    `pub struct Ship<T> { name: T }
enum Wind { North, South(i32) }
trait Sail { fn sail(&self); const MOST: i32; }
impl<T> Ship<T> { pub fn new() -> Self { fn inner() {} } }
impl Sail for Boat { fn sail(&self) {} }
mod sea { pub fn deep() {} }
macro_rules! all { () => {} }
static COUNT: i32 = 2;
type Port = i32;
async fn r#try() {}`,
    [
      "1:12 struct Ship",
      "1:22 property Ship.name",
      "2:6 enum Wind",
      "2:13 member Wind.North",
      "2:20 member Wind.South",
      "3:7 interface Sail",
      "3:17 method Sail.sail",
      "3:36 constant Sail.MOST",
      "4:26 method Ship.new",
      "4:45 function new.inner",
      "5:25 method Boat.sail",
      "6:5 module sea",
      "6:18 function sea.deep",
      "7:14 macro all",
      "8:8 variable COUNT",
      "9:6 type Port",
      "10:10 function r#try",
    ],
  ],
  "A.java": [
    `package sea;
public class Ship<T> extends Boat { private int x = 1, y; Ship() {} <R> R sail(int a) { class Local {} return null; } class Deck { void scrub() {} } }
enum Wind { NORTH, SOUTH { void blow() {} }; }
interface Sail { int MOST = 1; void hoist(); }
record Port(int a) { Port { } }
@interface Tag { String value(); }`,
    [
      "2:14 class Ship",
      "2:49 property Ship.x",
      "2:56 property Ship.y",
      "2:59 method Ship.Ship",
      "2:75 method Ship.sail",
      "2:95 class sail.Local",
      "2:125 class Ship.Deck",
      "2:137 method Deck.scrub",
      "3:6 enum Wind",
      "3:13 member Wind.NORTH",
      "3:20 member Wind.SOUTH",
      "3:33 method SOUTH.blow",
      "4:11 interface Sail",
      "4:22 constant Sail.MOST",
      "4:37 method Sail.hoist",
      "5:8 class Port",
      "5:22 method Port.Port",
      "6:12 interface Tag",
      "6:25 method Tag.value",
    ],
  ],
  "a.cs": [
    `namespace Sea.Bed;
public partial class Ship<T> : Boat where T : new() { private int x, y; public const int Most = 1; public int Depth { get; set; } public Ship() {} async Task Sail() { int Local() => 1; } event Action Sunk; }
interface ISail { void Hoist(); }
record Port(int A);
struct Point { public int X; }
enum Wind { North, South = 2 }
delegate void Blow(int x);
namespace Other { class Inner { class Deeper { void Go() {} } } }`,
    [
      "1:11 module Sea.Bed",
      "2:22 class Ship",
      "2:67 property Ship.x",
      "2:70 property Ship.y",
      "2:90 constant Ship.Most",
      "2:111 property Ship.Depth",
      "2:138 method Ship.Ship",
      "2:159 method Ship.Sail",
      "2:172 function Sail.Local",
      "2:201 property Ship.Sunk",
      "3:11 interface ISail",
      "3:24 method ISail.Hoist",
      "4:8 class Port",
      "5:8 struct Point",
      "5:27 property Point.X",
      "6:6 enum Wind",
      "6:13 member Wind.North",
      "6:20 member Wind.South",
      "7:15 type Blow",
      "8:11 module Other",
      "8:25 class Other.Inner",
      "8:39 class Inner.Deeper",
      "8:53 method Deeper.Go",
    ],
  ],
};

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
      let [frames, longest, last] = [0, 0, performance.now()];
      const timer = setInterval(() => {
        frames++;
        longest = Math.max(longest, performance.now() - last);
        last = performance.now();
      }, 50);
      const begun = performance.now();
      const [slow, next] = await Promise.all([
        symbols.outline("a.cpp", `"'\`/`.repeat(250_000), symbols.impatient), // takes more than four
        symbols.outline("a.py", "class B: pass", symbols.impatient),
      ]);
      clearInterval(timer);
      return { slow, next, took: performance.now() - begun, frames, longest, workers: symbols.workers - before };
    });
    expect(seen).toMatchObject({ slow: "slow", next: { symbols: [{ name: "B" }] }, workers: 2 });
    expect(seen.took).toBeLessThan(20_000);
    expect(seen.frames).toBeGreaterThan(5);
    expect(seen.longest).toBeLessThan(2_000);
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
