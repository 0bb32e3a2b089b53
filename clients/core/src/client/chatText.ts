import type { MemberId } from "../wire/Ids.ts";

/**
 * What the text of a message means (T10). It is plain text with five things in it, and whoever knows none of them can still read
 * it. Total and linear in the text's length; nothing here is ever markup: a part's text is the author's, to be shown as text.
 */

export type ChatPart =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "code"; readonly text: string }
  /** An http or https address. */
  | { readonly kind: "link"; readonly address: string }
  /** `name` is what the author saw; a client shows the member's own name of now, where it knows the member. */
  | { readonly kind: "mention"; readonly memberId: string; readonly name: string };

export type ChatBlock =
  | { readonly kind: "text"; readonly parts: readonly ChatPart[] }
  /** `language` is what stands behind the fence, perhaps nothing. */
  | { readonly kind: "code"; readonly language: string; readonly text: string };

const FENCE = "```";
const PART = /`([^`\n]+)`|@\[([^\]\n]{1,200})\]\(([0-9a-f]{32})\)|https?:\/\/[^\s<>"`]+/gu;

export function parseChatText(text: string): readonly ChatBlock[] {
  return slices(text).map(({ fence, raw }) =>
    fence === undefined ? { kind: "text", parts: parseParts(raw) } : { kind: "code", ...fence },
  );
}

/** The members whom a message mentions. */
export function mentionsOf(text: string): ReadonlySet<MemberId> {
  const members = new Set<MemberId>();
  if (text.includes("@["))
    for (const block of parseChatText(text))
      if (block.kind === "text")
        for (const part of block.parts) if (part.kind === "mention") members.add(part.memberId as MemberId);
  return members;
}

/**
 * The text as it travels: each `@NAME` outside code, NAME one of these, becomes a mention of that member. The longest name counts;
 * a letter before the `@` or behind the name makes it something else, an address for one.
 * @param names member ids by what the members are called on the screen
 */
export function withMentions(text: string, names: ReadonlyMap<string, string>): string {
  const known = [...names].filter(([name]) => name !== "").sort(([a], [b]) => b.length - a.length);
  return slices(text)
    .map(({ fence, raw }) => (fence === undefined ? mentioning(raw, known) : raw))
    .join("\n");
}

/** The message in one line, for where there is no room for more: mentions by name, code as it is. */
export function plainChatText(text: string, nameOf: (memberId: string) => string | undefined): string {
  const words = parseChatText(text).flatMap((block) =>
    block.kind === "code"
      ? [block.text]
      : block.parts.map((part) => {
          if (part.kind === "mention") return `@${nameOf(part.memberId) ?? part.name}`;
          return part.kind === "link" ? part.address : part.text;
        }),
  );
  return words.join("").replace(/\s+/g, " ").trim();
}

interface Slice {
  /** Lines of the text as they stand; all slices joined by a line end are the text. */
  readonly raw: string;
  readonly fence: { readonly language: string; readonly text: string } | undefined;
}

/** Cuts out what stands between fences; one that is never closed reaches to the end. */
function slices(text: string): Slice[] {
  const out: Slice[] = [];
  let plain: string[] = [];
  const flush = () => {
    if (plain.length > 0) out.push({ raw: plain.join("\n"), fence: undefined });
    plain = [];
  };
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at++) {
    const language = fenceOf(lines[at]!);
    if (language === undefined) {
      plain.push(lines[at]!);
      continue;
    }
    flush();
    let end = at + 1;
    while (end < lines.length && lines[end]!.trimEnd() !== FENCE) end++;
    const raw = lines.slice(at, end + 1).join("\n");
    out.push({ raw, fence: { language, text: lines.slice(at + 1, end).join("\n") } });
    at = end;
  }
  flush();
  return out;
}

function fenceOf(line: string): string | undefined {
  if (!line.startsWith(FENCE)) return undefined;
  const language = line.slice(FENCE.length).trim();
  return language.includes("`") ? undefined : language;
}

function parseParts(text: string): readonly ChatPart[] {
  const parts: ChatPart[] = [];
  let at = 0;
  for (const found of text.matchAll(PART)) {
    const [whole, code, name, memberId] = found;
    const raw = code === undefined && memberId === undefined ? withoutEnd(whole) : whole;
    if (found.index > at) parts.push({ kind: "text", text: text.slice(at, found.index) });
    if (code !== undefined) parts.push({ kind: "code", text: code });
    else if (memberId !== undefined) parts.push({ kind: "mention", memberId, name: name! });
    else parts.push({ kind: "link", address: raw });
    at = found.index + raw.length;
  }
  if (at < text.length) parts.push({ kind: "text", text: text.slice(at) });
  return parts;
}

/** An address without what ends the sentence or the brackets around it. */
function withoutEnd(address: string): string {
  let end = address.length;
  while (/[.,;:!?'*]/.test(address[end - 1]!) || (address[end - 1] === ")" && !closes(address, end))) end--;
  return address.slice(0, end);
}

/** Whether the bracket before `end` has its opening one inside. */
function closes(address: string, end: number): boolean {
  return address.indexOf("(") >= 0 && address.indexOf("(") < end;
}

function mentioning(text: string, known: readonly (readonly [string, string])[]): string {
  let out = "";
  let at = 0;
  let behind = -1; // the mention before, whose name is no word that goes on
  const plain = (to: number) => {
    while (at < to) {
      const sign = text.indexOf("@", at);
      if (sign < 0 || sign >= to) break;
      const word = sign !== behind && isLetter(text[sign - 1]);
      const named = word ? undefined : known.find(([name]) => stands(text, sign + 1, to, name));
      out += text.slice(at, sign);
      at = sign + 1 + (named?.[0].length ?? 0);
      if (named) behind = at;
      out += named ? `@[${fallback(named[0])}](${named[1]})` : "@";
    }
    out += text.slice(at, to);
    at = to;
  };
  for (const found of text.matchAll(PART)) {
    plain(found.index);
    out += found[0];
    at = found.index + found[0].length;
  }
  plain(text.length);
  return out;
}

function stands(text: string, from: number, to: number, name: string): boolean {
  const end = from + name.length;
  return end <= to && !isLetter(text[end]) && text.slice(from, end).toLowerCase() === name.toLowerCase();
}

function isLetter(character: string | undefined): boolean {
  return character !== undefined && /[\p{L}\p{N}_]/u.test(character);
}

/** A name as it can stand between the brackets. */
function fallback(name: string): string {
  return name.replace(/[[\]]/g, "") || "someone";
}
