import { useEffect, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { watchText } from "../watchText.ts";
import type { Outlined } from "./CodeSymbol.ts";
import { grammarOf } from "./grammars.ts";

/** The symbols of the file on top, as its text is now; or that no file is open, or that there are none for its language. */
export type FrontSymbols =
  | { readonly what: "looking" }
  | { readonly what: "nowhere" }
  | { readonly what: "unknown"; readonly language: string }
  | { readonly what: "outlined"; readonly file: string; readonly name: string; readonly outlined: Outlined };

const looking: FrontSymbols = { what: "looking" };

/** @param wanted while it is not, nothing is read */
export function useFrontSymbols(wanted: boolean): FrontSymbols {
  const { room, desk, symbols } = useRoom();
  const file = useWatch(desk.active);
  const node = useWatch(room.tree.view).find(({ id }) => id === file);
  const [found, setFound] = useState<FrontSymbols>(looking);
  const name = node?.name;

  useEffect(() => {
    if (!wanted) return;
    setFound(looking);
    if (file === undefined || name === undefined) return setFound({ what: "nowhere" });
    let last = new AbortController();
    let stop = () => {};
    const say = (outlined: Outlined) => setFound({ what: "outlined", file, name, outlined });
    const begin = async () => {
      const { languageOf, titleOf } = await import("../../editor/language.ts");
      const language = languageOf(name);
      const grammar = grammarOf(language, name);
      if (last.signal.aborted) return;
      if (grammar === undefined) return setFound({ what: "unknown", language: titleOf(language) });
      stop = watchText(room, file, (text = "") => {
        last.abort();
        last = new AbortController();
        const { signal } = last;
        void symbols.outliner.outline(grammar, text, signal).then((outlined) => {
          if (outlined !== undefined && !signal.aborted) say(outlined);
        });
      });
    };
    begin().catch(() => !last.signal.aborted && say("unreachable"));
    return () => {
      last.abort();
      stop();
    };
  }, [wanted, room, symbols, file, name]);

  return found;
}
