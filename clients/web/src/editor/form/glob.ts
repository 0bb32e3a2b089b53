/**
 * Whether a path matches a glob of .editorconfig: `*` letters but "/", `**` any letters, `?` one, `[abc]` and `[!abc]` one of these and
 * none of these, `{a,b}` one of these, `{1..9}` a whole number, `\` takes the next as it is.
 *
 * Always: it costs at most letters of the path times parts of the glob, whatever members write: nothing is tried again.
 */
export function globFor(glob: string): ((path: string) => boolean) | undefined {
  if (glob.length > mostLetters) return undefined;
  const steps: Step[] = [];
  const end = new Reader(glob, steps).all();
  return (path) => matches(steps, end, path);
}

/** Units of a glob; a longer one is none. */
const mostLetters = 1_000;

type Takes = (path: string, at: number) => readonly number[];

/** From a step one goes on to all of `to`: with letters of the path where it takes any, else with none. */
interface Step {
  readonly takes?: Takes;
  readonly to: number[];
}

function matches(steps: readonly Step[], end: number, path: string): boolean {
  const at: Set<number>[] = Array.from({ length: path.length + 1 }, () => new Set());
  at[0]!.add(0);
  for (let letter = 0; letter <= path.length; letter++)
    for (const step of at[letter]!) {
      const { takes, to } = steps[step]!;
      for (const next of takes ? takes(path, letter) : [letter])
        if (next <= path.length) for (const one of to) at[next]!.add(one);
    }
  return at[path.length]!.has(end);
}

const any: Takes = (path, at) => (at < path.length ? [at + 1] : []);
const notSlash: Takes = (path, at) => (at < path.length && path[at] !== "/" ? [at + 1] : []);

class Reader {
  readonly #glob: string;
  readonly #steps: Step[];
  #at = 0;

  constructor(glob: string, steps: Step[]) {
    this.#glob = glob;
    this.#steps = steps;
  }

  /** @returns the step at which all is read */
  all(): number {
    return this.#row(this.#step(), "");
  }

  /** Reads on until one of the ends. @returns the step at which it is read */
  #row(from: number, ends: string): number {
    let last = from;
    while (this.#at < this.#glob.length && !ends.includes(this.#glob[this.#at]!)) last = this.#part(last);
    return last;
  }

  #part(from: number): number {
    const letter = this.#glob[this.#at++]!;
    if (letter === "*") {
      const all = this.#glob[this.#at] === "*";
      if (all) this.#at++;
      return this.#loop(from, all ? any : notSlash);
    }
    if (letter === "?") return this.#take(from, notSlash);
    if (letter === "[") return this.#oneOf(from);
    if (letter === "{") return this.#choice(from);
    const wanted = letter === "\\" && this.#at < this.#glob.length ? this.#glob[this.#at++]! : letter;
    return this.#letter(from, wanted);
  }

  #oneOf(from: number): number {
    const inside = /^([!^]?)((?:\\.|[^\]\\/])+)\]/.exec(this.#glob.slice(this.#at));
    if (!inside) return this.#letter(from, "[");
    this.#at += inside[0].length;
    const none = inside[1] !== "";
    const letters = rangesIn(inside[2]!);
    return this.#take(from, (path, at) => {
      const code = path.codePointAt(at);
      if (code === undefined || path[at] === "/") return [];
      const within = letters.some(([first, last]) => first <= code && code <= last);
      return within === none ? [] : [at + (code > 0xffff ? 2 : 1)];
    });
  }

  #choice(from: number): number {
    const rest = this.#glob.slice(this.#at);
    const numbers = /^([+-]?\d{1,9})\.\.([+-]?\d{1,9})\}/.exec(rest);
    if (numbers) {
      this.#at += numbers[0].length;
      const [low, high] = [Number(numbers[1]), Number(numbers[2])].toSorted((a, b) => a - b);
      return this.#take(from, (path, at) => numbersAt(path, at, low!, high!));
    }
    if (!hasChoice(rest)) return this.#letter(from, "{");
    const after = this.#step();
    for (;;) {
      const begun = this.#step();
      this.#steps[from]!.to.push(begun);
      this.#steps[this.#row(begun, ",}")]!.to.push(after);
      if (this.#glob[this.#at++] !== ",") return after;
    }
  }

  #letter(from: number, letter: string): number {
    return this.#take(from, (path, at) => (path[at] === letter ? [at + 1] : []));
  }

  #step(takes?: Takes): number {
    return this.#steps.push(takes ? { takes, to: [] } : { to: [] }) - 1;
  }

  #take(from: number, takes: Takes): number {
    const [step, after] = [this.#step(takes), this.#step()];
    this.#steps[from]!.to.push(step);
    this.#steps[step]!.to.push(after);
    return after;
  }

  #loop(from: number, takes: Takes): number {
    const [step, after] = [this.#step(takes), this.#step()];
    this.#steps[from]!.to.push(after);
    this.#steps[after]!.to.push(step);
    this.#steps[step]!.to.push(after);
    return after;
  }
}

/** Whether braces that are open close again, with something to choose between. */
function hasChoice(rest: string): boolean {
  let [deep, commas] = [0, 0];
  for (let at = 0; at < rest.length; at++) {
    const letter = rest[at];
    if (letter === "\\") at++;
    else if (letter === "{") deep++;
    else if (letter === "," && deep === 0) commas++;
    else if (letter === "}" && deep-- === 0) return commas > 0;
  }
  return false;
}

function rangesIn(letters: string): [first: number, last: number][] {
  const codes = Array.from(letters.replace(/\\(.)/gu, "$1"), (letter) => letter.codePointAt(0)!);
  const ranges: [number, number][] = [];
  for (let at = 0; at < codes.length; at++) {
    const last = codes[at + 2];
    if (codes[at + 1] === 0x2d && last !== undefined) {
      ranges.push([codes[at]!, last]);
      at += 2;
    } else ranges.push([codes[at]!, codes[at]!]);
  }
  return ranges;
}

/** Where a whole number within bounds that begins here may end. */
function numbersAt(path: string, at: number, low: number, high: number): number[] {
  const [digits = ""] = /^[+-]?\d{0,9}/.exec(path.slice(at, at + 10)) ?? [];
  const ends: number[] = [];
  for (let length = 1; length <= digits.length; length++) {
    const said = digits.slice(0, length);
    const number = /\d$/.test(said) ? Number(said) : Number.NaN;
    if (low <= number && number <= high) ends.push(at + length);
  }
  return ends;
}
