import { legible } from "../../bring/plan.ts";
import { hostOf } from "../pipelines/Pipeline.ts";

/*
 * A Wandbox as a page asks it, by the two calls of its API (melpon/wandbox, kennel/API.md and proto/kennel.proto): GET /api/list.json
 * and POST /api/compile.json. Nothing that it answers is believed to be of a size or a form. What is thrown is for a person.
 */

const mostListMs = 20_000;
/** Longer than its own limit for a compiler and a program together. */
const mostRunMs = 90_000;
const mostAnswerBytes = 4_000_000;
export const mostSentBytes = 1_000_000;
const mostCompilers = 2_000;
const mostNameLetters = 200;

export interface Compiler {
  /** By which it is asked for. */
  readonly name: string;
  readonly language: string;
  /** For a person, with its version. */
  readonly label: string;
  /** What it does, such as "g++ prog.cc"; may be empty. */
  readonly command: string;
  /** Whether it takes options as one writes them. */
  readonly takesOptions: boolean;
  /** Whether the program takes arguments. */
  readonly takesArguments: boolean;
  /** Those of its switches that are on where nobody says otherwise, as it is told them. */
  readonly switches: string;
}

export interface Job {
  readonly compiler: Compiler;
  readonly code: string;
  /** The other files, by where they lie beside the program. */
  readonly codes: readonly { readonly file: string; readonly code: string }[];
  readonly input: string;
  readonly options: readonly string[];
  readonly arguments: readonly string[];
}

export interface Outcome {
  readonly compilerSaid: string;
  readonly programSaid: string;
  /** Of the program, or of the compiler that refused. */
  readonly exitCode: number | undefined;
  /** In words of the system there, such as "Killed". */
  readonly signal: string | undefined;
}

export async function compilersOf(site: string, signal: AbortSignal): Promise<readonly Compiler[]> {
  const answer = await ask(site, "list.json", {}, mostListMs, signal);
  const compilers = Array.isArray(answer) ? answer.slice(0, mostCompilers).flatMap(compilerIn) : [];
  if (compilers.length === 0)
    throw new Error(`${hostOf(site)} names no compilers: is there a Wandbox at that address?`);
  return compilers;
}

export async function compile(site: string, job: Job, signal: AbortSignal): Promise<Outcome> {
  const body = JSON.stringify({
    compiler: job.compiler.name,
    code: job.code,
    codes: job.codes,
    options: job.compiler.switches,
    stdin: job.input,
    "compiler-option-raw": job.options.join("\n"),
    "runtime-option-raw": job.arguments.join("\n"),
    save: false,
  });
  const headers = { "Content-Type": "application/json" };
  const answer = await ask(site, "compile.json", { method: "POST", headers, body }, mostRunMs, signal);
  const outcome = outcomeIn(answer);
  if (outcome === undefined)
    throw new Error(`${hostOf(site)} answered with something that is no outcome of a program.`);
  return outcome;
}

async function ask(site: string, call: string, init: RequestInit, mostMs: number, signal: AbortSignal) {
  const host = hostOf(site);
  const ends = new AbortController();
  const end = () => ends.abort();
  signal.addEventListener("abort", end);
  let late = false;
  const timer = setTimeout(() => {
    late = true;
    ends.abort();
  }, mostMs);
  try {
    signal.throwIfAborted();
    const answer = await fetch(`${site}/api/${call}`, {
      ...init,
      ...{
        signal: ends.signal,
        credentials: "omit",
        referrerPolicy: "no-referrer",
        redirect: "error",
        cache: "no-store",
      },
    }).catch(() => undefined);
    signal.throwIfAborted();
    if (late) throw new Error(`${host} did not answer within ${mostMs / 1_000} seconds.`);
    if (answer === undefined)
      throw new Error(`${host} cannot be reached: it is not there now, or takes no requests of other sites' pages.`);
    if (!answer.ok) throw new Error(refusal(host, answer.status));
    const text = await read(answer, host).catch((error: unknown) => {
      signal.throwIfAborted();
      throw late ? new Error(`${host} did not finish its answer within ${mostMs / 1_000} seconds.`) : error;
    });
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) throw new Error(`${host} answered with something that is no JSON.`);
    throw error;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", end);
    ends.abort();
  }
}

function refusal(host: string, status: number): string {
  if (status === 404)
    return `${host} does not know that (404): the compiler may be gone, or there is no Wandbox at that address.`;
  if (status === 413) return `${host} finds the files too large (413).`;
  if (status === 429) return `${host} has been asked too often (429). Try again later.`;
  return status >= 500
    ? `${host} has a fault of its own (${status}). Try again later.`
    : `${host} refused the request (${status}).`;
}

async function read(answer: Response, host: string): Promise<string> {
  const reader = answer.body?.getReader();
  const decoder = new TextDecoder();
  let text = "";
  let bytes = 0;
  for (;;) {
    const part = await reader?.read().catch(() => {
      throw new Error(`${host} broke off in the middle of its answer.`);
    });
    if (part?.value === undefined) return text + decoder.decode();
    bytes += part.value.length;
    if (bytes > mostAnswerBytes)
      throw new Error(`${host} answers with more than ${mostAnswerBytes / 1_000_000} MB: that is not read.`);
    text += decoder.decode(part.value, { stream: true });
  }
}

type Fields = { readonly [field: string]: unknown };

function compilerIn(value: unknown): Compiler[] {
  const fields = fieldsIn(value) ?? {};
  const { name, language, version, switches } = fields;
  if (!isName(name) || !isName(language)) return [];
  const { "display-name": shown, "display-compile-command": command } = fields;
  const called = isName(shown) ? shown : name;
  return [
    {
      ...{ name, language },
      label: legible(isName(version) && !called.includes(version) ? `${called} ${version}` : called),
      command: isName(command) ? legible(command) : "",
      takesOptions: fields["compiler-option-raw"] === true,
      takesArguments: fields["runtime-option-raw"] === true,
      switches: Array.isArray(switches) ? switches.flatMap(switchOn).join(",") : "",
    },
  ];
}

/** A switch is one word that is on or off, or a choice among words; the one that is chosen by default is told. */
function switchOn(value: unknown): string[] {
  const { name, default: on } = fieldsIn(value) ?? {};
  if (on === true || on === "true") return isName(name) ? [name] : [];
  return isName(on) && on !== "false" ? [on] : [];
}

function outcomeIn(value: unknown): Outcome | undefined {
  const fields = fieldsIn(value);
  if (fields === undefined) return undefined;
  const status = fields.status ?? "";
  const parts = ["message", "output", "error"];
  const texts = ["signal", ...parts.map((part) => `compiler_${part}`), ...parts.map((part) => `program_${part}`)];
  if (texts.some((field) => typeof (fields[field] ?? "") !== "string")) return undefined;
  const text = (field: string) => (fields[field] ?? "") as string;
  const said = (by: string) => text(`${by}_message`) || text(`${by}_output`) + text(`${by}_error`);
  const signal = text("signal");
  const code =
    typeof status === "number" || (typeof status === "string" && /^-?\d+$/.test(status)) ? Number(status) : undefined;
  if (code === undefined && status !== "") return undefined;
  return {
    compilerSaid: said("compiler"),
    programSaid: said("program"),
    exitCode: code,
    signal: signal === "" ? undefined : legible(signal, mostNameLetters),
  };
}

function fieldsIn(value: unknown): Fields | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "" && value.length <= mostNameLetters;
}
