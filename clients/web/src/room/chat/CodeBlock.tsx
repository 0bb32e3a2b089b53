import { ActionIcon, useComputedColorScheme } from "@mantine/core";
import { IconCopy } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import { copyText } from "../../app/copyText.ts";
import type { Coloured } from "../../editor/colours.ts";
import classes from "./Chat.module.css";

/** Code between fences: plain at first, and in the editor's colours as soon as they are there. */
export function CodeBlock({ text, language }: { text: string; language: string }) {
  const [coloured, setColoured] = useState<readonly Coloured[]>();
  const scheme = useComputedColorScheme("light", { getInitialValueInEffect: false });

  useEffect(() => {
    let current = true;
    setColoured(undefined);
    if (language)
      void import("../../editor/colours.ts")
        .then(({ coloursOf }) => coloursOf(text, language, scheme))
        .then((parts) => current && setColoured(parts))
        .catch(() => {}); // the server is just away: it stays plain
    return () => {
      current = false;
    };
  }, [text, language, scheme]);

  return (
    <div className={classes.code}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a scrolling region must be reachable by keyboard */}
      {/* biome-ignore lint/a11y/useSemanticElements: there are no fields in it */}
      <pre tabIndex={0} role="group" aria-label={language ? `Code, ${language}` : "Code"}>
        <code data-coloured={coloured !== undefined}>
          {coloured
            ? coloured.map((part, nth) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never change their order
                <span key={nth} className={part.style}>
                  {part.text}
                </span>
              ))
            : text}
        </code>
      </pre>
      <ActionIcon
        className={classes.copy ?? ""}
        size="sm"
        variant="default"
        aria-label="Copy the code"
        onClick={() => void copyText(text, "Copied.")}
      >
        <IconCopy size={14} />
      </ActionIcon>
    </div>
  );
}
