import type { TreeNode } from "@coterie/core";
import { NativeSelect, TextInput } from "@mantine/core";
import { useEffect } from "react";
import { useWatch } from "../../../app/useWatch.ts";
import { useRoom } from "../../RoomContext.ts";
import { Arguments } from "../Arguments.tsx";
import { hostOf } from "../pipelines/Pipeline.ts";
import classes from "../Runs.module.css";

/** How a program runs at a Wandbox: at which, and by which of its compilers, once these may be asked for. */
export function WandboxFields({ entry }: { entry: TreeNode }) {
  const { runs } = useRoom();
  const { name } = entry;
  const { wandboxes, choices } = runs;
  useWatch(choices.view);
  useWatch(runs.form); // what was agreed to
  useWatch(wandboxes.compilers);
  const { site, sites } = wandboxes;
  useEffect(() => {
    if (site !== undefined) void runs.askWandbox();
  }, [runs, site]);
  if (site === undefined) return null;
  const compilers = wandboxes.of(name);
  const compiler = wandboxes.compilerOf(name);
  return (
    <>
      {sites.length > 1 && (
        <NativeSelect
          size="xs"
          label="Wandbox"
          value={site}
          data={sites.map((each) => ({ value: each, label: hostOf(each) }))}
          onChange={(event) => choices.change({ wandbox: event.currentTarget.value })}
        />
      )}
      {compiler && (
        <NativeSelect
          size="xs"
          label="Compiler"
          value={compiler.name}
          data={compilers.map(({ name: value, label }) => ({ value, label }))}
          onChange={(event) => choices.chooseCompiler(name, event.currentTarget.value)}
        />
      )}
      <p className={classes.note}>
        {compiler === undefined
          ? `${hostOf(site)} is another server than this one. It is asked nothing before you have agreed to what your first run there sends.`
          : `${compiler.command === "" ? "" : `Runs as: ${compiler.command}. `}${hostOf(site)} reads what is sent; only you see what comes back.`}
      </p>
      <p className={classes.note}>
        Pages of this server can ask {sites.length === 1 ? "this Wandbox" : "these Wandboxes"} alone; whoever runs it
        allows others.
      </p>
      {compiler?.takesOptions && (
        <TextInput
          size="xs"
          label="Compiler options"
          placeholder="-O2 other.cpp"
          description="Also further sources, by name."
          value={choices.optionsOf(name)}
          spellCheck={false}
          onChange={(event) => choices.giveOptions(name, event.currentTarget.value)}
        />
      )}
      <Arguments entry={entry} disabled={compiler?.takesArguments === false} />
    </>
  );
}
