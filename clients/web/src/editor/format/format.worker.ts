import type { Answered } from "../../room/zip/AskedWorker.ts";
import type { Formatted, ToFormat } from "./Formatting.ts";
import { format } from "./format.ts";

addEventListener("message", async ({ data }: MessageEvent<ToFormat>) => {
  try {
    postMessage({ value: await format(data) } satisfies Answered<Formatted>);
  } catch (error) {
    postMessage({ problem: error instanceof Error ? error.message : String(error) } satisfies Answered<Formatted>);
  }
});
