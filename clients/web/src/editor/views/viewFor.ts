import type { ViewOf } from "../../room/deskTabs.ts";

/** What else than its text a file can be shown as, by its name. */
export function viewFor(name: string): Exclude<ViewOf, "text"> | undefined {
  const [extension = ""] = /\.[^.]*$/.exec(name.toLowerCase()) ?? [];
  if ([".md", ".markdown", ".mdown", ".mkd"].includes(extension)) return "preview";
  if ([".csv", ".tsv", ".tab"].includes(extension)) return "table";
  if (extension === ".svg") return "picture";
  return undefined;
}

export const viewNames = { preview: "Preview", table: "Table", picture: "Picture" } as const;
