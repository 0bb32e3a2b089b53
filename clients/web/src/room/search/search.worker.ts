import { compile, type Hit, hitsIn, type Query } from "./query.ts";

/** What the worker is told. */
export type Told =
  | { readonly type: "text"; readonly id: string; readonly text: string }
  | { readonly type: "gone"; readonly id: string }
  /** Looks through these files in this order; whatever was being looked for is given up. */
  | {
      readonly type: "search";
      readonly nth: number;
      readonly query: Query;
      readonly ids: readonly string[];
      readonly most: Most;
    }
  | { readonly type: "stop" };

/** At most so many places of one file, and of all; as soon as there are so many these are told first. */
export interface Most {
  readonly ofFile: number;
  readonly ofAll: number;
  readonly first: number;
}

/** What it answers: places as they are found, of files that have any; and when all has been looked through. */
export type Answer =
  | {
      readonly type: "found";
      readonly nth: number;
      readonly files: readonly Found[];
      readonly next: string | undefined;
    }
  | { readonly type: "done"; readonly nth: number; readonly cut: boolean };

export interface Found {
  readonly id: string;
  readonly hits: readonly Hit[];
  /** There are more than a file may have. */
  readonly cut: boolean;
}

/** How long it goes on before it tells what it has, and hears what it is told. */
const turnMs = 30;

const texts = new Map<string, string>();
let current = 0;

addEventListener("message", ({ data }: MessageEvent<Told>) => {
  if (data.type === "text") texts.set(data.id, data.text);
  else if (data.type === "gone") texts.delete(data.id);
  else if (data.type === "stop") current = 0;
  else void search(data);
});

async function search({ nth, query, ids, most }: Extract<Told, { type: "search" }>): Promise<void> {
  current = nth;
  const expression = compile(query);
  if (typeof expression === "string") return;
  let [found, left, turn]: [Found[], number, number] = [[], most.ofAll, performance.now()];
  let isFirst = true;
  for (const id of ids) {
    const hasFirst: boolean = isFirst && most.ofAll - left >= most.first;
    if (hasFirst || performance.now() - turn > turnMs) {
      isFirst &&= !hasFirst;
      answer({ type: "found", nth, files: found, next: id });
      found = [];
      await new Promise((resolve) => setTimeout(resolve));
      if (current !== nth) return;
      turn = performance.now();
    }
    const text = texts.get(id);
    if (text === undefined) continue;
    const room = Math.min(most.ofFile, left);
    const hits = hitsIn(text, expression, query, room + 1);
    const cut = hits.length > room;
    if (cut) hits.pop();
    left -= hits.length;
    if (hits.length > 0) found.push({ id, hits, cut });
    if (cut && left === 0) break;
  }
  answer({ type: "found", nth, files: found, next: undefined });
  answer({ type: "done", nth, cut: left === 0 });
}

function answer(message: Answer): void {
  postMessage(message);
}
