import { compile, hitsIn, type Query } from "../../../../clients/web/src/room/search/query.ts";
import { most } from "../../../../clients/web/src/room/search/Search.ts";
import { SearchWorker } from "../../../../clients/web/src/room/search/SearchWorker.ts";

/** What one search took, in ms from the call: until the first place was told, and until all were. */
export interface Taken {
  readonly first: number;
  readonly all: number;
  readonly places: number;
  /** The longest pause between two frames of the page meanwhile, ms. */
  readonly frame: number;
}

declare global {
  interface Window {
    fill: (files: number, bytes: number) => Promise<number>;
    search: (query: Query) => Promise<Taken>;
    scan: (query: Query) => number;
  }
}

const worker = new SearchWorker();
const ids: string[] = [];
const words =
  "const let value total index return function export import of in the and if else for while new await".split(" ");

window.fill = async (files, bytes) => {
  let seed = 1;
  const next = () => {
    seed = (seed * 48_271) % 2_147_483_647;
    return seed;
  };
  const began = performance.now();
  for (let nth = 0; nth < files; nth++) {
    const lines: string[] = [];
    for (let length = 0; length < bytes / files; length += lines.at(-1)!.length + 1) {
      const line = Array.from({ length: 4 + (next() % 8) }, () => words[next() % words.length]).join(" ");
      lines.push(next() % 500 === 0 ? `${line} needle` : line);
    }
    ids.push(`file${nth}`);
    worker.set(`file${nth}`, lines.join("\n"));
  }
  await window.search({
    text: "nothing of this",
    regex: false,
    matchCase: true,
    wholeWord: false,
    replacement: undefined,
  });
  return performance.now() - began;
};

window.search = (query) =>
  new Promise((resolve, reject) => {
    let [first, places, frame, last, over] = [0, 0, 0, performance.now(), false];
    const began = last;
    const tick = () => {
      frame = Math.max(frame, performance.now() - last);
      last = performance.now();
      if (!over) requestAnimationFrame(tick);
    };
    requestAnimationFrame(tick);
    worker.search(query, ids, most, {
      found: (files) => {
        if (files.length > 0) first ||= performance.now() - began;
        for (const { hits } of files) places += hits.length;
      },
      done: () => {
        over = true;
        resolve({ first, all: performance.now() - began, places, frame });
      },
      stuck: () => reject(new Error("stuck")),
      broken: () => reject(new Error("broken")),
    });
  });

/** The same texts gone through in the page itself, by the same code: what a page without a worker would take, and stand still for. */
window.scan = (query) => {
  const expression = compile(query);
  if (typeof expression === "string") throw new Error(expression);
  const began = performance.now();
  for (const id of ids) hitsIn(worker.textOf(id)!, expression, query, most.ofFile);
  return performance.now() - began;
};
