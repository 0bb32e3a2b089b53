import { type ChatBlock, type ChatPart, parseChatText, type TreeNode } from "@coterie/core";
import { useMemo } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Chat.module.css";
import { CodeBlock } from "./CodeBlock.tsx";
import { linesInText } from "./linesInText.ts";

/** What a message says. Whatever stands in it is shown as text: nothing of it is ever read as markup. */
export function MessageText({ text }: { text: string }) {
  const blocks = useMemo(() => parseChatText(text), [text]);
  return blocks.map((block, nth) => (
    // biome-ignore lint/suspicious/noArrayIndexKey: the parts of a sent message never change their order
    <Block key={nth} block={block} />
  ));
}

function Block({ block }: { block: ChatBlock }) {
  if (block.kind === "code") return <CodeBlock text={block.text} language={block.language} />;
  return (
    <p>
      {block.parts.map((part, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        <Part key={nth} part={part} />
      ))}
    </p>
  );
}

function Part({ part }: { part: ChatPart }) {
  if (part.kind === "code") return <code>{part.text}</code>;
  if (part.kind === "mention") return <Mention memberId={part.memberId} name={part.name} />;
  if (part.kind === "link")
    return (
      <a href={part.address} target="_blank" rel="noopener noreferrer">
        {part.address}
      </a>
    );
  return /:\d/.test(part.text) ? <Lines text={part.text} /> : part.text;
}

/** By the name they have now; by the one that stands there only where nobody knows them. */
function Mention({ memberId, name }: { memberId: string; name: string }) {
  const { room } = useRoom();
  const person = useWatch(room.view, ({ people }) => people.find((one) => one.memberId === memberId)?.name);
  const me = useWatch(room.view, ({ people }) => people.some((one) => one.me && one.memberId === memberId));
  return (
    <span className={classes.mention} data-me={me} data-known={person !== undefined}>
      @{person ?? name}
    </span>
  );
}

/** Text in which lines of files are named: a press goes there. */
function Lines({ text }: { text: string }) {
  const { room, desk } = useRoom();
  const nodes = useWatch(room.tree.view);
  const stretches = useMemo(() => linesInText(text, (path) => filesOf(nodes).get(path)), [text, nodes]);
  return stretches.map(({ text: words, place }, nth) =>
    place ? (
      <button
        // biome-ignore lint/suspicious/noArrayIndexKey: as above
        key={nth}
        type="button"
        className={classes.place}
        onClick={() => desk.open(place.file, { line: place.line, column: place.column })}
      >
        {words}
      </button>
    ) : (
      words
    ),
  );
}

const known = new WeakMap<readonly TreeNode[], ReadonlyMap<string, string>>();

/** Files by path, made once for each state of the tree. */
function filesOf(nodes: readonly TreeNode[]): ReadonlyMap<string, string> {
  const before = known.get(nodes);
  if (before) return before;
  const files = new Map(nodes.filter(({ kind }) => kind !== "folder").map(({ path, id }) => [path, id]));
  known.set(nodes, files);
  return files;
}
