import { toast } from "../app/toast.ts";
import { megabytes } from "../room/bring/plan.ts";
import type { monaco } from "./monaco.ts";
import { mostWritten } from "./mostWritten.ts";

/** UTF-16 units of a part in which a longer text is read. */
export const partLength = 1_000_000;

export interface Part {
  readonly start: number;
  readonly end: number;
  /** The number of its first line, from 1. */
  readonly line: number;
}

/** A long text in parts that end with a line where one ends within half of the next part. */
export function partsOf(text: string): readonly Part[] {
  const parts: Part[] = [];
  let [start, line] = [0, 1];
  while (start < text.length || parts.length === 0) {
    const wanted = start + partLength;
    const feed = text.indexOf("\n", wanted - 1);
    const end =
      wanted >= text.length
        ? text.length
        : feed >= 0 && feed < wanted + partLength / 2
          ? feed + 1
          : wholeAt(text, wanted);
    parts.push({ start, end, line });
    for (let at = text.indexOf("\n", start); at >= 0 && at < end; at = text.indexOf("\n", at + 1)) line++;
    start = end;
  }
  return parts;
}

/** Not between the two units of one letter. */
function wholeAt(text: string, at: number): number {
  const unit = text.charCodeAt(at - 1);
  return unit >= 0xd800 && unit < 0xdc00 ? at + 1 : at;
}

/** Refuses a paste with which a text would be too long to be written in, before anything of it is there. Returns its end. */
export function refuseHugePastes(editor: monaco.editor.IStandaloneCodeEditor): () => void {
  const node = editor.getContainerDomNode();
  const pasted = (event: ClipboardEvent) => {
    const length = event.clipboardData?.getData("text/plain").length ?? 0;
    const model = editor.getModel();
    const places = editor.getSelections() ?? [];
    if (!model || length === 0) return;
    const all = places.reduce(
      (sum, place) => sum + length - model.getValueLengthInRange(place), // in the place of what is selected
      model.getValueLength(),
    );
    if (all <= mostWritten) return;
    event.preventDefault();
    event.stopPropagation();
    toast(
      `Nothing was pasted: with it this text would have ${megabytes(all)}, and ${megabytes(mostWritten)} is the most.`,
      {
        tone: "danger",
      },
    );
  };
  node.addEventListener("paste", pasted, { capture: true });
  return () => node.removeEventListener("paste", pasted, { capture: true });
}
