/** How this person runs programs in a room, as this browser remembers it. */
export interface RunForm {
  /** The program that was run last, or chosen; a node's id. */
  readonly entry: string | undefined;
  /** By what its name ends in: the language that was chosen for it, where there are several. */
  readonly languages: { readonly [ending: string]: string };
  /** As one line. */
  readonly arguments: string;
  /** What a program reads that has no terminal. */
  readonly input: string;
  /** In a terminal at once, without asking for input before. */
  readonly direct: boolean;
  /** Whether what ran last runs again where one of its files is saved. */
  readonly onSave: boolean;
  /** Whether what goes along to this server was agreed to for good. */
  readonly agreed: boolean;
  /** The Wandbox servers to which it was, by address. */
  readonly agreedSites: readonly string[];
}

export const plainForm: RunForm = {
  entry: undefined,
  languages: {},
  arguments: "",
  input: "",
  direct: true,
  onSave: false,
  agreed: false,
  agreedSites: [],
};

/** What was remembered, as far as it is one. */
export function formIn(text: string | undefined): RunForm {
  try {
    const kept = JSON.parse(text ?? "{}") as Partial<RunForm> | null;
    const of = <Key extends keyof RunForm>(key: Key, kind: string): RunForm[Key] =>
      typeof kept?.[key] === kind ? (kept?.[key] as RunForm[Key]) : plainForm[key];
    return {
      entry: of("entry", "string"),
      languages: kept?.languages && typeof kept.languages === "object" ? kept.languages : {},
      arguments: of("arguments", "string"),
      input: of("input", "string"),
      direct: of("direct", "boolean"),
      onSave: of("onSave", "boolean"),
      agreed: of("agreed", "boolean"),
      agreedSites: Array.isArray(kept?.agreedSites) ? kept.agreedSites.filter((site) => typeof site === "string") : [],
    };
  } catch {
    return plainForm;
  }
}

export function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".")).toLowerCase();
}
