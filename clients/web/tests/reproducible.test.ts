import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

/** The bundle of a source is the same wherever, whenever and by whom it is built: else nobody could compare what a server hands out. */

const repository = fileURLToPath(new URL("../../..", import.meta.url));
const languages = "src/Coterie.Server/Runs/Languages/languages.json";
const settings = ["package.json", "package-lock.json", "tsconfig.base.json"];
const folders: string[] = [];

afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A copy of the source with file times of now, in a folder below the repository: its packages are linked, which another disk would not allow. */
function copied(below: string): string {
  mkdirSync(join(repository, "artifacts"), { recursive: true });
  const top = mkdtempSync(join(repository, "artifacts/build-"));
  folders.push(top);
  const to = join(top, below);
  for (const file of [...settings, languages]) {
    mkdirSync(join(to, file, ".."), { recursive: true });
    copyFileSync(join(repository, file), join(to, file));
  }
  const source = (path: string) => !/\/(node_modules|dist)$/.test(path);
  for (const folder of ["clients/core", "clients/web"])
    cpSync(join(repository, folder), join(to, folder), { recursive: true, filter: source });
  for (const folder of ["node_modules", "clients/core/node_modules", "clients/web/node_modules"])
    if (
      readdirSync(join(repository, folder, ".."), { withFileTypes: true }).some(({ name }) => name === "node_modules")
    )
      execFileSync("cp", ["-al", join(repository, folder), join(to, folder)]);
  return to;
}

function built(folder: string, environment: Record<string, string>): Map<string, string> {
  const { PATH = "", HOME = "" } = process.env;
  execFileSync("npm", ["run", "build", "-w", "clients/web", "--silent"], {
    cwd: folder,
    env: { PATH, HOME, ...environment },
    stdio: ["ignore", "ignore", "inherit"],
  });
  const dist = join(folder, "clients/web/dist");
  // A tenth of it, of every kind: compressing all takes most of a minute, and one way is as good as another.
  const some = join(folder, "some");
  mkdirSync(some);
  for (const file of readdirSync(join(dist, "assets")).filter((name) => /^[a-e].*\.(js|css|wasm|ttf)$/.test(name)))
    copyFileSync(join(dist, "assets", file), join(some, file));
  execFileSync("node", [join(repository, "tools/compress.mjs"), some], { env: { PATH, HOME, ...environment } });
  return new Map([...hashes(dist), ...hashes(some)]);
}

function hashes(folder: string): [string, string][] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => [relative(folder, path), createHash("sha256").update(readFileSync(path)).digest("hex")]);
}

test("Y2 a source builds the same bytes in another folder, at another time, in another language and for another person", () => {
  const one = built(copied("a"), { TZ: "Pacific/Honolulu", LC_ALL: "C", USER: "ada", SOURCE_DATE_EPOCH: "1" });
  const other = built(copied("a folder, with blanks/and a longer name/below"), {
    TZ: "Pacific/Kiritimati",
    LC_ALL: "tr_TR.UTF-8",
    LANG: "tr_TR.UTF-8",
    USER: "bob",
    SOURCE_DATE_EPOCH: "4102444800",
  });
  expect([...one.keys()]).toContain("bundle.txt");
  expect([...one.keys()].filter((path) => path.endsWith(".br")).length).toBeGreaterThan(10);
  expect(Object.fromEntries(other)).toEqual(Object.fromEntries(one));
}, 300_000);

test("Y1 the list names every file of a build with its hash and size, sorted, and neither itself nor a compressed form", () => {
  const dist = mkdtempSync(join(repository, "artifacts/build-"));
  folders.push(dist);
  mkdirSync(join(dist, "assets"));
  mkdirSync(join(dist, ".vite"));
  for (const [file, from] of [
    ["index.html", "package.json"],
    ["assets/Zed.js", "package.json"],
    ["assets/a.js", "tsconfig.base.json"],
    ["assets/a.js.br", "tsconfig.base.json"],
    [".vite/manifest.json", "package.json"],
    ["bundle.txt", "package.json"],
  ] as const)
    copyFileSync(join(repository, from), join(dist, file));
  execFileSync("node", [join(repository, "clients/web/scripts/manifest.mjs"), dist]);
  const line = (path: string) => {
    const bytes = readFileSync(join(dist, path));
    return `${createHash("sha256").update(bytes).digest("hex")} ${bytes.length} ${path}`;
  };
  const lines = ["coterie-bundle 1", line("assets/Zed.js"), line("assets/a.js"), line("index.html"), ""];
  expect(readFileSync(join(dist, "bundle.txt"), "utf8")).toBe(lines.join("\n"));
});
