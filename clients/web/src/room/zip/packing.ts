import { AskedWorker } from "./AskedWorker.ts";
import { type Part, packer } from "./packer.ts";

type Chunks = Uint8Array<ArrayBuffer>[];

const patienceMs = 60_000; // the largest text takes a second

/** Packs one archive in a worker; here, where none can be loaded, as while the server cannot be reached. */
export function packing(): { readonly pack: (part: Part) => Promise<Chunks>; readonly close: () => void } {
  const make = () => new Worker(new URL("./pack.worker.ts", import.meta.url), { type: "module" });
  const worker = new AskedWorker<Part, Chunks>(make, patienceMs, patienceMs);
  let begun = false;
  let here: ((part: Part) => Chunks) | undefined;
  const pack = async (part: Part) => {
    if (here) return here(part);
    try {
      const chunks = await worker.ask(part);
      begun = true;
      return chunks;
    } catch (error) {
      if (begun) throw error; // what was packed before is of that one
      here = packer(new Date());
      return here(part);
    }
  };
  return { pack, close: () => worker.close() };
}
