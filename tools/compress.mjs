// compress.mjs DIR: writes FILE.br and FILE.gz beside every text-like FILE below DIR, where that saves a tenth or more.
// The server sends these as they are, so that no request pays for compression.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { extname, join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const compressible = new Set([".js", ".mjs", ".css", ".html", ".svg", ".json", ".wasm", ".ttf", ".txt", ".map"]);
const smallest = 1024; // bytes; below this a header costs more than it saves

for (const entry of readdirSync(process.argv[2], { recursive: true, withFileTypes: true })) {
  const path = join(entry.parentPath, entry.name);
  if (!entry.isFile() || !compressible.has(extname(path))) continue;
  const bytes = readFileSync(path);
  if (bytes.length < smallest) continue;
  const brotli = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length } });
  const gzip = gzipSync(bytes, { level: 9 });
  for (const [ending, packed] of [
    [".br", brotli],
    [".gz", gzip],
  ]) {
    if (packed.length < bytes.length * 0.9) writeFileSync(path + ending, packed);
  }
}
