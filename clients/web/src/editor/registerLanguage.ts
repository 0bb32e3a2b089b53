import { languages } from "monaco-editor/editor";

interface Definition extends languages.ILanguageExtensionPoint {
  loader(): Promise<{ readonly language: languages.IMonarchLanguage; readonly conf: languages.LanguageConfiguration }>;
}

const againMs = 5_000;

/**
 * Takes the place of Monaco's own function of this name (vite.config.ts): makes a language known, and fetches its colours when a file first
 * needs them. Where the server is just away they come later; Monaco's gives up at once, with an error that nothing catches.
 */
export function registerLanguage(definition: Definition): void {
  const { id } = definition;
  let fetched: ReturnType<Definition["loader"]> | undefined;
  const fetch = () => {
    fetched ??= patiently(() => definition.loader());
    return fetched;
  };
  languages.register(definition);
  languages.registerTokensProviderFactory(id, { create: async () => (await fetch()).language });
  languages.onLanguageEncountered(id, async () => {
    languages.setLanguageConfiguration(id, (await fetch()).conf);
  });
}

/** What a server that is just away gives later. */
export async function patiently<T>(load: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await load();
    } catch {
      await new Promise((resolve) => setTimeout(resolve, againMs));
    }
  }
}
