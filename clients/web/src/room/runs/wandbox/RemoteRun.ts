import { Observable, type RunState, type Said } from "@coterie/core";
import { RunEnd } from "@coterie/core/runs/RunEnd.ts";
import type { RunEnded } from "@coterie/core/runs/RunEnded.ts";
import { words } from "../../../app/toast.ts";
import { hostOf } from "../pipelines/Pipeline.ts";
import { type Compiler, compile, type Job, type Outcome } from "./wandbox.ts";

/** How a run ended of which nobody measured anything. */
export type RemoteEnd = Pick<RunEnded, "end" | "exitCode" | "complaint"> & {
  /** In the words of where it ran, such as "Killed". */
  readonly signal?: string | undefined;
};

export type RemoteState = Omit<RunState, "ended"> & {
  readonly ended: RemoteEnd | undefined;
  /** How long this page waited. */
  readonly wallMs?: number;
};

const encoder = new TextEncoder();

/**
 * A program that a Wandbox runs for this page: sent once, answered once. Nobody else in the room hears of it, and nothing of it is in a
 * log. Where it is stopped, its answer is not waited for any more; what goes on over there nobody can say.
 */
export class RemoteRun {
  readonly id = `remote-${crypto.randomUUID()}`;
  readonly started = true;
  readonly site: string;
  /** The path of the program in the room. */
  readonly entry: string;
  readonly compiler: Compiler;
  readonly hand = new Observable(true);
  readonly state = new Observable<RemoteState>({
    phase: "running",
    ahead: undefined,
    compiling: false,
    terms: undefined,
    size: undefined,
    ended: undefined,
    full: false,
    away: false,
    problem: undefined,
  });
  readonly #said: Said[] = [];
  readonly #listeners = new Set<(said: Said, isNew: boolean) => void>();
  readonly #abort = new AbortController();

  constructor(site: string, entry: string, job: Job) {
    this.site = site;
    this.entry = entry;
    this.compiler = job.compiler;
    void this.#run(job);
  }

  get host(): string {
    return hostOf(this.site);
  }

  /** Hears all that was said, and what comes. Returns its end. */
  listen(listener: (said: Said, isNew: boolean) => void): () => void {
    for (const said of this.#said) listener(said, false);
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  read(reader: (said: Said) => void): () => void {
    return this.listen(reader);
  }

  stop(): void {
    this.#abort.abort();
  }

  async #run(job: Job): Promise<void> {
    const begun = performance.now();
    const over = (change: Partial<RemoteState>) =>
      this.state.set({ ...this.state.get(), ...change, wallMs: Math.round(performance.now() - begun) });
    try {
      const outcome = await compile(this.site, job, this.#abort.signal);
      this.#say({ by: "compiler", bytes: encoder.encode(outcome.compilerSaid) });
      this.#say({ by: "program", bytes: encoder.encode(outcome.programSaid) });
      const ended = endIn(outcome);
      over(ended ? { phase: "ended", ended } : { phase: "lost", problem: `${this.host} did not say how it ended.` });
    } catch (error) {
      if (this.#abort.signal.aborted)
        over({ phase: "ended", ended: { end: RunEnd.Stopped, exitCode: 0, complaint: "" } });
      else over({ phase: "lost", problem: words(error) });
    }
  }

  #say(said: Said): void {
    if (said.bytes.length === 0) return;
    this.#said.push(said);
    for (const listener of [...this.#listeners]) listener(said, true);
  }
}

function endIn({ exitCode, signal }: Outcome): RemoteEnd | undefined {
  if (exitCode === undefined && signal === undefined) return undefined;
  return { end: RunEnd.Exited, exitCode: exitCode ?? 0, signal, complaint: "" };
}
