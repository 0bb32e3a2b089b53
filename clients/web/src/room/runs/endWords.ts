import { RunEnd } from "@coterie/core/runs/RunEnd.ts";
import { type RunEnded, RunFlag } from "@coterie/core/runs/RunEnded.ts";
import { legible } from "../bring/plan.ts";
import type { RemoteEnd, RemoteState } from "./wandbox/RemoteRun.ts";

const mostOfComplaint = 1_024;

const SIGNALS: { readonly [number: number]: string } = {
  1: "SIGHUP",
  2: "SIGINT",
  3: "SIGQUIT",
  4: "SIGILL",
  6: "SIGABRT",
  7: "SIGBUS",
  8: "SIGFPE",
  9: "SIGKILL",
  11: "SIGSEGV",
  13: "SIGPIPE",
  14: "SIGALRM",
  15: "SIGTERM",
  25: "SIGXFSZ",
  31: "SIGSYS",
};

/** How a run ended, in few words. */
export function endWords({ end, exitCode, complaint, signal }: RemoteEnd): string {
  if (signal !== undefined) return `Ended by a signal: ${signal}`;
  switch (end) {
    case RunEnd.NotCompiled:
      return `Not compiled: the compiler ended with exit code ${exitCode}`;
    case RunEnd.NoRoom:
      return "Not run: the files are too large for its folder";
    case RunEnd.Stopped:
      return "Stopped";
    case RunEnd.OutOfTime:
      return "Stopped: its time was over";
    case RunEnd.OutOfCpu:
      return "Stopped: it had used its time on processors";
    case RunEnd.OutOfMemory:
      return "Stopped: it wanted more memory than it may have";
    case RunEnd.TooManyFiles:
      return "Stopped: it made too many files";
    case RunEnd.NotStarted:
      return complaint === "" ? "Not run" : `Not run: ${legible(complaint, mostOfComplaint)}`;
    case RunEnd.Failed:
      return complaint === "" ? "The server failed it" : `The server failed it: ${legible(complaint, mostOfComplaint)}`;
    default:
      return SIGNALS[exitCode - 128]
        ? `Ended by ${SIGNALS[exitCode - 128]} (exit code ${exitCode})`
        : `Exit code ${exitCode}`;
  }
}

/** The same for a tab. */
export function shortEnd({ end, exitCode, signal }: RemoteEnd): string {
  if (signal !== undefined) return "signal";
  if (end === RunEnd.Exited) return `exit ${exitCode}`;
  if (end === RunEnd.NotCompiled) return "not compiled";
  if (end === RunEnd.Failed) return "failed";
  return end === RunEnd.NotStarted || end === RunEnd.NoRoom ? "not run" : "stopped";
}

/** Whether it did what its author wanted, as far as a program says. */
export function wentWell({ end, exitCode, signal }: RemoteEnd): boolean {
  return end === RunEnd.Exited && exitCode === 0 && signal === undefined;
}

/** What it took. */
export function tookWords({ end, wallMs, cpuMs, peakBytes, flags }: RunEnded): readonly string[] {
  if (end === RunEnd.NotStarted || end === RunEnd.NoRoom) return [];
  const about = (flags & RunFlag.Approximate) !== 0 ? "about " : "";
  return [
    seconds(wallMs),
    `processor ${about}${seconds(cpuMs)}`,
    `memory ${about}${memory(peakBytes)}`,
    ...((flags & RunFlag.OutputCut) !== 0 ? ["the rest of its output was left out"] : []),
  ];
}

export function seconds(ms: number): string {
  if (ms < 1_000) return `${ms} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const [minutes, rest] = [Math.floor(ms / 60_000), Math.round((ms % 60_000) / 1_000)];
  return rest === 0 ? `${minutes} min` : `${minutes} min ${rest} s`;
}

/** As limits of memory are told: in units of 1,024 × 1,024 bytes. */
export function memory(bytes: number): string {
  const megabytes = bytes / (1 << 20);
  return `${megabytes < 10 ? megabytes.toFixed(1) : Math.round(megabytes)} MB`;
}

/** How far it is, where there is room for some words. */
export function listWords(state: RemoteState): string {
  if (state.phase !== "queued" || state.away) return phaseWords(state);
  if (state.ahead === undefined) return "waiting";
  return state.ahead === 0 ? "waiting: it is the next" : `waiting: ${state.ahead} ahead of it`;
}

/** How far a run is, in a word or two for its tab. */
export function phaseWords({ phase, ahead, compiling, ended, away }: RemoteState): string {
  if (phase === "ended") return ended ? shortEnd(ended) : "ended";
  if (phase === "lost") return "lost";
  if (away) return "connecting";
  if (phase === "queued") return ahead ? `queued ${ahead}` : "queued";
  return compiling ? "compiling" : "running";
}
