import type { TreeNode } from "@coterie/core";
import { NativeSelect, Switch } from "@mantine/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { Arguments } from "./Arguments.tsx";
import { languagesOf } from "./RunSite.ts";
import classes from "./Runs.module.css";
import { endingOf } from "./runForm.ts";

/** How a program runs on this server. */
export function ServerFields({ entry }: { entry: TreeNode }) {
  const { runs } = useRoom();
  const site = useWatch(runs.site);
  const form = useWatch(runs.form);
  const languages = site ? languagesOf(site, entry.name) : [];
  const language = site && runs.languageOf(site, entry);
  return (
    <>
      {languages.length > 1 && (
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
      {language?.installed && (
        <p className={classes.note}>
          {language.name}, up to {language.memoryMB} MB.
        </p>
      )}
      <Arguments entry={entry} inRoot disabled={language?.arguments === false} />
      <Switch
        size="xs"
        label="Run in a terminal"
        description="What it reads you type while it runs."
        checked={form.direct}
        onChange={(event) => runs.change({ direct: event.currentTarget.checked })}
      />
    </>
  );
}
