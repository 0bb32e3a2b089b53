import { Button, NativeSelect, Switch, Textarea, TextInput } from "@mantine/core";
import { IconFileZip, IconPlayerPlay } from "@tabler/icons-react";
import { type KeyboardEvent, useEffect, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { hasMod, keyNames } from "../commands/keyNames.ts";
import { useRoom } from "../RoomContext.ts";
import { downloadPackage } from "./package/downloadPackage.ts";
import { languagesOf } from "./RunSite.ts";
import classes from "./Runs.module.css";
import { endingOf } from "./runForm.ts";

/** What runs next: which program, in which language, with which words and input. Remembered for this room here. */
export function RunForm() {
  const parts = useRoom();
  const { room, desk, runs } = parts;
  const site = useWatch(runs.site);
  const form = useWatch(runs.form);
  const beginning = useWatch(runs.beginning);
  useWatch(room.tree.view);
  const active = useWatch(desk.active);
  const [chosen, setChosen] = useState<string>();
  // biome-ignore lint/correctness/useExhaustiveDependencies: whoever goes to another file means that one
  useEffect(() => setChosen(undefined), [active]);
  const programs = runs.programs();
  const entry = programs.find(({ id }) => id === chosen) ?? runs.entry;
  const languages = site && entry ? languagesOf(site, entry.name) : [];
  const language = site && entry ? runs.languageOf(site, entry) : undefined;
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
      {languages.length > 1 && entry && (
        <NativeSelect
          size="xs"
          label="Language"
          value={language?.id}
          data={languages.map(({ id, name, installed }) => ({
            value: id,
            label: installed ? name : `${name} (not installed)`,
          }))}
          onChange={(event) =>
            runs.change({ languages: { ...form.languages, [endingOf(entry.name)]: event.currentTarget.value } })
          }
        />
      )}
      {site?.problem !== undefined ? (
        <p className={classes.note}>{site.problem}</p>
      ) : (
        language && (
          <p className={classes.note}>
            {language.installed
              ? `${language.name}, up to ${language.memoryMB} MB.`
              : `${language.name} is not installed on this server. Whoever runs it installs it so: ${language.install ?? "see coterie languages"}`}
          </p>
        )
      )}
      <TextInput
        size="xs"
        label="Arguments"
        placeholder={'one "and two"'}
        value={form.arguments}
        spellCheck={false}
        disabled={language?.arguments === false}
        onChange={(event) => runs.change({ arguments: event.currentTarget.value })}
      />
      <Switch
        size="xs"
        label="Run in a terminal"
        description="What it reads you type while it runs."
        checked={form.direct}
        onChange={(event) => runs.change({ direct: event.currentTarget.checked })}
      />
      <Switch
        size="xs"
        label="Run again on save"
        description={`${keyNames("Mod+S")} in a file of the last run.`}
        checked={form.onSave}
        onChange={(event) => runs.change({ onSave: event.currentTarget.checked })}
      />
      {!form.direct && (
        <Textarea
          size="xs"
          label="Input"
          description="All that it reads."
          autosize={false}
          rows={4}
          spellCheck={false}
          value={form.input}
          onChange={(event) => runs.change({ input: event.currentTarget.value })}
        />
      )}
      <div className={classes.go}>
        <Button
          type="submit"
          size="xs"
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          loading={beginning}
          disabled={!entry}
        >
          Run
        </Button>
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
      </div>
    </form>
  );
}
