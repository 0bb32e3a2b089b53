import { server } from "../../app/route.ts";

/** What this server runs, by its own word (X10). */
export interface RunSite {
  /** Why it runs nothing, for a person; undefined where it does. */
  readonly problem?: string;
  /** What holds a program. */
  readonly protections?: string;
  readonly languages: readonly RunLanguage[];
}

export interface RunLanguage {
  readonly id: string;
  readonly name: string;
  /** Such as ".py"; none where another language has them and this one is chosen by name. */
  readonly extensions: readonly string[];
  /** A new file's name. */
  readonly file: string;
  readonly installed: boolean;
  /** What whoever runs the server does so that it is. */
  readonly install?: string;
  readonly memoryMB: number;
  /** Whether it is given arguments. */
  readonly arguments: boolean;
}

/** What an operator installs meanwhile shows after so long; where nothing runs, what is mended. */
const freshMs = 60_000;
const freshProblemMs = 5_000;

let asked: { readonly at: number; readonly site: Promise<RunSite>; forMs: number } | undefined;

/** @throws Error whose text is for a person */
export function runSite(): Promise<RunSite> {
  if (asked === undefined || performance.now() - asked.at > asked.forMs) {
    const now = { at: performance.now(), site: ask(), forMs: freshMs };
    asked = now;
    now.site.then(
      ({ problem }) => {
        if (problem !== undefined) now.forMs = freshProblemMs;
      },
      () => {
        asked = undefined;
      },
    );
  }
  return asked.site;
}

async function ask(): Promise<RunSite> {
  const answer = await fetch(`${server}/run`, { cache: "no-store" }).catch(() => undefined);
  if (answer === undefined) throw new Error("The server does not answer. Try again in a moment.");
  if (answer.status === 404) return { problem: "This server runs no programs.", languages: [] };
  const site = (await answer.json().catch(() => undefined)) as RunSite | undefined;
  if (!Array.isArray(site?.languages)) throw new Error("The server did not say which programs it runs. Try again.");
  return site;
}

/** The languages that a file may be in: those of its ending first, then those that share it. */
export function languagesOf<Language extends Pick<RunLanguage, "extensions" | "file">>(
  { languages }: { readonly languages: readonly Language[] },
  name: string,
): readonly Language[] {
  const lower = name.toLowerCase();
  const own = languages.filter(({ extensions }) => extensions.some((ending) => lower.endsWith(ending)));
  const endings = own.flatMap(({ extensions }) => extensions);
  const also = languages.filter(
    ({ extensions, file }) => extensions.length === 0 && endings.some((ending) => file.toLowerCase().endsWith(ending)),
  );
  return [...own, ...also];
}
