import { IconFile, IconFolder } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { nodeNameError } from "../../app/names.ts";
import { toast } from "../../app/toast.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./Files.module.css";
import type { Draft } from "./Shelf.ts";

/** The line of a node that is being made: it stands in the tree and takes its name. */
export function DraftRow({ draft, level }: { draft: Exclude<Draft, { what: "rename" }>; level: number }) {
  const file = draft.what === "file";
  return (
    <div
      role="treeitem"
      aria-label={`New ${draft.what}`}
      aria-level={level}
      aria-selected
      tabIndex={-1}
      className={classes.row}
      style={{ paddingLeft: 8 + (level - 1) * 14 }}
    >
      <span className={classes.chevron} />
      {file ? <IconFile size={16} aria-hidden /> : <IconFolder size={16} aria-hidden />}
      <NameBox initial={file ? "untitled.txt" : "folder"} label={file ? "File name" : "Folder name"} />
    </div>
  );
}

/** A name in the tree: Enter or leaving it takes the name, Escape drops it. One that may not be is not taken by Enter, and says so. */
export function NameBox({ initial, label, renaming = false }: { initial: string; label: string; renaming?: boolean }) {
  const { shelf } = useRoom();
  const box = useRef<HTMLInputElement>(null);
  const done = useRef(false);
  const [error, setError] = useState<string>();

  useEffect(() => {
    const dot = renaming ? initial.lastIndexOf(".") : -1; // a new name is replaced whole, an old one up to its extension
    box.current?.focus();
    box.current?.setSelectionRange(0, dot > 0 ? dot : initial.length);
  }, [initial, renaming]);

  const finish = (name: string) => {
    if (done.current) return;
    done.current = true;
    void shelf.finish(name);
  };
  const take = (name: string, leaving: boolean) => {
    const problem = nodeNameError(name);
    setError(problem);
    if (problem) toast(problem, { tone: "danger" });
    if (!problem) finish(name);
    else if (leaving) finish("");
  };

  return (
    <input
      ref={box}
      className={classes.box}
      aria-label={label}
      defaultValue={initial}
      autoComplete="off"
      spellCheck={false}
      aria-invalid={error !== undefined}
      title={error}
      onClick={(event) => event.stopPropagation()}
      onBlur={(event) => take(event.currentTarget.value, true)}
      onKeyDown={(event) => {
        if (event.nativeEvent.isComposing) return;
        if (event.key === "Enter") take(event.currentTarget.value, false);
        if (event.key === "Escape") finish("");
      }}
    />
  );
}
