import type { Answered } from "./AskedWorker.ts";
import { type Part, packer } from "./packer.ts";

const pack = packer(new Date());

addEventListener("message", ({ data }: MessageEvent<Part>) => {
  try {
    const value = pack(data);
    postMessage({ value } satisfies Answered<Uint8Array[]>, { transfer: value.map(({ buffer }) => buffer) });
  } catch (error) {
    postMessage({ problem: error instanceof Error ? error.message : String(error) } satisfies Answered<Uint8Array[]>);
  }
});
