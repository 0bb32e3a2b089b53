import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { build, preview } from "vite";
import { launchBrowser } from "../../../tests/support/browser.ts";
import type { Taken } from "./page/page.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url)); // from artifacts/bench, where this is bundled to
const { values } = parseArgs({
  options: {
    files: { type: "string", default: "10000" },
    megabytes: { type: "string", default: "50" },
    repetitions: { type: "string", default: "7" },
  },
});
const [files, megabytes, repetitions] = [values.files, values.megabytes, values.repetitions].map(Number) as [
  number,
  number,
  number,
];
const root = join(repository, "bench/web/search/page");
const outDir = join(repository, "artifacts/bench/search-page");
await build({
  root,
  configFile: false,
  logLevel: "error",
  worker: { format: "es" },
  build: { outDir, emptyOutDir: true, target: "es2023" },
});
const server = await preview({
  root,
  configFile: false,
  logLevel: "error",
  build: { outDir },
  preview: { port: 0, host: "127.0.0.1" },
});
const browser = await launchBrowser();
const page = await browser.newPage();
await page.goto(server.resolvedUrls!.local[0]!);
await page.waitForFunction(() => "fill" in window);
const filled = await page.evaluate(([count, bytes]) => window.fill(count!, bytes!), [files, megabytes * 1_000_000]);

const query = { regex: false, matchCase: false, wholeWord: false, replacement: undefined };
const searches = {
  "a rare word": { ...query, text: "needle" },
  "the same, whole, as it is written": { ...query, text: "needle", wholeWord: true, matchCase: true },
  "a common word": { ...query, text: "value" },
  "an expression": { ...query, text: "return (\\w+) needle$", regex: true },
  "a word that is nowhere": { ...query, text: "nowhere" },
};
const results: Record<string, Taken & { readonly scan: number }> = {};
for (const [name, what] of Object.entries(searches)) {
  const taken: Taken[] = [];
  const scans: number[] = [];
  for (let nth = 0; nth < repetitions; nth++) {
    taken.push(await page.evaluate((each) => window.search(each), what));
    scans.push(await page.evaluate((each) => window.scan(each), what));
  }
  const of = (key: keyof Taken) => median(taken.map((each) => each[key]));
  results[name] = { first: of("first"), all: of("all"), places: of("places"), frame: of("frame"), scan: median(scans) };
}
await browser.close();
await server.close();

mkdirSync(join(repository, "artifacts/bench"), { recursive: true });
const report = { files, megabytes, repetitions, filled, results };
writeFileSync(join(repository, "artifacts/bench/search.json"), `${JSON.stringify(report, undefined, 2)}\n`);
console.log(
  `${files} files, ${megabytes} MB; handed to the worker in ${Math.round(filled)} ms; medians of ${repetitions}\n`,
);
console.log(
  "| search | first, ms | all, ms | places told | longest frame, ms | in the page itself, ms | all of that |",
);
console.log("|---|---|---|---|---|---|---|");
for (const [name, { first, all, places, frame, scan }] of Object.entries(results))
  console.log(
    `| ${name} | ${Math.round(first)} | ${Math.round(all)} | ${places} | ${Math.round(frame)} | ${Math.round(scan)} | ${(all / scan).toFixed(2)} |`,
  );

function median(numbers: readonly number[]): number {
  return numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)]!;
}
