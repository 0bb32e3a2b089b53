import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { readBundle } from "../worker/bundle.ts";
import { headersOf } from "../worker/headers.ts";
import { elsewhereOf, leadingOutOf, makePage, readPage } from "../worker/page.ts";

/** What the worker that keeps a version reads of a server, which is to be told apart from what it should be. */

const a = "a".repeat(64);
const b = "b".repeat(64);
const read = (text: string) => readBundle(new TextEncoder().encode(text));

describe("a list of files", () => {
  test("Y1, Y2: is read wholly, and its hash is the id", async () => {
    const text = `coterie-bundle 1\n${a} 12 assets/x-1.js\n${b} 0 index.html\n`;
    const bundle = await read(text);
    expect([...bundle!.files.values()]).toEqual([
      { path: "assets/x-1.js", size: 12, hash: a },
      { path: "index.html", size: 0, hash: b },
    ]);
    expect(bundle!.id).toBe(createHash("sha256").update(text).digest("hex"));
  });

  test.each([
    "",
    "coterie-bundle 2\n",
    "coterie-bundle 1",
    `coterie-bundle 1\n${a} 1 x`,
    `coterie-bundle 1\n${a} 1 x\n\n`,
    `coterie-bundle 1\r\n${a} 1 x\r\n`,
    `coterie-bundle 1\n${a} 1  x\n`,
    `coterie-bundle 1\n${a} 01 x\n`,
    `coterie-bundle 1\n${a} -1 x\n`,
    `coterie-bundle 1\n${a} 33554433 x\n`,
    `coterie-bundle 1\n${a.slice(1)} 1 x\n`,
    `coterie-bundle 1\n${a.toUpperCase()} 1 x\n`,
    `coterie-bundle 1\n${a} 1 ../x\n`,
    `coterie-bundle 1\n${a} 1 /x\n`,
    `coterie-bundle 1\n${a} 1 x/\n`,
    `coterie-bundle 1\n${a} 1 .vite/x\n`,
    `coterie-bundle 1\n${a} 1 x%2e\n`,
    `coterie-bundle 1\n${a} 1 é\n`,
    `coterie-bundle 1\n${a} 1 bundle.txt\n`,
    `coterie-bundle 1\n${a} 1 ${"x".repeat(201)}\n`,
    `coterie-bundle 1\n${a} 1 x\n${a} 1 x\n`,
    `coterie-bundle 1\n${a} 1 y\n${a} 1 x\n`,
    `coterie-bundle 1\n${Array.from({ length: 5_001 }, (_, n) => `${a} 1 ${10_000 + n}\n`).join("")}`,
    `coterie-bundle 1\n${"x".repeat(1024 * 1024)}\n`,
  ])("Y1 or not at all: %#", async (text) => {
    expect(await read(text)).toBeUndefined();
  });
});

describe("a page", () => {
  const file = '<head>\n<base href="/" />\n<title>$& $1</title></head>';
  const settings =
    '<meta name="coterie-room-list" content="on">' +
    '<meta name="coterie-server" content="&quot;Paris&quot; &amp; more=https://code.example/base">' +
    '<meta name="coterie-drive" content="id" data-auth="https://a.example/auth" data-api="https://b.example/api">' +
    '<meta name="coterie-wandbox" content="https://wandbox.example">';

  test("Y3 is its file with a base path and settings, and is taken apart again", () => {
    for (const [base, set] of [
      ["/", ""],
      ["/code/", settings],
    ] as const) {
      const page = makePage(file, base, set);
      expect(page).toContain(`<base href="${base}">${set}\n`);
      expect(readPage(page, base)).toEqual({ file, settings: set });
    }
  });

  test.each([
    '<base href="/other/">',
    '<base href="https://evil.example/">',
    '<base href="/" target="x">',
    '<base href="/"><base href="/">',
    "",
  ])("Y3 with another base it is none: %s", (base) => {
    expect(readPage(file.replace('<base href="/" />', base), "/")).toBeUndefined();
  });

  test.each([
    '<meta name="coterie-x" content="">',
    '<meta http-equiv="refresh" content="0;url=https://evil.example">',
    '<meta name="coterie-wandbox" content="" http-equiv="refresh">',
    '<meta name="coterie-wandbox" content=\'"\'>',
    '<meta name="coterie-drive" content="id" data-api="x" data-auth="y">',
    "<script src=./evil.js></script>",
  ])("Y3 what is no setting stays in the file: %s", (more) => {
    const read = readPage(makePage(file, "/", settings + more), "/");
    expect(read).toEqual({ file: file.replace('<base href="/" />', `<base href="/" />${more}`), settings });
  });

  test("Y4 its policy lets it ask what the settings say, and nothing that they could slip into it", () => {
    expect(elsewhereOf(settings)).toEqual([
      "https://code.example/base/health",
      "https://b.example",
      "https://wandbox.example/api/list.json",
      "https://wandbox.example/api/compile.json",
    ]);
    expect(leadingOutOf(settings)).toEqual([
      "https://a.example/auth",
      "https://b.example/api",
      "https://wandbox.example",
    ]);
    const sly = '<meta name="coterie-wandbox" content="https://x.example; script-src *">';
    expect(elsewhereOf(sly)).toEqual([]);
    expect(headersOf("index.html", "x.example", elsewhereOf(sly))["Content-Security-Policy"]).not.toContain("*");
  });
});

test("Y4 the worker knows the type of each file that the server does", () => {
  const source = readFileSync(
    fileURLToPath(new URL("../../../src/Coterie.Server/Web/BrowserClient.cs", import.meta.url)),
    "utf8",
  );
  const types = [...source.matchAll(/\["\.([a-z0-9]+)"\] = "([^"]+)"/g)];
  expect(types.length).toBeGreaterThan(10);
  for (const [, ending, type] of types) expect(headersOf(`x.${ending}`, "h")["Content-Type"]).toBe(type);
});
