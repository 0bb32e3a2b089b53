import list from "../../../../../../src/Coterie.Server/Runs/Languages/languages.json";

/** A language as languages.json of the server says it, as far as a run package needs it; what the fields mean stands in Language.cs. */
export interface Language {
  readonly id: string;
  readonly name: string;
  readonly extensions: readonly string[];
  readonly file: string;
  readonly entry?: { readonly pattern: string; readonly rule: string };
  readonly main?: string;
  readonly compile?: readonly string[];
  readonly run: readonly string[];
  readonly environment?: { readonly [name: string]: string };
  readonly needs: readonly string[];
  readonly version?: readonly string[];
  readonly packages: readonly string[];
  readonly elsewhere?: Elsewhere;
}

/** What differs on a person's own machine from the server's Debian. */
export interface Elsewhere {
  /** Where it is to be had. */
  readonly page?: string;
  /** By a program's name on Debian: those that do as well on Linux and macOS. */
  readonly programs?: Programs;
  readonly macos?: {
    readonly install?: string;
    /** Fails where what is in /usr/bin is only a stand-in that asks to install it. */
    readonly check?: readonly string[];
  };
  readonly windows?: {
    readonly install?: string;
    /** By a program's name on Debian, what it is called there: the first that is found, with words for it, or a path. */
    readonly programs?: Programs;
    /** Those that are batch files there. */
    readonly batch?: readonly string[];
  };
}

type Programs = { readonly [name: string]: readonly string[] };

export const languages: readonly Language[] = list;
