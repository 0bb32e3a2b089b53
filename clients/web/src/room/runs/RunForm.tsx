import { Button, NativeSelect, Switch, Textarea } from "@mantine/core";
import { IconExternalLink, IconFileZip, IconPlayerPlay, type TablerIcon } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { hasMod, keyNames } from "../commands/keyNames.ts";
import { useRoom } from "../RoomContext.ts";
import { useRoomView } from "../useRoomView.ts";
import { Arguments } from "./Arguments.tsx";
import { downloadPackage } from "./package/downloadPackage.ts";
import { type Pipeline, pipelines } from "./pipelines/Pipeline.ts";
import classes from "./Runs.module.css";
import { givenTo } from "./runForm.ts";
import { ServerFields } from "./ServerFields.tsx";
import { WandboxFields } from "./wandbox/WandboxFields.tsx";

const buttons: { readonly [Way in Pipeline]: { readonly goes: string; readonly icon: TablerIcon } } = {
  server: { goes: "Run", icon: IconPlayerPlay },
  wandbox: { goes: "Run", icon: IconPlayerPlay },
  package: { goes: "Download", icon: IconFileZip },
  onlinegdb: { goes: "Copy and open", icon: IconExternalLink },
};

/** What runs next: which program, by what, with which words and input. By what is remembered for its language here, the rest for this room. */
export function RunForm() {
  const parts = useRoom();
  const { room, desk, runs } = parts;
  const form = useWatch(runs.form);
  const beginning = useWatch(runs.beginning);
  useRoomView(room); // what the room allows
  useWatch(room.tree.view);
  const none = useWatch(runs.site, (site) => site?.problem);
  useWatch(runs.choices.view);
  useWatch(runs.wandboxes.compilers);
  const active = useWatch(desk.active);
  const [chosen, setChosen] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever goes to another file means that one
  useEffect(() => setChosen(undefined), [active]);
  const programs = runs.programs();
  const entry = programs.find(({ id }) => id === chosen) ?? runs.entry;
  const pipeline = entry && runs.pipelineOf(entry);
  const refusal = entry && runs.refusalOf(pipeline!, entry);
  const { goes, icon: Icon } = buttons[pipeline ?? "server"];
  const run = () => void runs.run(entry, { now: true });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== "Enter" || !hasMod(event.nativeEvent)) return;
    event.preventDefault();
    run();
  };
  return (
    <form
      className={classes.form}
      aria-label="What to run, and how"
      onKeyDown={onKeyDown}
      onSubmit={(event) => {
        event.preventDefault();
        run();
      }}
    >
      <NativeSelect
        size="xs"
        label="Program"
        value={entry?.id ?? ""}
        disabled={programs.length === 0}
        data={
          programs.length === 0 ? ["There is none yet"] : programs.map(({ id, path }) => ({ value: id, label: path }))
        }
        onChange={(event) => {
          setChosen(event.currentTarget.value);
          runs.change({ entry: event.currentTarget.value });
        }}
      />
      {entry && (
        <NativeSelect
          size="xs"
          label="Where"
          value={pipeline}
          data={pipelines.map((each) => ({
            value: each,
            label: runs.wordsOf(each, entry).label,
            disabled: each !== pipeline && runs.refusalOf(each, entry) !== undefined,
          }))}
          onChange={(event) => runs.choices.choose(entry.name, pipelines[event.currentTarget.selectedIndex]!)}
        />
      )}
      {refusal !== undefined && <p className={classes.note}>{refusal}</p>}
      {entry && pipeline === "server" && <ServerFields entry={entry} />}
      {entry && pipeline === "wandbox" && <WandboxFields entry={entry} />}
      {pipeline === "onlinegdb" && (
        <p className={classes.note}>
          The program's text is copied, and a page of OnlineGDB opens, where you paste it. That is another company's: it
          reads what you paste.
        </p>
      )}
      {entry && pipeline === "package" && (
        <>
          {none !== undefined && <p className={classes.note}>{none}</p>}
          <p className={classes.note}>
            A ZIP of the files with what starts them on Windows, macOS and Linux, made in this browser. Nothing holds
            the program where you start it.
          </p>
          <Arguments entry={entry} inRoot />
        </>
      )}
      {(pipeline === "server" || pipeline === "wandbox") && (
        <Switch
          size="xs"
          label="Run again on save"
          description={`${keyNames("Mod+S")} in a file of the last run.`}
          checked={form.onSave}
          onChange={(event) => runs.change({ onSave: event.currentTarget.checked })}
        />
      )}
      {entry && (pipeline === "wandbox" || (pipeline === "server" && !form.direct)) && (
        <Textarea
          size="xs"
          label="Input"
          description="All that it reads."
          autosize={false}
          rows={4}
          spellCheck={false}
          value={givenTo(form, entry.id).input}
          onChange={(event) => runs.give(entry, { input: event.currentTarget.value })}
        />
      )}
      <div className={classes.go}>
        <Button
          type="submit"
          size="xs"
          leftSection={<Icon size={15} aria-hidden />}
          loading={beginning}
          disabled={!entry}
          aria-label={pipeline === "package" ? "Download as a run package" : undefined}
        >
          {goes}
        </Button>
        {pipeline !== "package" && (
          <Button
            size="xs"
            variant="subtle"
            leftSection={<IconFileZip size={15} aria-hidden />}
            disabled={!entry}
            aria-label="Download as a run package"
            onClick={() => void downloadPackage(parts, entry)}
          >
            Run package
          </Button>
        )}
      </div>
    </form>
  );
}
