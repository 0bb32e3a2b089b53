import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, preview } from "vite";
import type { TestProject } from "vitest/node";

declare module "vitest" {
  export interface ProvidedContext {
    site: string;
  }
}

/** Builds the client and the labs of the tests once for a run, and serves them on a free port: a page of sources would be put together anew for each test. */
export default async function served(project: TestProject): Promise<() => Promise<void>> {
  const root = join(import.meta.dirname, "..");
  const outDir = await mkdtemp(join(tmpdir(), "coterie-web-"));
  const labs = ["binding", "room", "symbols", "zip"].map((lab) => `tests/${lab}/lab.html`);
  const input = labs.map((page) => join(root, page));
  await build({ root, logLevel: "error", build: { outDir, minify: false, rolldownOptions: { input } } });
  const server = await preview({ root, logLevel: "error", build: { outDir }, preview: { port: 0, host: "127.0.0.1" } });
  project.provide("site", server.resolvedUrls!.local[0]!);
  return async () => {
    await server.close();
    await rm(outDir, { recursive: true });
  };
}
