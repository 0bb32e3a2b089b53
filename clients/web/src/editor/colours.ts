import { languageNamed } from "./language.ts";
import { paint } from "./look.ts";
import { monaco } from "./monaco.ts";

/** A stretch of code in one colour; `style` is a class that Monaco's theme gives a colour to. */
export interface Coloured {
  readonly text: string;
  readonly style: string;
}

/**
 * The code in the editor's colours, or undefined where the language has none. Monaco answers in markup: of it only the texts
 * and classes are taken, in a document that runs nothing, and only where the text is the very one that was asked for.
 */
export async function coloursOf(
  code: string,
  language: string,
  scheme: "light" | "dark",
): Promise<readonly Coloured[] | undefined> {
  const id = languageNamed(language);
  if (id === undefined) return undefined;
  paint(scheme);
  const markup = await monaco.editor.colorize(code, id, { tabSize: 4 });
  const { body } = new DOMParser().parseFromString(markup, "text/html");
  const parts: Coloured[] = [];
  for (const node of body.childNodes) {
    if (node.nodeName === "BR") parts.push({ text: "\n", style: "" });
    else if (node instanceof Element)
      for (const span of node.children)
        parts.push({ text: (span.textContent ?? "").replaceAll("\u00a0", " "), style: span.className });
  }
  const plain = (text: string) => text.replaceAll("\u00a0", " ").replaceAll("\t", "    ").trimEnd();
  return plain(parts.map(({ text }) => text).join("")) === plain(code) ? parts : undefined;
}
