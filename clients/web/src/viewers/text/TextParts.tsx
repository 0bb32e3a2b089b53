import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { Bar } from "../Bar.tsx";
import { Pager } from "../Pager.tsx";
import type { Shown } from "../Shown.ts";
import { codingOf } from "../sniff.ts";
import { useView } from "../useView.ts";
import classes from "../Viewer.module.css";
import { Parts } from "./parts.ts";
import own from "./Text.module.css";

const large = 2_500_000; // bytes; a smaller one somebody chose to keep so

/** A text that is kept as a file: to be read, a part at a time. */
export function TextParts({ shown }: { shown: Shown }) {
  const { bytes, name } = shown;
  const parts = useMemo(() => new Parts(bytes, codingOf(bytes) ?? "utf-8"), [bytes]);
  const [nth, setNth] = useState(0);
  const text = useMemo(() => parts.text(nth), [parts, nth]);
  const stage = useRef<HTMLDivElement>(null);
  const many = parts.count > 1;
  useView(stage);

  // biome-ignore lint/correctness/useExhaustiveDependencies: another part begins at its top
  useLayoutEffect(() => {
    stage.current?.scrollTo(0, 0);
  }, [nth]);

  const go = (to: number) => setNth(Math.min(Math.max(0, to), parts.count - 1));
  const why =
    bytes.length > large ? "It is too large to be edited together" : "It is kept as a file and not edited here";
  return (
    <div className={classes.viewer}>
      <Bar shown={shown}>
        {many && (
          <Pager
            what="part"
            at={nth}
            of={parts.count}
            before={<IconChevronLeft size={18} />}
            behind={<IconChevronRight size={18} />}
            onGo={go}
          />
        )}
      </Bar>
      <p className={classes.strip}>
        {why}, so it is only to be read{many ? `, in ${parts.count.toLocaleString()} parts` : ""}. To change it,
        download it and bring it in again.
      </p>
      {/* biome-ignore lint/a11y/useSemanticElements: a section may not have keys */}
      <div
        ref={stage}
        className={`${classes.stage} ${own.stage}`}
        data-stage
        role="group"
        aria-label={`Text of ${name}${many ? `, part ${nth + 1} of ${parts.count}` : ""}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls by keys
        tabIndex={0}
        onKeyDown={(event) => {
          const by = { PageDown: 1, PageUp: -1 }[event.key];
          if (!event.altKey || by === undefined) return;
          event.preventDefault();
          go(nth + by);
        }}
      >
        <pre className={own.text}>{text}</pre>
        {nth < parts.count - 1 && (
          <button type="button" className={own.on} onClick={() => go(nth + 1)}>
            Go on with part {nth + 2}
          </button>
        )}
      </div>
    </div>
  );
}
