import { ActionIcon, TextInput } from "@mantine/core";
import { IconChevronDown, IconChevronUp, IconX } from "@tabler/icons-react";
import { type KeyboardEvent, useState } from "react";
import classes from "./Runs.module.css";
import type { RunTerminal } from "./RunTerminal.ts";

/** Looks for a text in what the run said. */
export function FindBar({ terminal, onClose }: { terminal: RunTerminal; onClose: () => void }) {
  const [text, setText] = useState("");
  const [found, setFound] = useState(true);
  const look = (wanted: string, back = false) => setFound(wanted === "" || terminal.find(wanted, back));
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
        error={!found}
        spellCheck={false}
        onKeyDown={onKeyDown}
        onChange={(event) => {
          setText(event.currentTarget.value);
          look(event.currentTarget.value);
        }}
      />
      <span className="visually-hidden" role="status">
        {found ? "" : "It did not say this."}
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
