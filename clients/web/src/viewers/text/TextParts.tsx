import { Button } from "@mantine/core";
import { IconChevronLeft, IconChevronRight } from "@tabler/icons-react";
import { useLayoutEffect, useMemo, useRef, useState } from "react";
import { Strip } from "../../app/Strip.tsx";
import { attempt, toast } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { mayEdit } from "../../room/mayEdit.ts";
import { useRoom } from "../../room/RoomContext.ts";
import { Bar } from "../Bar.tsx";
import { type Coding, calledOf, codingOf } from "../coding.ts";
import { Pager } from "../Pager.tsx";
import type { Shown } from "../Shown.ts";
import { Stage } from "../Stage.tsx";
import { useView } from "../useView.ts";
import classes from "../Viewer.module.css";
import { aboutOf, allIs, decoded } from "./decoded.ts";
import { makeEditable } from "./makeEditable.ts";
import { Parts } from "./parts.ts";
import own from "./Text.module.css";
import { TextFoot } from "./TextFoot.tsx";

/** A text that is kept as a file: to be read, a part at a time. */
export function TextParts({ shown }: { shown: Shown }) {
  const { bytes, name } = shown;
  const found = useMemo(() => codingOf(bytes) ?? "utf-8", [bytes]);
  const [coding, setCoding] = useState<Coding>(found);
  const parts = useMemo(() => new Parts(bytes, coding), [bytes, coding]);
  const about = useMemo(() => aboutOf(bytes, coding), [bytes, coding]);
  const isUtf8 = useMemo(() => found === "utf-8" && allIs(bytes, found), [bytes, found]);
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
      <Why shown={shown} coding={coding} tooLong={about.tooLong} parts={parts.count} />
      <Stage
        ref={stage}
        className={own.stage}
        label={`Text of ${name}${many ? `, part ${nth + 1} of ${parts.count}` : ""}`}
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
      </Stage>
      <TextFoot
        name={name}
        form={about.form}
        coding={coding}
        sure={coding !== found || about.form.marked || isUtf8}
        onCoding={setCoding}
      />
    </div>
  );
}

interface WhyProps {
  readonly shown: Shown;
  readonly coding: Coding;
  readonly tooLong: boolean;
  readonly parts: number;
}

/** Why it is not written in, and the way to that where there is one. */
function Why({ shown: { id, bytes }, coding, tooLong, parts }: WhyProps) {
  const here = useRoom();
  const canEdit = useWatch(here.room.view, mayEdit);
  const node = useWatch(here.room.tree.view, (nodes) => nodes.find((each) => each.id === id));
  const [busy, setBusy] = useState(false);
  const make = async () => {
    const text = decoded(bytes, coding);
    if (text === undefined) {
      toast(`Some of its bytes are no text in ${calledOf(coding)}: choose another encoding below it.`, {
        tone: "danger",
      });
      return;
    }
    setBusy(true);
    await attempt(makeEditable(here, node!, text));
    setBusy(false);
  };
  const why = tooLong
    ? "It is too large to be edited together"
    : coding === "utf-8"
      ? "It is kept as a file and not edited here"
      : "It is no UTF-8 and kept byte for byte";
  return (
    <Strip>
      <span>
        {why}, so it is only to be read{parts > 1 ? `, in ${parts.toLocaleString()} parts` : ""}.
        {tooLong && " To change it, download it and bring it in again."}
      </span>
      {canEdit && node && !tooLong && (
        <Button size="compact-sm" variant="default" loading={busy} onClick={() => void make()}>
          {node.mayDelete ? "Make it an editable text (UTF-8)" : "Make an editable copy (UTF-8)"}
        </Button>
      )}
    </Strip>
  );
}
