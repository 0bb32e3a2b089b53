import type { Formatted, ToFormat } from "./Formatting.ts";
import { leastEdits } from "./whitespace.ts";

/** What Monaco's language services take for an editor's model: one text. */
interface Context {
  getMirrorModels(): readonly { readonly uri: string; readonly version: number; getValue(): string }[];
}

interface TextEdit {
  readonly range: { readonly start: Place; readonly end: Place };
  readonly newText: string;
}

/** From 0. */
interface Place {
  readonly line: number;
  readonly character: number;
}

interface Service {
  format(uri: string, range: TextEdit["range"] | null, options: object): Promise<readonly TextEdit[]>;
}

const uri = "text";

/** How Monaco's own editors format these: Visual Studio Code's defaults. */
const cssFormat = {
  newlineBetweenSelectors: true,
  newlineBetweenRules: true,
  spaceAroundSelectorSeparator: false,
  braceStyle: "collapse",
  preserveNewLines: true,
};
const htmlFormat = {
  wrapLineLength: 120,
  unformatted: "wbr",
  contentUnformatted: "pre, code, textarea",
  indentInnerHtml: false,
  preserveNewLines: true,
  endWithNewline: false,
  extraLiners: "head, body, /html",
  wrapAttributes: "auto",
};

/** In a worker: fetches the service of a language when it is first asked for. */
export async function format(asked: ToFormat): Promise<Formatted> {
  const { text, language } = asked;
  if (language === "typescript" || language === "javascript")
    return (await import("./typescript.ts")).formatScript(asked);
  const service = await serviceFor(text, language);
  const [tabSize, insertSpaces] = [asked.tabs ? asked.tabWidth : asked.indent, !asked.tabs];
  const lines = text.split(/\r\n|\n/);
  const end = { line: lines.length - 1, character: lines.at(-1)!.length };
  const whole = language === "json" ? null : { start: { line: 0, character: 0 }, end };
  const edits = await service.format(uri, whole, { tabSize, insertSpaces });
  return leastEdits(text, applied(text, edits).replace(/\r\n|\n/g, asked.eol));
}

async function serviceFor(text: string, language: string): Promise<Service> {
  const context: Context = { getMirrorModels: () => [{ uri, version: 1, getValue: () => text }] };
  const data = (settings: object) => ({ languageId: language, options: { data: {}, format: settings } });
  if (language === "json") {
    const { JSONWorker } = await import("monaco-editor/languages/features/json/jsonWorker");
    return new JSONWorker(context, { languageId: language, languageSettings: {}, enableSchemaRequest: false });
  }
  if (language === "html") {
    const { HTMLWorker } = await import("monaco-editor/languages/features/html/htmlWorker");
    return new HTMLWorker(context, { languageId: language, languageSettings: data(htmlFormat).options });
  }
  const { CSSWorker } = await import("monaco-editor/languages/features/css/cssWorker");
  return new CSSWorker(context, data(cssFormat));
}

function applied(text: string, edits: readonly TextEdit[]): string {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  const offset = ({ line, character }: Place) => Math.min((starts[line] ?? text.length) + character, text.length);
  const parts: string[] = [];
  let last = 0;
  for (const { range, newText } of edits.toSorted(
    (one, other) => offset(one.range.start) - offset(other.range.start),
  )) {
    parts.push(text.slice(last, offset(range.start)), newText);
    last = offset(range.end);
  }
  return parts.join("") + text.slice(last);
}
