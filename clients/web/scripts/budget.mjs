// Weighs the built landing page: the compressed script that a first visit loads before any room opens. Fails over the budget.
// Usage: node scripts/budget.mjs   (after `npm run build`; says nothing within it; --json prints what weighs what)
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

const budgetBytes = 200_000;
const dist = new URL("../dist/", import.meta.url);
const manifest = JSON.parse(readFileSync(new URL(".vite/manifest.json", dist), "utf8"));

/** The entry and everything it imports statically, each file once. */
function landingFiles() {
  const files = new Set();
  const visit = (key) => {
    const chunk = manifest[key];
    if (files.has(chunk.file)) return;
    files.add(chunk.file);
    for (const next of chunk.imports ?? []) visit(next);
  };
  visit("index.html");
  return [...files];
}

const files = landingFiles().map((file) => {
  const bytes = readFileSync(new URL(file, dist));
  return { file, bytes: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length };
});
const gzip = files.reduce((sum, file) => sum + file.gzip, 0);
if (process.argv.includes("--json")) console.log(JSON.stringify({ landingScriptGzipBytes: gzip, budgetBytes, files }));

const page = readFileSync(new URL("index.html", dist), "utf8");
const inline = /<script(?![^>]*\bsrc=)[^>]*>/.exec(page);
if (inline) {
  console.error(`index.html holds an inline script, which the content security policy forbids: ${inline[0]}`);
  process.exit(1);
}
if (gzip > budgetBytes) {
  console.error(
    `The landing page loads ${gzip} bytes of compressed script; the budget is ${budgetBytes}. Load what it does not need when a room opens.`,
  );
  process.exit(1);
}
