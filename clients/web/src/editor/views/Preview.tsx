import { useComputedColorScheme } from "@mantine/core";
import { type MouseEvent, useEffect, useRef } from "react";
import { toast } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../../room/RoomContext.ts";
import { harmless, linkOf, pathFrom, slugOf } from "./harmless.ts";
import type { Block } from "./markdown.ts";
import { RoomPictures } from "./RoomPictures.ts";
import { ViewNote } from "./ViewNote.tsx";
import classes from "./Views.module.css";
import { useView, type Viewed } from "./viewing.ts";

const blocksIn = (viewed: Viewed) => ("blocks" in viewed ? viewed.blocks : undefined);

/** A Markdown text as it reads, live, beside its text: goes along as the text is scrolled. */
export default function Preview({ file, tab }: { file: string; tab: string }) {
  const { room, desk, editors } = useRoom();
  const view = useView(file, "preview", blocksIn);
  const blocks = view.state === "shown" ? view.shown : undefined;
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });
  const nodes = useWatch(room.tree.view);
  const { shownName: name = "File", path = "" } = nodes.find(({ id }) => id === file) ?? {};
  const page = useRef<HTMLElement>(null);
  const sheet = useRef<HTMLDivElement>(null);
  const shown = useRef(new Sheet());

  useEffect(() => {
    if (blocks && sheet.current) shown.current.show(sheet.current, blocks, scheme);
  }, [blocks, scheme]);

  const pictures = useRef<RoomPictures>(undefined);
  useEffect(() => {
    pictures.current = new RoomPictures(room);
    return () => pictures.current?.close();
  }, [room]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: with other blocks there are other places for pictures
  useEffect(() => {
    if (sheet.current) pictures.current?.look(sheet.current, nodes, path);
  }, [blocks, scheme, nodes, path]);

  useEffect(() => {
    if (!blocks) return;
    const follow = () => {
      const top = editors.top.get();
      if (top?.file !== file || desk.front.get() === tab || !page.current || !sheet.current) return;
      page.current.scrollTop = heightOf(sheet.current, top.line);
    };
    follow();
    return editors.top.subscribe(follow);
  }, [blocks, editors, desk, file, tab]);

  const go = (event: MouseEvent) => {
    const link = (event.target as Element).closest("a");
    const target = link && linkOf(link.getAttribute("href") ?? "");
    if (!target || target.to === "web") return;
    event.preventDefault();
    if (target.to === "heading") {
      const headings = sheet.current?.querySelectorAll("h1, h2, h3, h4, h5, h6") ?? [];
      [...headings].find((heading) => slugOf(heading.textContent ?? "") === target.slug)?.scrollIntoView();
      return;
    }
    const to = pathFrom(path, target.path);
    const found = nodes.find((node) => node.kind !== "folder" && node.path === to);
    if (found) desk.open(found.id);
    else toast(`There is no ${to || "such file"} in this room.`);
  };

  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: links have the key by themselves
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <article ref={page} className={classes.preview} aria-label={`Preview of ${name}`} tabIndex={0} onClick={go}>
      {view.state === "shown" && view.cut && (
        <ViewNote>The beginning of it: it is too long to be shown whole.</ViewNote>
      )}
      {view.state === "none" && <ViewNote again={view.again}>{view.why}</ViewNote>}
      {view.state === "coming" && <ViewNote busy>Fetching the file…</ViewNote>}
      {blocks?.length === 0 && <ViewNote>There is nothing in it yet.</ViewNote>}
      <div ref={sheet} className={classes.markdown} />
    </article>
  );
}

/** The blocks on the page: one that stays as it is keeps its node, so that what one reads or has selected stays too. */
class Sheet {
  #nodes = new Map<string, HTMLElement[]>();
  #scheme = "";

  show(sheet: HTMLElement, blocks: readonly Block[], scheme: "light" | "dark"): void {
    const known = scheme === this.#scheme ? this.#nodes : new Map<string, HTMLElement[]>();
    this.#scheme = scheme;
    this.#nodes = new Map();
    const nodes = blocks.map(({ line, html }) => {
      const node = known.get(html)?.shift() ?? made(html, scheme);
      node.dataset.line = String(line);
      this.#nodes.set(html, [...(this.#nodes.get(html) ?? []), node]);
      return node;
    });
    const standing = new Set<Element>(nodes);
    for (const node of [...sheet.children]) if (!standing.has(node)) node.remove();
    for (const [nth, node] of nodes.entries())
      if (sheet.children[nth] !== node) sheet.insertBefore(node, sheet.children[nth] ?? null);
  }
}

function made(html: string, scheme: "light" | "dark"): HTMLElement {
  const node = document.createElement("div");
  node.append(harmless(html));
  for (const table of node.querySelectorAll("table")) table.tabIndex = 0; // what scrolls sideways is reached by the keyboard
  for (const code of node.querySelectorAll<HTMLElement>("pre > code")) {
    code.textContent = (code.textContent ?? "").trimEnd(); // the line end before the fence is no line of it
    if (code.className !== "") void colour(code, scheme);
  }
  for (const pre of node.querySelectorAll("pre")) pre.tabIndex = 0;
  return node;
}

async function colour(code: HTMLElement, scheme: "light" | "dark"): Promise<void> {
  try {
    const { coloursOf } = await import("../colours.ts");
    const parts = await coloursOf(code.textContent ?? "", code.className.replace("language-", ""), scheme);
    if (!parts) return;
    code.replaceChildren(
      ...parts.map(({ text, style }) => {
        const part = document.createElement("span");
        part.className = style;
        part.textContent = text;
        return part;
      }),
    );
  } catch {
    // The server is just away: it stays plain.
  }
}

/** How far down the sheet a line is: between two blocks in proportion. */
function heightOf(sheet: HTMLElement, line: number): number {
  const blocks = [...sheet.children] as HTMLElement[];
  const next = blocks.findIndex((block) => Number(block.dataset.line) > line);
  const before = blocks[next < 0 ? blocks.length - 1 : next - 1];
  const after = next < 0 ? undefined : blocks[next];
  if (!before || line <= 1) return 0;
  const [from, to] = [Number(before.dataset.line), after ? Number(after.dataset.line) : line + 1];
  const end = after ? after.offsetTop : before.offsetTop + before.offsetHeight;
  return before.offsetTop + ((line - from) / Math.max(to - from, 1)) * (end - before.offsetTop);
}
