import { languages } from "monaco-editor/editor";
import { patiently } from "./registerLanguage.ts";

/** JSON is no language of Monaco's definitions, but of the service that it has for it: here are its name and its colours, without the service. */
languages.register({
  id: "json",
  extensions: [".json", ".jsonc", ".webmanifest", ".geojson", ".har", ".babelrc", ".eslintrc", ".jshintrc"],
  aliases: ["JSON", "json", "jsonc"],
  mimetypes: ["application/json"],
});
languages.setLanguageConfiguration("json", {
  wordPattern: /(-?\d*\.\d\w*)|([^[{\]}:",\s]+)/g,
  comments: { lineComment: "//", blockComment: ["/*", "*/"] },
  brackets: [
    ["{", "}"],
    ["[", "]"],
  ],
  autoClosingPairs: [
    { open: "{", close: "}", notIn: ["string"] },
    { open: "[", close: "]", notIn: ["string"] },
    { open: '"', close: '"', notIn: ["string"] },
  ],
});
languages.registerTokensProviderFactory("json", {
  create: async () => {
    const { createTokenizationSupport } = await patiently(
      () => import("monaco-editor/languages/features/json/tokenization"),
    );
    return createTokenizationSupport(true);
  },
});
