import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach } from "vitest";
import { Server } from "../../support/Server.ts";

const repository = fileURLToPath(new URL("../../..", import.meta.url));

/** Other web clients than the built one, and servers that hand them out. All of it is gone after each test. */
export function versions() {
  const folders: string[] = [];
  const servers: Server[] = [];

  afterEach(async () => {
    for (const server of servers.splice(0)) await server.stop();
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  });

  /** A server of the built client, of which some files are changed: by their paths, or what these begin with. @param relist whether its list says so */
  return async function serving(
    changes: Readonly<Record<string, (text: string) => string>>,
    { relist, args = [] }: { relist: boolean; args?: readonly string[] },
  ): Promise<Server> {
    const folder = mkdtempSync(join(tmpdir(), "coterie-version-"));
    folders.push(folder);
    cpSync(join(repository, "clients/web/dist"), folder, {
      recursive: true,
      filter: (path) => !/\.(br|gz)$/.test(path),
    });
    const paths = readdirSync(folder, { recursive: true, encoding: "utf8" });
    for (const [beginning, change] of Object.entries(changes)) {
      const found = paths.filter((path) => path.startsWith(beginning) && /\.[a-z]+$/.test(path));
      if (found.length === 0) throw new Error(`The built client has no ${beginning}.`);
      const texts = found.map((path) => [join(folder, path), readFileSync(join(folder, path), "utf8")] as const);
      if (texts.every(([, text]) => change(text) === text)) throw new Error(`Nothing of ${beginning} changes.`);
      for (const [path, text] of texts) writeFileSync(path, change(text));
    }
    if (relist) execFileSync("node", [join(repository, "clients/web/scripts/manifest.mjs"), folder]);
    const server = await Server.start({ args: ["--web", folder, ...args] });
    servers.push(server);
    return server;
  };
}
