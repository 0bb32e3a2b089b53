import csharpUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-c-sharp.wasm?url";
import cppUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-cpp.wasm?url";
import goUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-go.wasm?url";
import javaUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-java.wasm?url";
import javascriptUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-javascript.wasm?url";
import pythonUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-python.wasm?url";
import rustUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-rust.wasm?url";
import tsxUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-tsx.wasm?url";
import typescriptUrl from "@vscode/tree-sitter-wasm/wasm/tree-sitter-typescript.wasm?url";
import { Language, Parser, Query } from "web-tree-sitter";
import engineUrl from "web-tree-sitter/web-tree-sitter.wasm?url";
import type { Grammar } from "./grammars.ts";
import cpp from "./queries/cpp.scm?raw";
import csharp from "./queries/csharp.scm?raw";
import ecmascript from "./queries/ecmascript.scm?raw";
import go from "./queries/go.scm?raw";
import java from "./queries/java.scm?raw";
import javascript from "./queries/javascript.scm?raw";
import python from "./queries/python.scm?raw";
import rust from "./queries/rust.scm?raw";
import typescript from "./queries/typescript.scm?raw";

/** The engine's memory, in WebAssembly pages of 64 KiB: 32 MiB are its beginning, at 256 MiB it gives up. */
const leastPages = 512;
const mostPages = 4_096;

const sources: Readonly<Record<Grammar, readonly [url: string, query: string]>> = {
  typescript: [typescriptUrl, ecmascript + typescript],
  tsx: [tsxUrl, ecmascript + typescript],
  javascript: [javascriptUrl, ecmascript + javascript],
  python: [pythonUrl, python],
  cpp: [cppUrl, cpp],
  go: [goUrl, go],
  rust: [rustUrl, rust],
  java: [javaUrl, java],
  csharp: [csharpUrl, csharp],
};

export interface Engine {
  readonly parser: Parser;
  readonly query: Query;
}

const engines = new Map<Grammar, Promise<Engine>>();
let begun: Promise<void> | undefined;

/** Tree-sitter for one language. It and the language's grammar are fetched when first asked for. @throws where they cannot be */
export function engineFor(grammar: Grammar): Promise<Engine> {
  let engine = engines.get(grammar);
  if (engine === undefined) {
    engine = make(grammar);
    engines.set(grammar, engine);
  }
  return engine;
}

async function make(grammar: Grammar): Promise<Engine> {
  begun ??= Parser.init({
    locateFile: () => engineUrl,
    wasmMemory: new WebAssembly.Memory({ initial: leastPages, maximum: mostPages }),
  });
  await begun;
  const [url, source] = sources[grammar];
  const language = await Language.load(url);
  const parser = new Parser();
  parser.setLanguage(language);
  return { parser, query: new Query(language, source) };
}
