/** What a program is given. */
export interface Given {
  /** As one line. */
  readonly arguments: string;
  /** What it reads where it has no terminal. */
  readonly input: string;
}

/** What more programs were given is forgotten. */
const mostGiven = 50;
const nothing: Given = { arguments: "", input: "" };

/** How this person runs programs in a room, as this browser remembers it. */
export interface RunForm {
  /** The program that was run last, or chosen; a node's id. */
  readonly entry: string | undefined;
  /** By what its name ends in: the language that was chosen for it, where there are several. */
  readonly languages: { readonly [ending: string]: string };
  /** To each program what it is given, by its node's id; the one that was given something last stands last. */
  readonly given: { readonly [entry: string]: Given };
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
  given: {},
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
      given: Object.fromEntries(
        Object.entries(of("given", "object") ?? {}).filter(
          ([, each]) => typeof each?.arguments === "string" && typeof each.input === "string",
        ),
      ),
      direct: of("direct", "boolean"),
      onSave: of("onSave", "boolean"),
      agreed: of("agreed", "boolean"),
      agreedSites: Array.isArray(kept?.agreedSites) ? kept.agreedSites.filter((site) => typeof site === "string") : [],
    };
  } catch {
    return plainForm;
  }
}

export function givenTo({ given }: RunForm, entry: string): Given {
  return given[entry] ?? nothing;
}

/** With what of it is new for this program. */
export function withGiven(form: RunForm, entry: string, part: Partial<Given>): RunForm["given"] {
  const others = Object.entries(form.given).filter(([id]) => id !== entry);
  return Object.fromEntries([...others.slice(1 - mostGiven), [entry, { ...givenTo(form, entry), ...part }]]);
}

export function endingOf(name: string): string {
  return name.slice(name.lastIndexOf(".")).toLowerCase();
}
