import { Button, TextInput, Tooltip, UnstyledButton } from "@mantine/core";
import { IconChevronRight, IconReplace } from "@tabler/icons-react";
import { type KeyboardEvent, type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { listed } from "../../app/listed.ts";
import { attempt, toast } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { editor } from "../layout/walkPanes.ts";
import { mayEdit } from "../mayEdit.ts";
import { useRoom } from "../RoomContext.ts";
import { Hits } from "./Hits.tsx";
import type { Hit } from "./query.ts";
import type { Replaced } from "./replaceIn.ts";
import classes from "./Search.module.css";
import { most, type Wish } from "./Search.ts";

/** How long one may take a replacement back from its notice. */
const undoneForMs = 60_000;

const switches = [
  { key: "matchCase", label: "Match case", sign: "Aa" },
  { key: "wholeWord", label: "Whole words", sign: <u>ab</u> },
  { key: "regex", label: "Regular expression", sign: ".*" },
] as const;

/** Looks through all files of the room, and replaces what was found. */
export function SearchPane() {
  const { room, search } = useRoom();
  const wish = useWatch(search.wish);
  const results = useWatch(search.results);
  const asked = useWatch(search.asked);
  const replacing = useWatch(search.replacing);
  const reads = useWatch(search.reading, (reading) => reading !== undefined); // each file that is read is told
  const canEdit = useWatch(room.view, mayEdit);
  const viewer = useWatch(room.view, (view) => view.role === "viewer");
  const [narrowed, setNarrowed] = useState(false);
  const box = useRef<HTMLInputElement>(null);
  const replaces = wish.replacement !== undefined && !viewer;
  const look = (part: Partial<Wish>) => search.look(part);

  useEffect(() => {
    if (asked === 0) return;
    box.current?.focus();
    box.current?.select();
  }, [asked]);

  const replace = useCallback(
    (id?: string, hit?: Hit) => void attempt(search.replace(id, hit)).then((done) => done && tell(done)),
    [search],
  );

  return (
    <div className={classes.search} data-pane="Search">
      <search className={classes.boxes} onKeyDown={leave}>
        <div className={classes.line}>
          {!viewer && (
            <Tooltip label={replaces ? "Only search" : "Replace, too"}>
              <UnstyledButton
                className={classes.fold}
                aria-label="Replace"
                aria-expanded={replaces}
                onClick={() => look({ replacement: replaces ? undefined : "" })}
              >
                <IconChevronRight size={16} data-open={replaces} aria-hidden />
              </UnstyledButton>
            </Tooltip>
          )}
          <TextInput
            ref={box}
            className={classes.box}
            size="xs"
            aria-label="Search in all files"
            placeholder="Search in all files"
            spellCheck={false}
            autoComplete="off"
            value={wish.text}
            error={results.problem !== undefined && results.files.length === 0}
            rightSectionWidth={84}
            rightSection={switches.map(({ key, label, sign }) => (
              <Tooltip key={key} label={label}>
                <UnstyledButton
                  className={classes.switch}
                  aria-label={label}
                  aria-pressed={wish[key]}
                  onClick={() => look({ [key]: !wish[key] })}
                >
                  {sign}
                </UnstyledButton>
              </Tooltip>
            ))}
            onChange={(event) => look({ text: event.currentTarget.value })}
          />
        </div>
        {replaces && (
          <div className={classes.line} data-under>
            <TextInput
              className={classes.box}
              size="xs"
              aria-label="Replace by"
              placeholder="Replace by"
              spellCheck={false}
              autoComplete="off"
              value={wish.replacement ?? ""}
              onChange={(event) => look({ replacement: event.currentTarget.value })}
            />
            <Tooltip label={allWords(results.cut, reads)}>
              <Button
                size="compact-xs"
                variant="light"
                aria-label="Replace all"
                leftSection={<IconReplace size={14} aria-hidden />}
                disabled={!canEdit || results.count === 0 || results.cut || results.state !== "done" || reads}
                loading={replacing}
                onClick={() => replace()}
              >
                All
              </Button>
            </Tooltip>
          </div>
        )}
        <UnstyledButton className={classes.more} aria-expanded={narrowed} onClick={() => setNarrowed(!narrowed)}>
          <IconChevronRight size={14} data-open={narrowed} aria-hidden />
          {narrowed || (wish.include === "" && wish.exclude === "") ? "Which files" : "Which files (not all)"}
        </UnstyledButton>
        {narrowed &&
          (["include", "exclude"] as const).map((which) => (
            <TextInput
              key={which}
              size="xs"
              aria-label={which === "include" ? "Only in these files" : "Not in these files"}
              placeholder={which === "include" ? "Only in, such as src, *.ts" : "Not in, such as test, *.{json,md}"}
              spellCheck={false}
              autoComplete="off"
              value={wish[which]}
              onChange={(event) => look({ [which]: event.currentTarget.value })}
            />
          ))}
      </search>
      <Status />
      <Hits replaces={replaces && canEdit} onReplace={replace} />
    </div>
  );
}

/** Down to what was found, or back to the text. */
function leave(event: KeyboardEvent<HTMLElement>): void {
  const pane = event.currentTarget.closest("[data-pane]");
  const to = { ArrowDown: pane?.querySelector<HTMLElement>("[data-hit]"), Escape: editor() }[event.key];
  if (!to) return;
  to.focus();
  event.preventDefault();
}

/** What was found, in a line, and how far the reading is. */
function Status() {
  const { search } = useRoom();
  const { text } = useWatch(search.wish);
  const { files, count, cut, state, problem, passes } = useWatch(search.results);
  const reads = useWatch(search.reading, (reading) => reading !== undefined);
  let said: ReactNode = "";
  if (problem !== undefined) said = problem;
  else if (text === "") said = "";
  else if (count > 0)
    said = `${cut ? "The first " : ""}${places(count)} in ${files.length === 1 ? "one file" : `${files.length} files`}`;
  else if (state === "done" && !reads) said = "Nothing was found.";
  return (
    <div className={classes.status}>
      <p role="status" data-problem={problem !== undefined}>
        {said}
        {cut && ` (at most ${most.ofFile.toLocaleString()} of a file and ${most.ofAll.toLocaleString()} in all)`}
      </p>
      {passes && (
        <Button mt={6} size="compact-xs" variant="default" onClick={() => search.again()}>
          Try again
        </Button>
      )}
      {text !== "" && <Progress />}
    </div>
  );
}

function Progress() {
  const reading = useWatch(useRoom().search.reading);
  return (
    reading && (
      <label>
        Reading files: {reading.read} of {reading.total}
        <progress max={reading.total} value={reading.read} />
      </label>
    )
  );
}

function allWords(cut: boolean, reads: boolean): string {
  if (cut) return "There are too many places: narrow the search";
  return reads ? "Some files are still being read" : "Replace all that is listed";
}

function places(count: number): string {
  return count === 1 ? "one place" : `${count.toLocaleString()} places`;
}

function tell({ places: count, left, edited }: Replaced): void {
  const not = left.length === 0 ? "" : ` Left as they changed meanwhile: ${listed(left)}.`;
  if (count === 0) {
    toast(`Nothing was replaced.${not}`);
    return;
  }
  const said = `Replaced ${places(count)} in ${edited.count === 1 ? "one file" : `${edited.count} files`}.${not}`;
  const takeBack = () => {
    const lost = edited.undo();
    if (lost.length > 0) toast(`Could not be taken back in ${listed(lost)}.`, { tone: "danger" });
  };
  toast(said, { action: { label: "Undo", run: takeBack }, forMs: undoneForMs });
  edited.keepAfter(2 * undoneForMs);
}
