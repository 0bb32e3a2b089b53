import { UnstyledButton } from "@mantine/core";
import { IconChevronRight, IconReplace, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, memo, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import type { Hit } from "./query.ts";
import classes from "./Search.module.css";
import type { FileHits } from "./Search.ts";

/** So many places are listed at first, and more at each wish. */
const shownAtOnce = 100;

interface Actions {
  readonly replaces: boolean;
  readonly onReplace: (id: string, hit?: Hit) => void;
}

/** The places that were found, file by file. Arrows walk, Enter goes there, Delete sets one aside. */
export function Hits({ replaces, onReplace }: Actions) {
  const { search } = useRoom();
  const { files, count } = useWatch(search.results);
  const text = useWatch(search.wish, (wish) => wish.text);
  const [shown, setShown] = useState({ text, most: shownAtOnce });
  const mostShown = shown.text === text ? shown.most : shownAtOnce;
  const list = useRef<HTMLDivElement>(null);
  const last = useRef<{ readonly element: Element; readonly at: number }>(undefined); // what had the keyboard
  useLayoutEffect(() => {
    if (!last.current || last.current.element.isConnected || document.activeElement !== document.body) return;
    const all = hitsIn(list.current!);
    const next = all[Math.min(last.current.at, all.length - 1)];
    last.current = undefined;
    if (next) next.focus();
    else search.ask(undefined, false); // the box has it
  });
  const lists: ReactNode[] = [];
  let left = mostShown;
  for (const file of files) {
    if (left <= 0) break;
    lists.push(<FileList key={file.id} file={file} most={left} replaces={replaces} onReplace={onReplace} />);
    left -= file.hits.length;
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keys of the buttons inside
    <div
      ref={list}
      className={classes.hits}
      onKeyDown={walk}
      onBlur={() => {
        last.current = undefined; // it went elsewhere: what is taken away while it has the keyboard says nothing
      }}
      onFocus={({ target, currentTarget }) => {
        const hit = target.closest(`.${classes.row}`)?.querySelector<HTMLElement>("[data-hit]");
        last.current = hit ? { element: target, at: hitsIn(currentTarget).indexOf(hit) } : undefined;
      }}
    >
      {lists}
      {count > mostShown && (
        <UnstyledButton
          className={classes.all}
          data-hit
          onClick={() => setShown({ text, most: mostShown + 10 * shownAtOnce })}
        >
          Show more of {count.toLocaleString()}
        </UnstyledButton>
      )}
    </div>
  );
}

interface OfFile extends Actions {
  readonly file: FileHits;
  readonly most: number;
}

/** While a search goes on only what is new is rendered. */
const FileList = memo(function FileList({ file, most, replaces, onReplace }: OfFile) {
  const { desk, search } = useRoom();
  const [open, setOpen] = useState(true);
  const { id, path, hits } = file;
  const at = path.lastIndexOf("/") + 1;
  return (
    <section className={classes.file} aria-label={path}>
      <div className={classes.row}>
        <UnstyledButton
          className={classes.heading}
          data-hit
          aria-expanded={open}
          onClick={() => setOpen(!open)}
          onKeyDown={(event) => event.key === "Delete" && search.setAside(id)}
        >
          <IconChevronRight size={14} data-open={open} aria-hidden />
          <span className={classes.name}>{path.slice(at)}</span>
          <span className={classes.folder}>{path.slice(0, Math.max(0, at - 1))}</span>
          <span className={classes.count}>{`${hits.length}${file.cut ? "+" : ""}`}</span>
        </UnstyledButton>
        <Tools
          what={path}
          replaces={replaces && !file.cut}
          onReplace={() => onReplace(id)}
          onAside={() => search.setAside(id)}
        />
      </div>
      {open &&
        hits.slice(0, most).map((hit) => (
          <div key={`${hit.start} ${hit.end}`} className={classes.row}>
            <UnstyledButton
              className={classes.hit}
              data-hit
              aria-label={`Line ${hit.line}: ${hit.near}`}
              onClick={() => desk.open(id, { line: hit.line, column: hit.column })}
              onKeyDown={(event) => event.key === "Delete" && search.setAside(id, hit)}
            >
              <span className={classes.number}>{hit.line}</span>
              <Near hit={hit} replaces={replaces} />
            </UnstyledButton>
            <Tools
              what={`line ${hit.line}`}
              replaces={replaces}
              onReplace={() => onReplace(id, hit)}
              onAside={() => search.setAside(id, hit)}
            />
          </div>
        ))}
    </section>
  );
});

/** The line, with what was found set off; and with what it becomes. */
function Near({ hit: { near, from, to, becomes }, replaces }: { hit: Hit; replaces: boolean }) {
  const found = near.slice(from, to);
  const shows = replaces && becomes !== undefined;
  return (
    <code className={classes.near}>
      {near.slice(0, from)}
      {shows ? <del>{found}</del> : <mark>{found}</mark>}
      {shows && becomes !== "" && <ins>{becomes}</ins>}
      {near.slice(to)}
    </code>
  );
}

interface ToolsProps {
  readonly what: string;
  readonly replaces: boolean;
  readonly onReplace: () => void;
  readonly onAside: () => void;
}

/** Plain buttons: there are hundreds of them. */
function Tools({ what, replaces, onReplace, onAside }: ToolsProps) {
  return (
    <span className={classes.tools}>
      {replaces && (
        <button type="button" title="Replace" aria-label={`Replace in ${what}`} onClick={onReplace}>
          <IconReplace size={15} />
        </button>
      )}
      <button type="button" title="Leave out" aria-label={`Leave out ${what}`} onClick={onAside}>
        <IconX size={15} />
      </button>
    </span>
  );
}

function hitsIn(list: HTMLElement): HTMLElement[] {
  return [...list.querySelectorAll<HTMLElement>("[data-hit]")];
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const all = hitsIn(event.currentTarget);
  const at = all.indexOf(document.activeElement as HTMLElement);
  all[at + step]?.focus();
  event.preventDefault();
}
