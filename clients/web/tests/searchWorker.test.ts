import { expect, test, vi } from "vitest";
import type { Answer, Told } from "../src/room/search/search.worker.ts";

/** What goes on in the worker, without one. */
async function worker() {
  let tell: (message: MessageEvent<Told>) => void = () => {};
  const answers: Answer[] = [];
  vi.stubGlobal("addEventListener", (_: string, heard: typeof tell) => {
    tell = heard;
  });
  vi.stubGlobal("postMessage", (answer: Answer) => void answers.push(answer));
  vi.resetModules();
  await import("../src/room/search/search.worker.ts");
  return { answers, tell: (data: Told) => tell({ data } as MessageEvent<Told>) };
}

const query = { text: "heron", regex: false, matchCase: false, wholeWord: false, replacement: undefined };
const most = { ofFile: 1_000, ofAll: 20_000, first: 100 };

test("the first places are told as soon as there are some, before the rest is looked through", async () => {
  const { answers, tell } = await worker();
  const ids = Array.from({ length: 30 }, (_, nth) => `${nth}`);
  for (const id of ids) tell({ type: "text", id, text: "a heron\n".repeat(40) });
  tell({ type: "search", nth: 1, query, ids, most });
  expect(answers).toMatchObject([{ type: "found", nth: 1, next: "3" }]);
  const [first] = answers;
  expect(first?.type === "found" && first.files.map(({ hits }) => hits.length)).toEqual([40, 40, 40]);
  await vi.waitFor(() => expect(answers.at(-1)).toEqual({ type: "done", nth: 1, cut: false }));
  const told = answers.flatMap((answer) => (answer.type === "found" ? answer.files.map(({ id }) => id) : []));
  expect(told).toEqual(ids);
});

test("a search that another one follows tells nothing more", async () => {
  const { answers, tell } = await worker();
  for (const id of ["a", "b"]) tell({ type: "text", id, text: "a heron\n".repeat(100) });
  tell({ type: "search", nth: 1, query, ids: ["a", "b"], most });
  tell({ type: "search", nth: 2, query: { ...query, text: "a" }, ids: ["b"], most });
  await vi.waitFor(() => expect(answers.at(-1)).toMatchObject({ type: "done", nth: 2 }));
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(answers.filter(({ nth }) => nth === 1)).toHaveLength(1);
});
