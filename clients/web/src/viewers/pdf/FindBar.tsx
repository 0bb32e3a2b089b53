import { TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import type { RefObject } from "react";
import { Act } from "../Bar.tsx";
import { mostHits } from "./find.ts";
import own from "./Pdf.module.css";

interface FindBarProps {
  readonly box: RefObject<HTMLInputElement | null>;
  readonly words: string;
  readonly count: number;
  /** Which of them is gone to, from 1; 0 where none is. */
  readonly nth: number;
  readonly done: boolean;
  readonly onWords: (words: string) => void;
  /** @param by 1, or -1 back */
  readonly onStep: (by: number) => void;
  readonly onEnd: () => void;
}

/** What is looked for in a PDF, how often it is there, and the way from one place to the next. */
export function FindBar({ box, words, count, nth, done, onWords, onStep, onEnd }: FindBarProps) {
  const all = count >= mostHits ? `more than ${mostHits.toLocaleString()}` : count.toLocaleString();
  const told = count > 0 ? `${nth} of ${all}${done ? "" : "…"}` : done ? "Not found" : "Looking…";
  return (
    <search
      className={own.find}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.stopPropagation();
        onEnd();
      }}
    >
      <TextInput
        ref={box}
        className={own.box}
        size="xs"
        autoFocus
        aria-label="Find in this PDF"
        placeholder="Find in this PDF"
        spellCheck={false}
        autoComplete="off"
        value={words}
        onChange={(event) => onWords(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.key !== "Enter") return;
          event.preventDefault();
          onStep(event.shiftKey ? -1 : 1);
        }}
      />
      <span className={own.count} role="status">
        {words.trim() !== "" && told}
      </span>
      <Act
        label="Previous place"
        keys="Shift+Enter"
        icon={<IconChevronUp size={16} />}
        disabled={count === 0}
        onClick={() => onStep(-1)}
      />
      <Act
        label="Next place"
        keys="Enter"
        icon={<IconChevronDown size={16} />}
        disabled={count === 0}
        onClick={() => onStep(1)}
      />
      <Act label="Close the search" keys="Esc" icon={<IconX size={16} />} onClick={onEnd} />
    </search>
  );
}
