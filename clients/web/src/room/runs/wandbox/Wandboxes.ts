import { Observable } from "@coterie/core";
import { namedLanguage } from "../pipelines/languages.ts";
import type { RunChoices } from "../pipelines/RunChoices.ts";
import { wandboxSites } from "./sites.ts";
import { type Compiler, compilersOf } from "./wandbox.ts";

/**
 * The Wandbox that a person has chosen among those that this server allows, and what its compilers are called.
 *
 * Always: nothing is asked of one before the person has agreed to that; its list is asked for once in a visit.
 */
export class Wandboxes {
  readonly sites = wandboxSites();
  /** By site, as far as they were asked for. */
  readonly compilers = new Observable<ReadonlyMap<string, readonly Compiler[]>>(new Map());
  readonly #choices: RunChoices;

  constructor(choices: RunChoices) {
    this.#choices = choices;
  }

  get site(): string | undefined {
    const { wandbox } = this.#choices.view.get();
    return this.sites.find((site) => site === wandbox) ?? this.sites[0];
  }

  /** Why no program of this name can be sent there, for a person; undefined where one can, as far as is known without asking. */
  refusalOf(file: string): string | undefined {
    if (this.site === undefined)
      return "This server's pages may ask no Wandbox. Whoever runs it can allow one: coterie serve --wandbox URL.";
    if (namedLanguage(file) === undefined) return "A Wandbox has no compiler for such a file.";
    const known = this.compilers.get().get(this.site);
    return known && this.#fitting(known, file).length === 0
      ? "This Wandbox has no compiler for such a file."
      : undefined;
  }

  /** The compilers that a program of this name may have there, as far as they are known. */
  of(file: string): readonly Compiler[] {
    const known = this.site === undefined ? undefined : this.compilers.get().get(this.site);
    return known ? this.#fitting(known, file) : [];
  }

  /** The one that was chosen; where that is gone, the first of the list. */
  compilerOf(file: string): Compiler | undefined {
    const all = this.of(file);
    const chosen = this.#choices.compilerOf(file);
    return all.find(({ name }) => name === chosen) ?? all[0];
  }

  async ask(site: string, signal: AbortSignal): Promise<void> {
    if (this.compilers.get().has(site)) return;
    const all = await compilersOf(site, signal);
    this.compilers.set(new Map(this.compilers.get()).set(site, all));
  }

  #fitting(all: readonly Compiler[], file: string): readonly Compiler[] {
    const named = namedLanguage(file);
    const called = (named?.wandbox ?? named?.name)?.toLowerCase();
    return all.filter(({ language }) => language.toLowerCase() === called);
  }
}
