// Puts a .br and a .gz beside every file of the build that shrinks by it, for the server to send to those who take them.
// Usage: node scripts/compress.mjs   (after `vite build`)
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

const leastBytes = 1_024;
const assets = fileURLToPath(new URL("../dist/assets/", import.meta.url));

for (const name of readdirSync(assets).filter((file) => /\.(js|css|svg|ttf)$/.test(file))) {
  const bytes = readFileSync(assets + name);
  if (bytes.length < leastBytes) continue;
  writeFileSync(`${assets}${name}.gz`, gzipSync(bytes, { level: 9 }));
  writeFileSync(`${assets}${name}.br`, brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 9 } }));
}
