import type { RoomFile } from "@coterie/core";
import { Button } from "@mantine/core";
import { copyText } from "../app/copyText.ts";
import { Strip } from "../app/Strip.tsx";
import { useWatch } from "../app/useWatch.ts";

/** What I typed and the room refused for good: says why, and hands me the text as I had it. */
export function Rejected({ file }: { file: RoomFile }) {
  const rejected = useWatch(file.rejected);
  if (!rejected) return null;
  return (
    <Strip role="alert">
      <span>Your last edits were not taken in: {rejected.why}</span>
      <Button size="compact-sm" onClick={() => void copyText(rejected.text, "Copied the text as you had it.")}>
        Copy my text
      </Button>
      <Button size="compact-sm" variant="subtle" onClick={() => file.rejected.set(undefined)}>
        Dismiss
      </Button>
    </Strip>
  );
}
