import type { RoomFile } from "@coterie/core";
import { Button } from "@mantine/core";
import { copyText } from "../app/copyText.ts";
import { Strip } from "../app/Strip.tsx";
import { useWatch } from "../app/useWatch.ts";
import { saveAs } from "../room/header/saveAs.ts";
import { useRoom } from "../room/RoomContext.ts";

/** That this page's copy of a file had come apart from the room's, and was read anew; and the text as it stood here. */
export function Mended({ file }: { file: RoomFile }) {
  const { room } = useRoom();
  const mended = useWatch(file.mended);
  if (!mended || mended.sound) return null;
  const { text, since } = mended;
  const name = room.tree.view.get().find(({ id }) => id === file.id)?.name ?? "file.txt";
  return (
    <Strip role="alert">
      <span>
        This page’s copy of the file was not what the room has
        {since !== undefined && `, since change ${since} at the latest`}. It was read anew, and is the same as the
        others’ now.
        {text === undefined ? " The text was the same." : " What stood here before is kept until you put it away."}
      </span>
      {text !== undefined && (
        <>
          <Button size="compact-sm" onClick={() => void copyText(text, "Copied the text as it stood here.")}>
            Copy that text
          </Button>
          <Button size="compact-sm" variant="default" onClick={() => saveAs(`before-${name}`, text)}>
            Save it as a file
          </Button>
        </>
      )}
      <Button size="compact-sm" variant="subtle" onClick={() => file.mended.set(undefined)}>
        Dismiss
      </Button>
    </Strip>
  );
}
