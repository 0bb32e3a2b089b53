import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";

interface Chunk {
  readonly name: string;
  readonly kB: number;
  /** As Brotli, which is what is served. */
  readonly packedKB: number;
}

/** How large each file of the built web client is, script, style, worker and grammar; the largest first. @param least kB packed that are worth a row */
export function measureBundle(repository: string, least: number): Chunk[] {
  const folder = join(repository, "clients/web/dist/assets");
  const kB = (file: string) => Math.round(statSync(join(folder, file)).size / 100) / 10;
  const all = readdirSync(folder);
  const packed = new Set(all.filter((file) => file.endsWith(".br")));
  const chunks = all
    .filter((file) => packed.has(`${file}.br`))
    .map((file) => ({ name: file.replace(/-[\w-]{8}(?=\.)/, ""), kB: kB(file), packedKB: kB(`${file}.br`) }))
    .toSorted((a, b) => b.packedKB - a.packedKB);
  const shown = chunks.filter(({ packedKB }) => packedKB >= least);
  console.log(
    `\n${chunks.length} files; those of ${least} kB and more as Brotli\n\n| file | kB | packed |\n|---|---|---|`,
  );
  for (const { name, kB, packedKB } of shown) console.log(`| ${name} | ${kB} | ${packedKB} |`);
  return chunks;
}
