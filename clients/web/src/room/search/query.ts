/** What is looked for in the texts of a room. */
export interface Query {
  readonly text: string;
  readonly regex: boolean;
  readonly matchCase: boolean;
  readonly wholeWord: boolean;
  /** What each place is to become; undefined where nothing is replaced. */
  readonly replacement: string | undefined;
}

/** A place that was found. Offsets count UTF-16 units from the text's beginning. */
export interface Hit {
  readonly start: number;
  readonly end: number;
  /** From 1, as editors count. */
  readonly line: number;
  readonly column: number;
  /** The line it begins in, or what of it is near; with where in that it stands. */
  readonly near: string;
  readonly from: number;
  readonly to: number;
  /** What it is to become. */
  readonly becomes: string | undefined;
}

/** How much of a line is shown before a place, and in all. */
const mostBefore = 14;
const mostNear = 240;

/** @returns the expression, or why there is none, for a person. */
export function compile({ text, regex, matchCase, wholeWord }: Query): RegExp | string {
  const source = regex ? text : text.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");
  const whole = wholeWord ? `(?<![\\p{L}\\p{N}_])(?:${source})(?![\\p{L}\\p{N}_])` : source;
  try {
    return new RegExp(whole, `gmu${matchCase ? "" : "i"}`);
  } catch (error) {
    const why = error instanceof Error ? error.message : "";
    return `This is no regular expression: ${why.replace(/^Invalid regular expression: (\/.*\/[a-z]*: )?/s, "")}`;
  }
}

/** The places of a text that match, in order, at most so many; also those without a letter, as where a line begins. */
export function hitsIn(text: string, expression: RegExp, query: Query, most: number): Hit[] {
  const hits: Hit[] = [];
  let [line, lineStart, lineEnd] = [1, 0, endOfLine(text, 0)];
  expression.lastIndex = 0;
  while (hits.length < most) {
    const match = expression.exec(text);
    if (match === null) break;
    if (match[0] === "") {
      expression.lastIndex += (text.codePointAt(match.index) ?? 0) > 0xffff ? 2 : 1;
      if (text.startsWith("\r\n", match.index - 1)) continue; // each of the two ends a line, to an expression
    }
    const [start, end] = [match.index, match.index + match[0].length];
    for (; lineEnd < start; line++) {
      lineStart = lineEnd + 1;
      lineEnd = endOfLine(text, lineStart);
    }
    const [shown, column] = [near(text, lineStart, lineEnd, start), start - lineStart + 1];
    const [from, to] = [start - shown.begin, Math.min(end - shown.begin, shown.text.length)];
    hits.push({ start, end, line, column, near: shown.text, from, to, becomes: becomes(match, query) });
  }
  return hits;
}

function endOfLine(text: string, from: number): number {
  const found = text.indexOf("\n", from);
  return found === -1 ? text.length : found;
}

function near(text: string, lineStart: number, lineEnd: number, start: number): { text: string; begin: number } {
  let begin = Math.max(lineStart, start - mostBefore);
  while (begin < start && /\s/.test(text[begin]!)) begin++;
  const cut = /\S/.test(text.slice(Math.max(lineStart, begin - mostNear), begin)) ? "…" : "";
  return { text: cut + text.slice(begin, Math.min(lineEnd, begin + mostNear)), begin: begin - cut.length };
}

function becomes(match: RegExpExecArray, { regex, replacement }: Query): string | undefined {
  return replacement === undefined || !regex ? replacement : filledIn(replacement, match);
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", "\\": "\\" };

/** As String.replace has it: $1 to $99, $&, $<name> and $$; and \n, \t and \\, which cannot be typed into a line. */
function filledIn(template: string, match: RegExpExecArray): string {
  return template.replace(
    /\$(\$|&|\d{1,2}|<[^>]*>)|\\([nt\\])/g,
    (whole, what: string | undefined, escaped: string | undefined) => {
      if (escaped !== undefined) return escapes[escaped]!;
      if (what === "$") return "$";
      if (what === "&") return match[0];
      if (what!.startsWith("<")) return match.groups === undefined ? whole : (match.groups[what!.slice(1, -1)] ?? "");
      const group = [what!, what![0]!].find((digits) => Number(digits) > 0 && Number(digits) < match.length);
      return group === undefined ? whole : (match[Number(group)] ?? "") + what!.slice(group.length);
    },
  );
}

/** A text with these places replaced, which stand in order and do not overlap. */
export function replaced(text: string, hits: readonly Hit[]): string {
  let [done, at] = ["", 0];
  for (const { start, end, becomes: by } of hits) {
    done += text.slice(at, start) + (by ?? "");
    at = end;
  }
  return done + text.slice(at);
}
