// Writes dist/bundle.txt, the manifest of the web client (PROTOCOL.md, "What a server hands out"): each file's SHA-256, size and path, sorted by path.
// Usage: node scripts/manifest.mjs [DIR]   (after `vite build`, before anything is compressed: .br and .gz are not in it)
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const name = "bundle.txt";
const dist = resolve(process.argv[2] ?? fileURLToPath(new URL("../dist", import.meta.url)));
rmSync(join(dist, name), { force: true });

const lines = readdirSync(dist, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile())
  .map((entry) => relative(dist, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
  .filter((path) => !path.startsWith(".") && !/\.(br|gz)$/.test(path))
  .sort() // ASCII: by code unit, on every machine
  .map((path) => {
    if (!/^[A-Za-z0-9_-][A-Za-z0-9._-]*(\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/.test(path))
      throw new Error(`A file of the web client has a name that the manifest does not take: ${path}`);
    const bytes = readFileSync(join(dist, path));
    return `${createHash("sha256").update(bytes).digest("hex")} ${bytes.length} ${path}\n`;
  });
writeFileSync(join(dist, name), `coterie-bundle 1\n${lines.join("")}`);
