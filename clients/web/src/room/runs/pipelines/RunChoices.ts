import { Observable } from "@coterie/core";
import { remembered } from "../../../app/remembered.ts";
import { endingOf } from "../runForm.ts";
import { namedLanguage } from "./languages.ts";
import { type Pipeline, pipelines } from "./Pipeline.ts";

/** By a language's name; of one without, by what its files end in. */
type ByLanguage<Choice> = { readonly [language: string]: Choice };

interface Kept {
  readonly pipelines: ByLanguage<Pipeline>;
  /** The address of the Wandbox that was chosen, where there are several. */
  readonly wandbox: string | undefined;
  /** A compiler's name there. */
  readonly compilers: ByLanguage<string>;
  /** What a compiler is given besides, as one line. */
  readonly options: ByLanguage<string>;
  /** Whether it was said what opening OnlineGDB means. */
  readonly knowsOnlineGdb: boolean;
}

/** By what a person runs programs, as this browser remembers it for all rooms. */
export class RunChoices {
  readonly view = new Observable<Kept>(keptIn(remembered.pipelines()));

  /** @param file its name */
  pipelineOf(file: string): Pipeline | undefined {
    return own(this.view.get().pipelines, file);
  }

  compilerOf(file: string): string | undefined {
    return own(this.view.get().compilers, file);
  }

  optionsOf(file: string): string {
    return own(this.view.get().options, file) ?? "";
  }

  choose(file: string, pipeline: Pipeline): void {
    this.change({ pipelines: { ...this.view.get().pipelines, [languageOf(file)]: pipeline } });
  }

  chooseCompiler(file: string, name: string): void {
    this.change({ compilers: { ...this.view.get().compilers, [languageOf(file)]: name } });
  }

  giveOptions(file: string, line: string): void {
    this.change({ options: { ...this.view.get().options, [languageOf(file)]: line } });
  }

  change(part: Partial<Kept>): void {
    this.view.set({ ...this.view.get(), ...part });
    remembered.rememberPipelines(JSON.stringify(this.view.get()));
  }
}

/** What of a person's programs is chosen for together. */
export function languageOf(file: string): string {
  return namedLanguage(file)?.name ?? endingOf(file);
}

function own<Choice>(choices: ByLanguage<Choice>, file: string): Choice | undefined {
  const language = languageOf(file);
  return Object.hasOwn(choices, language) ? choices[language] : undefined;
}

/** What was remembered, as far as it is one. */
export function keptIn(text: string | undefined): Kept {
  const kept = parsed(text);
  const chosen = (value: unknown): value is Pipeline => pipelines.includes(value as Pipeline);
  const isText = (value: unknown): value is string => typeof value === "string";
  return {
    pipelines: only(kept?.pipelines, chosen),
    wandbox: isText(kept?.wandbox) ? kept.wandbox : undefined,
    compilers: only(kept?.compilers, isText),
    options: only(kept?.options, isText),
    knowsOnlineGdb: kept?.knowsOnlineGdb === true,
  };
}

function parsed(text: string | undefined): Partial<Record<keyof Kept, unknown>> | null {
  try {
    return JSON.parse(text ?? "{}");
  } catch {
    return null;
  }
}

function only<Choice>(kept: unknown, is: (value: unknown) => value is Choice): ByLanguage<Choice> {
  if (typeof kept !== "object" || kept === null) return {};
  return Object.fromEntries(Object.entries(kept).filter((pair): pair is [string, Choice] => is(pair[1])));
}
