export const grammars = ["typescript", "tsx", "javascript", "python", "cpp", "go", "rust", "java", "csharp"] as const;

export type Grammar = (typeof grammars)[number];

/** By Monaco's name of a language. C is read as C++, of which it is nearly a part. */
const byLanguage: Readonly<Record<string, Grammar>> = {
  typescript: "typescript",
  javascript: "javascript",
  python: "python",
  c: "cpp",
  cpp: "cpp",
  go: "go",
  rust: "rust",
  java: "java",
  csharp: "csharp",
};

/** The grammar for a file, where there is one. @param language Monaco's name of it @param name the file's */
export function grammarOf(language: string, name: string): Grammar | undefined {
  if (language === "typescript" && name.toLowerCase().endsWith(".tsx")) return "tsx";
  return Object.hasOwn(byLanguage, language) ? byLanguage[language] : undefined;
}
