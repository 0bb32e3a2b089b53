import { useEffect, useState } from "react";
import { words } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../../room/RoomContext.ts";
import { watchText } from "../../room/watchText.ts";
import { AskedWorker } from "../../room/zip/AskedWorker.ts";
import type { Block } from "./markdown.ts";
import type { TableText } from "./table.ts";

export interface ToView {
  readonly as: "preview" | "table";
  readonly text: string;
  readonly name: string;
}

export type Viewed = { readonly blocks: readonly Block[] } | { readonly table: TableText };

/** Units of a text: of a longer one this much is looked at. */
export const mostLetters = 4_000_000;
const patienceMs = 15_000;
const restMs = 60_000;

const worker = new AskedWorker<ToView, Viewed>(
  () => new Worker(new URL("./views.worker.ts", import.meta.url), { type: "module" }),
  patienceMs,
  restMs,
);

/** What is shown of a file: still on its way, why not, or the view of its text as it is now. */
export type View<T> =
  | { readonly state: "coming" }
  | { readonly state: "none"; readonly why: string; readonly again?: () => void }
  | { readonly state: "shown"; readonly shown: T; readonly cut: boolean };

/** Looks at a file's text, again whenever it has changed. @param pick what of the answer is shown */
export function useView<T>(file: string, as: ToView["as"], pick: (viewed: Viewed) => T | undefined): View<T> {
  const { room } = useRoom();
  const name = useWatch(room.tree.view).find(({ id }) => id === file)?.name ?? "";
  const [view, setView] = useState<View<T>>({ state: "coming" });
  const [tries, setTries] = useState(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another try is another reason to ask
  useEffect(() => {
    const again = () => setTries((before) => before + 1);
    let newest = 0;
    const stop = watchText(room, file, (text) => {
      const nth = ++newest;
      if (text === undefined) return setView({ state: "none", why: "This file was deleted." });
      worker
        .ask({ as, name, text: text.slice(0, mostLetters) })
        .then((viewed) => {
          const shown = pick(viewed);
          if (nth === newest && shown !== undefined) setView({ state: "shown", shown, cut: text.length > mostLetters });
        })
        .catch((error: unknown) => nth === newest && setView({ state: "none", why: words(error), again }));
    });
    return () => {
      newest = Number.NaN;
      stop();
    };
  }, [room, file, as, name, pick, tries]);

  return view;
}
