import { unloaded } from "../../app/unloaded.ts";
import type { Answered } from "../../room/zip/AskedWorker.ts";
import type { ToView, Viewed } from "./viewing.ts";

/** What is made of a text to be looked at: in a worker, so that a text that is made to take for ever stops no page. */
addEventListener("message", async ({ data }: MessageEvent<ToView>) => {
  try {
    postMessage({ value: await viewed(data) } satisfies Answered<Viewed>);
  } catch (error) {
    postMessage({ problem: error instanceof Error ? error.message : String(error) } satisfies Answered<Viewed>);
  }
});

async function viewed({ as, text, name }: ToView): Promise<Viewed> {
  if (as === "preview") return { blocks: (await import("./markdown.ts").catch(lost)).blocksOf(text) };
  return { table: (await import("./table.ts").catch(lost)).tableOf(text, name) };
}

function lost(): never {
  throw new Error(unloaded);
}
