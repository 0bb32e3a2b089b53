import type { TreeNode } from "@coterie/core";
import { ActionIcon, Tooltip } from "@mantine/core";
import { IconPlayerPlay } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { keyNames } from "../commands/keyNames.ts";
import { useRoom } from "../RoomContext.ts";
import { isProgram } from "./programs.ts";

/** In the row of tabs: runs the program in front. Where the room does not let it, it says why. */
export function RunButton({ node }: { node: TreeNode | undefined }) {
  const { room, runs } = useRoom();
  const beginning = useWatch(runs.beginning);
  useWatch(room.view); // what the room allows
  if (node?.kind !== "file" || !isProgram(node.name)) return null;
  const { refusal } = room.runs;
  const label = `Run ${node.shownName}`;
  return (
    <Tooltip label={refusal ?? `${label} (${keyNames("Mod+Shift+R")})`} multiline maw={280}>
      <ActionIcon
        variant="subtle"
        color={refusal === undefined ? "brand" : "gray"}
        size="md"
        aria-label={label}
        aria-description={refusal}
        loading={beginning}
        onMouseDown={stay}
        onClick={() => void runs.run(node)}
      >
        <IconPlayerPlay size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

/** The keyboard stays in the text until the program has it. */
function stay(event: MouseEvent): void {
  event.preventDefault();
}
