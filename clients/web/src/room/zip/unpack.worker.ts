import type { Answered } from "./AskedWorker.ts";
import { type PackedEntry, unpack } from "./unpack.ts";

addEventListener("message", async ({ data }: MessageEvent<PackedEntry>) => {
  try {
    const value = await unpack(data);
    postMessage({ value } satisfies Answered<Uint8Array>, { transfer: [value.buffer] });
  } catch (error) {
    postMessage({ problem: error instanceof Error ? error.message : String(error) } satisfies Answered<Uint8Array>);
  }
});
