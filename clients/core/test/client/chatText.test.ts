import { expect, test } from "vitest";
import { type ChatBlock, mentionsOf, parseChatText, plainChatText, withMentions } from "../../src/index.ts";

const BOB = "0123456789abcdef0123456789abcdef";
const ANN = "ffffffffffffffffffffffffffffffff";
const parts = (text: string) => parseChatText(text).flatMap((block) => (block.kind === "text" ? block.parts : []));

/** The text that a parse stands for: nothing may get lost or come in. */
function written(blocks: readonly ChatBlock[]): string {
  return blocks
    .map((block) => {
      if (block.kind === "code") return block.text;
      return block.parts
        .map((part) => {
          if (part.kind === "mention") return `@[${part.name}](${part.memberId})`;
          if (part.kind === "link") return part.address;
          return part.kind === "code" ? `\`${part.text}\`` : part.text;
        })
        .join("");
    })
    .join("\n");
}

test("T10 plain text is itself, markup included", () => {
  const text = "<b>no</b> **markup** & [no](links) @nobody a@b.example\nsecond line";
  expect(parseChatText(text)).toEqual([{ kind: "text", parts: [{ kind: "text", text }] }]);
});

test("T10 a mention is a member's id with the name its author saw", () => {
  expect(parts(`hi @[Bob (2)](${BOB}), come`)).toEqual([
    { kind: "text", text: "hi " },
    { kind: "mention", memberId: BOB, name: "Bob (2)" },
    { kind: "text", text: ", come" },
  ]);
  expect(mentionsOf(`@[Bob](${BOB}) and @[Ann](${ANN})`)).toEqual(new Set([BOB, ANN]));
  for (const none of [`@[Bob](${BOB.slice(1)})`, `@[Bob](${BOB.toUpperCase()})`, `@[](${BOB})`, `@[B\nb](${BOB})`])
    expect(mentionsOf(none).size, none).toBe(0);
});

test("T10 between fences and backticks nothing is anything but code", () => {
  const text = `see\n\`\`\`ts\nconst a = "@[Bob](${BOB})";\n\`\`\`\nand \`@[Bob](${BOB}) https://a.example\` too`;
  expect(mentionsOf(text).size).toBe(0);
  expect(parseChatText(text)).toEqual([
    { kind: "text", parts: [{ kind: "text", text: "see" }] },
    { kind: "code", language: "ts", text: `const a = "@[Bob](${BOB})";` },
    {
      kind: "text",
      parts: [
        { kind: "text", text: "and " },
        { kind: "code", text: `@[Bob](${BOB}) https://a.example` },
        { kind: "text", text: " too" },
      ],
    },
  ]);
  expect(parseChatText("```\nnever\nclosed")).toEqual([{ kind: "code", language: "", text: "never\nclosed" }]);
  expect(parseChatText("```inline``` stays")).toEqual([
    {
      kind: "text",
      parts: [
        { kind: "text", text: "``" },
        { kind: "code", text: "inline" },
        { kind: "text", text: "`` stays" },
      ],
    },
  ]);
});

test("T10 an address ends before what ends the sentence", () => {
  const address = (text: string) => parts(text).flatMap((part) => (part.kind === "link" ? [part.address] : []));
  expect(address("look (https://a.example/x), or http://b.example.")).toEqual([
    "https://a.example/x",
    "http://b.example",
  ]);
  expect(address("https://a.example/w(iki)?")).toEqual(["https://a.example/w(iki)"]);
  expect(address('"https://a.example/?q=1#top" <http://b.example>')).toEqual([
    "https://a.example/?q=1#top",
    "http://b.example",
  ]);
  expect(address("javascript:alert(1) data:text/html,x file:///etc")).toEqual([]);
});

test("a name behind an @ becomes a mention, the longest that fits, and never inside code, words or addresses", () => {
  const names = new Map([
    ["Bob", BOB],
    ["Bob (2)", ANN],
    ["Ann [x]", ANN],
  ]);
  expect(withMentions("@Bob: hi @bob (2)!", names)).toBe(`@[Bob](${BOB}): hi @[Bob (2)](${ANN})!`);
  expect(withMentions("@Ann [x]", names)).toBe(`@[Ann x](${ANN})`);
  expect(withMentions("@Bob@Bob", names)).toBe(`@[Bob](${BOB})@[Bob](${BOB})`); // the same when it is sent again
  for (const same of ["a@Bob", "@Bobby", "`@Bob`", "```\n@Bob\n```", "https://a.example/@Bob", "@", "@Eve"])
    expect(withMentions(same, names)).toBe(same);
  const mixed = withMentions("@Bob\n```\n@Bob\n```\n@Bob", names);
  expect(mixed).toBe(`@[Bob](${BOB})\n\`\`\`\n@Bob\n\`\`\`\n@[Bob](${BOB})`);
  expect(withMentions(mixed, names)).toBe(mixed);
});

test("in one line a message reads by the names of now", () => {
  const nameOf = (id: string) => (id === BOB ? "Robert" : undefined);
  expect(plainChatText(`@[Bob](${BOB}),\n\`x\` for @[Ann](${ANN})`, nameOf)).toBe("@Robert, x for @Ann");
});

test("whatever is written, nothing of it gets lost, and 16 KiB of the worst are read at once", () => {
  const seed = Number(process.env.COTERIE_SEED ?? Date.now() % 1_000_000);
  console.log(`COTERIE_SEED=${seed}`);
  let state = seed;
  const below = (count: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * count);
  };
  const bits = [
    "`",
    "``",
    "```",
    "\n```",
    "\n",
    "@",
    "@[",
    "](",
    ")",
    BOB,
    "Bob",
    " ",
    "https://a.example/",
    ".",
    "é",
    "😀",
  ];
  const names = new Map([["Bob", BOB]]);
  for (let round = 0; round < 500; round++) {
    const text = Array.from({ length: below(40) }, () => bits[below(bits.length)]!).join("");
    const fenced = text.split("\n").some((line) => line.startsWith("```"));
    if (!fenced) expect(written(parseChatText(text)), `seed ${seed}`).toBe(text);
    const once = withMentions(text, names);
    expect(withMentions(once, names), `seed ${seed}`).toBe(once);
    expect(once.replaceAll(`@[Bob](${BOB})`, "@Bob").length, `seed ${seed}`).toBeLessThanOrEqual(text.length);
  }
  for (const worst of ["`", "@[", "@[a](", "```\n", "https://a.example/(((", "@Bob", "."])
    expect(parseChatText(worst.repeat(Math.floor(16_384 / worst.length))).length).toBeGreaterThan(0);
});
