import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { launchBrowser } from "../../../tests/support/browser.ts";
import { Server } from "../../../tests/support/Server.ts";
import { measureBundle } from "./bundle.ts";
import { measureHistory } from "./history.ts";
import { measureInAndOut } from "./inAndOut.ts";
import { measureSearch } from "./search.ts";
import { measureTyping } from "./typing.ts";

const repository = fileURLToPath(new URL("../..", import.meta.url)); // from artifacts/bench, where this is bundled to
const { values } = parseArgs({
  options: {
    files: { type: "string", default: "10000" },
    megabytes: { type: "string", default: "50" },
    records: { type: "string", default: "10000" },
    repetitions: { type: "string", default: "7" },
    pictures: { type: "boolean", default: false },
    only: { type: "string", default: "bundle,in-and-out,search,history,typing" },
  },
});
const [files, megabytes, records, repetitions] = [
  values.files,
  values.megabytes,
  values.records,
  values.repetitions,
].map(Number) as [number, number, number, number];

const wanted = new Set(values.only.split(","));
const browser = await launchBrowser();
const server = await Server.start({
  args: ["--web", `${repository}clients/web/dist`, "--attempts-per-minute", "10000"],
});
const site = { browser, url: `http://localhost:${server.port}`, adminKey: await server.adminKey(), repository };
const report = {
  bundle: wanted.has("bundle") ? measureBundle(repository, 20) : undefined,
  inAndOut: wanted.has("in-and-out") ? await measureInAndOut(site, files, megabytes, values.pictures) : undefined,
  search: wanted.has("search") ? await measureSearch(site, files, megabytes, repetitions) : undefined,
  history: wanted.has("history") ? await measureHistory(site, records, repetitions) : undefined,
  typing: wanted.has("typing") ? await measureTyping(site, repetitions) : undefined,
};
mkdirSync(`${repository}artifacts/bench`, { recursive: true });
writeFileSync(`${repository}artifacts/bench/files.json`, `${JSON.stringify(report, undefined, 2)}\n`);
await browser.close();
await server.stop();
process.exit(0);
