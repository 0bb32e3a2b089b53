/** What a tab shows of its file. */
export type ViewOf = "text" | "preview" | "table" | "picture";

const views: readonly string[] = ["text", "preview", "table", "picture"] satisfies ViewOf[];

export interface Tab {
  /** The file's id for its first tab; a further one has more behind it. */
  readonly id: string;
  readonly file: string;
  readonly as: ViewOf;
  readonly pinned: boolean;
  /** The tab that it was split from: where it is to lie when it is new. */
  readonly beside?: string;
}

interface Kept {
  readonly tabs: readonly Tab[];
  readonly front: string | undefined;
  readonly layout: string | undefined;
}

/** What this browser kept of a desk, without what it cannot have written. */
export function tabsIn(kept: string | undefined, living: (file: string) => boolean): Kept {
  const nothing = { tabs: [], front: undefined, layout: undefined };
  let found: unknown;
  try {
    found = JSON.parse(kept ?? "{}");
  } catch {
    return nothing;
  }
  const { tabs, front, layout } = (found ?? {}) as Record<string, unknown>;
  if (!Array.isArray(tabs)) return nothing;
  const known = new Map<string, Tab>();
  for (const tab of tabs.filter(isTab)) if (living(tab.file)) known.set(tab.id, tab);
  return {
    tabs: [...known.values()],
    front: typeof front === "string" ? front : undefined,
    layout: typeof layout === "string" ? layout : undefined,
  };
}

function isTab(value: unknown): value is Tab {
  const { id, file, as, pinned } = (value ?? {}) as Record<string, unknown>;
  return (
    typeof id === "string" && typeof file === "string" && views.includes(as as string) && typeof pinned === "boolean"
  );
}
