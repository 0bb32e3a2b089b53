import { Marked } from "marked";

/** One block of a text between others, as HTML that nobody has looked through yet. */
export interface Block {
  /** The line it begins in, from 1. */
  readonly line: number;
  readonly html: string;
}

const marked = new Marked({ gfm: true, async: false });

/** The blocks of a Markdown text, in order. What is before the first heading of a file of Jekyll's or the like, between "---", is left out. */
export function blocksOf(text: string): readonly Block[] {
  const plain = text.replace(/^\ufeff/, "").replace(/\r\n?/g, "\n");
  const [front = ""] = /^---\n[\s\S]{0,20000}?\n---(?:\n|$)/.exec(plain) ?? [];
  const tokens = marked.lexer(plain.slice(front.length));
  const blocks: Block[] = [];
  let line = 1 + breaksIn(front);
  for (const token of tokens) {
    if (token.type !== "space" && token.type !== "def") blocks.push({ line, html: marked.parser([token]) });
    line += breaksIn(token.raw);
  }
  return blocks;
}

function breaksIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count++;
  return count;
}
