import { ActionIcon, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import classes from "./FindBar.module.css";
import { type Found, mostFound, type RunTerminal } from "./RunTerminal.ts";

/** Looks for a text in what the run said. */
export function FindBar({ terminal, onClose }: { terminal: RunTerminal; onClose: () => void }) {
  const [text, setText] = useState("");
  const found = useWatch(terminal.found);
  const look = (wanted: string, back = false) => terminal.find(wanted, back);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === "Enter") look(text, event.shiftKey);
    else if (event.key === "Escape") onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <search className={classes.find}>
      <TextInput
        size="xs"
        autoFocus
        aria-label="Find in what it said"
        placeholder="Find"
        value={text}
        error={text !== "" && found.count === 0}
        spellCheck={false}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.currentTarget.value);
          look(event.currentTarget.value);
        }}
      />
      <span className={classes.found} role="status">
        {text !== "" && foundWords(found)}
      </span>
      <ActionIcon variant="subtle" color="gray" aria-label="One before" onClick={() => look(text, true)}>
        <IconChevronUp size={16} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label="Next one" onClick={() => look(text)}>
        <IconChevronDown size={16} />
      </ActionIcon>
      <ActionIcon variant="subtle" color="gray" aria-label="End the search" onClick={onClose}>
        <IconX size={16} />
      </ActionIcon>
    </search>
  );
}

function foundWords({ nth, count }: Found): string {
  if (count === 0) return "Nowhere";
  const all = count < mostFound ? `${count}` : `${mostFound} or more`;
  return nth === 0 ? all : `${nth} of ${all}`;
}
