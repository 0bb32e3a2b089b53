import type { TreeNode } from "@coterie/core";
import { Chunk } from "../../../app/Chunk.ts";
import { listed } from "../../../app/listed.ts";
import { toast } from "../../../app/toast.ts";
import { legible, megabytes } from "../../bring/plan.ts";
import { saveAs } from "../../header/saveAs.ts";
import type { RoomParts } from "../../RoomContext.ts";
import type { Way } from "../../zip/Download.ts";
import { packing } from "../../zip/packing.ts";
import { gather } from "../gather.ts";
import { languagesOf } from "../RunSite.ts";
import { endingOf, givenTo } from "../runForm.ts";
import { splitWords } from "../splitWords.ts";

/** The languages and the scripts: fetched by who wants a package first. */
const making = new Chunk(async () => {
  const [{ languages }, { runPackage }] = await Promise.all([import("./languages.ts"), import("./runPackage.ts")]);
  return { languages, runPackage };
});

const way: Way = {
  title: "Run package",
  doing: (name) => `Making a run package of ${name}`,
  done: (name) => `Downloaded ${name}`,
  failed: (name) => `A run package of ${name} was not made.`,
  cancel: "Cancel the run package",
  unit: "files",
};
const longMs = 15_000; // there is much to read

/**
 * Downloads a ZIP of a program with what starts it on Windows, macOS and Linux: the files that a run would take, in the language and with the arguments
 * that are chosen. The server runs nothing for it and need not be able to. Says itself how it ended.
 */
export async function downloadPackage(
  { room, runs, download }: Pick<RoomParts, "room" | "runs" | "download">,
  entry: TreeNode | undefined = runs.entry,
): Promise<void> {
  if (entry === undefined) {
    toast("There is no program in this room yet: open one, or make a file such as main.py.");
    return;
  }
  await download.run(way, entry.shownName, 1, async (signal) => {
    const { languages, runPackage } = await making.fetch();
    const form = runs.form.get();
    const all = languagesOf({ languages }, entry.name);
    const language = all.find(({ id }) => id === form.languages[endingOf(entry.name)]) ?? all[0];
    if (language === undefined) throw new Error(`It is not known what runs a file like ${entry.shownName}.`);
    const gathered = await gather(room, entry, signal);
    const given = language.run.includes("{arguments}") ? splitWords(givenTo(form, entry.id).arguments) : [];
    const made = runPackage(language, room.tree.view.get(), entry, gathered, given);
    const { pack, close } = packing();
    try {
      const chunks: Uint8Array<ArrayBuffer>[] = [];
      for (const part of [...made.parts, {}]) {
        signal.throwIfAborted();
        chunks.push(...(await pack(part)));
      }
      const zip = new Blob(chunks, { type: "application/zip" });
      saveAs(`${made.name}.zip`, zip);
      const files = gathered.files.length === 1 ? "one file" : `${gathered.files.length.toLocaleString()} files`;
      const said = [`${way.done(`${made.name}.zip`)}: ${files} and what starts them, ${megabytes(zip.size)}.`];
      if (gathered.partly)
        said.push("The room has more: only what is at its root and in the program's folder is in it.");
      const names = made.renamed.map(({ from, to }) => `${legible(from, 60)} → ${legible(to, 60)}`);
      if (names.length > 0)
        said.push(`So that every system can keep them, these have other names in it: ${listed(names)}.`);
      said.push("Where it is started it can do all that you can: its README.txt says more.");
      toast(said.join(" "), { forMs: longMs });
    } finally {
      close();
    }
  });
}
