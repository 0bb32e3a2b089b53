import type { Said } from "@coterie/core";
import type { Problem, Severity } from "./Problem.ts";
import { caret, interrupted, type Pattern, patterns } from "./patterns.ts";
import type { RunFiles } from "./RunFiles.ts";

export const mostProblems = 200;
export const longestLine = 2_000;
const longestMessage = 500;
const caretBelow = 4;

interface Groups {
  readonly path?: string;
  readonly line?: string;
  readonly column?: string;
  readonly severity?: string;
  readonly message?: string;
}

type Place = Pick<Problem, "file" | "path" | "line" | "column">;

/** What was read of a problem whose place or words are still to come. */
interface Open {
  readonly family: string;
  readonly severity: Severity;
  readonly message: string | undefined;
  readonly place: Place | undefined;
  /** Whether its words come behind its places. */
  readonly frames: boolean;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would not show as letters is taken out
const escapes = /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[()][A-Z0-9]|[=>78cDEHM])/g;
// biome-ignore lint/suspicious/noControlCharactersInRegex: nor do these reach a page
const controls = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g;

/**
 * Reads the problems that name a file of the room out of what a compiler and a program say, piece by piece.
 *
 * Always: at most `mostProblems`, each once; of a line longer than `longestLine` nothing is kept or read.
 */
export class ProblemReader {
  readonly #files: RunFiles;
  readonly #decoder = new TextDecoder();
  readonly #known = new Set<string>();
  #problems: readonly Problem[] = [];
  /** The line that is not whole yet. */
  #rest = "";
  /** Whether what comes belongs to a line that is too long. */
  #skips = false;
  #by: Said["by"] = "program";
  #open: Open | undefined;
  /** In so many lines below the problem that was found last a caret may give its column. */
  #caretWithin = 0;

  constructor(files: RunFiles) {
    this.#files = files;
  }

  get problems(): readonly Problem[] {
    return this.#problems;
  }

  read({ by, bytes }: Said): void {
    if (by !== this.#by) this.end();
    this.#by = by;
    const lines = this.#decoder.decode(bytes, { stream: true }).split("\n");
    for (const [nth, part] of lines.entries()) {
      const isWhole = nth < lines.length - 1;
      if (this.#skips || this.#rest.length + part.length > longestLine) {
        this.#rest = "";
        this.#skips = !isWhole;
      } else {
        this.#rest += part;
        if (isWhole) this.#endLine();
      }
    }
  }

  /** Nothing more comes. */
  end(): void {
    if (this.#rest !== "" && !this.#skips) this.#endLine();
    this.#rest = "";
    this.#skips = false;
    this.#close();
  }

  #endLine(): void {
    const line = this.#rest.replaceAll(escapes, "").replaceAll(controls, "");
    this.#rest = "";
    if (this.#problems.length < mostProblems) this.#line(line);
  }

  #line(line: string): void {
    if (this.#open?.frames && /^\S/.test(line)) {
      this.#open = { ...this.#open, message: line };
      this.#close();
      return;
    }
    if (this.#caretWithin > 0) this.#caret(line);
    for (const pattern of patterns) {
      const groups = pattern.by === undefined || pattern.by === this.#by ? pattern.is.exec(line)?.groups : undefined;
      if (!groups) continue;
      this.#take(pattern, groups);
      return;
    }
    if (line === "" && this.#open?.message !== undefined && this.#open.place) this.#close();
  }

  #caret(line: string): void {
    this.#caretWithin -= 1;
    const before = caret.exec(line)?.groups?.before;
    if (before === undefined) return;
    this.#caretWithin = 0;
    this.#problems = [...this.#problems.slice(0, -1), { ...this.#problems.at(-1)!, column: before.length + 1 }];
  }

  #take(pattern: Pattern, groups: Groups): void {
    const { kind, family } = pattern;
    const open = this.#open?.family === family ? this.#open : undefined;
    const place = this.#place(pattern, groups);
    const severity = /warning/i.test(groups.severity ?? "") ? "warning" : "error";
    const message = groups.message;
    switch (kind) {
      case "whole":
        this.#close();
        if (place) this.#found(place, severity, message!);
        else this.#open = { family, severity, message, place: undefined, frames: false };
        break;
      case "title":
        if (open?.message !== undefined || open === undefined) this.#close();
        this.#open = { family, severity, message, place: this.#open?.place, frames: false };
        break;
      case "place":
        if (open?.message === undefined || place === undefined) break;
        this.#found(place, open.severity, open.message);
        this.#open = undefined;
        break;
      case "header":
        this.#close();
        this.#open = { family, severity, message: undefined, place, frames: false };
        break;
      case "frames":
        if (!open?.frames) this.#close();
        this.#open = { family, severity, message: undefined, place: place ?? open?.place, frames: true };
        break;
    }
  }

  /** What is still open has as much of a place as it will have. */
  #close(): void {
    const open = this.#open;
    this.#open = undefined;
    if (open?.place && open.message !== undefined) this.#found(open.place, open.severity, open.message);
  }

  #place({ nameOnly, columnFrom0 }: Pattern, { path, line, column }: Groups): Place | undefined {
    if (path === undefined) return undefined;
    const found = this.#files.find(path) ?? (nameOnly ? this.#files.named(path) : undefined);
    if (found === undefined || Number(line) < 1) return undefined;
    const from1 = column === undefined ? undefined : Math.max(Number(column) + (columnFrom0 ? 1 : 0), 1);
    return { ...found, line: Number(line), column: from1 };
  }

  #found(place: Place, severity: Severity, words: string): void {
    const message = words.trim().slice(0, longestMessage);
    const key = [place.file, place.line, place.column, message].join();
    this.#caretWithin = 0;
    if (interrupted.test(message) || this.#known.has(key) || this.#problems.length >= mostProblems) return;
    this.#known.add(key);
    if (place.column === undefined) this.#caretWithin = caretBelow;
    this.#problems = [...this.#problems, { ...place, severity, message }];
  }
}
