import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, createLogger, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    site: string;
  }
}

/**
 * Builds the client and the labs of the tests once for a run, and serves them on a free port: a page of sources would be put together anew for
 * each test. What the bundler warns of stands in the terminal of everyone who runs Coterie: it fails the run.
 */
export default async function served(project: TestProject): Promise<() => Promise<void>> {
  const root = join(import.meta.dirname, "..");
  const outDir = await mkdtemp(join(tmpdir(), "coterie-web-"));
  const labs = ["binding", "room", "symbols", "zip"].map((lab) => `tests/${lab}/lab.html`);
  const input = labs.map((page) => join(root, page));
  const warnings: string[] = [];
  const warn = (message: string) => void warnings.push(message);
  const customLogger = { ...createLogger("error"), warn, warnOnce: warn };
  await build({ root, customLogger, build: { outDir, emptyOutDir: true, minify: false, rolldownOptions: { input } } });
  if (warnings.length > 0) throw new Error(`The build warns: ${warnings.join("\n")}`);
  const server = await preview({ root, logLevel: "error", build: { outDir }, preview: { port: 0, host: "127.0.0.1" } });
  project.provide("site", server.resolvedUrls!.local[0]!);
  return async () => {
    await server.close();
    await rm(outDir, { recursive: true });
  };
}
