import type { TreeNode } from "@coterie/core";
import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { IconChevronDown, IconPlayerPlay } from "@tabler/icons-react";
import type { MouseEvent } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { keyNames } from "../commands/keyNames.ts";
import { useRoom } from "../RoomContext.ts";
import { useRoomView } from "../useRoomView.ts";
import { type Pipeline, pipelines } from "./pipelines/Pipeline.ts";
import { languageOf } from "./pipelines/RunChoices.ts";
import { isProgram } from "./programs.ts";
import classes from "./Runs.module.css";

/** In the row of tabs: runs the program in front in the way that was chosen for its language. Where that is not to be had, it says why. */
export function RunButton({ node }: { node: TreeNode | undefined }) {
  const { room, runs } = useRoom();
  const beginning = useWatch(runs.beginning);
  useRoomView(room); // what the room allows
  useWatch(runs.site);
  useWatch(runs.choices.view);
  if (node?.kind !== "file" || !isProgram(node.name)) return null;
  const pipeline = runs.pipelineOf(node);
  const refusal = runs.refusalOf(pipeline, node);
  const label = runs.wordsOf(pipeline, node).does;
  return (
    <>
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
      <Ways node={node} />
    </>
  );
}

/** By what programs in a file's language run here, to choose from. */
function Ways({ node }: { node: TreeNode }) {
  const { runs } = useRoom();
  const chosen = runs.pipelineOf(node);
  const label = `How ${languageOf(node.name)} programs run`;
  return (
    <Menu position="bottom-end" onOpen={() => void runs.ask()} width={280} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon className={classes.ways ?? ""} variant="subtle" color="gray" size="md" aria-label={label}>
          <IconChevronDown size={14} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{label}</Menu.Label>
        <Menu.RadioGroup value={chosen} onChange={(way) => runs.choices.choose(node.name, way as Pipeline)}>
          {pipelines.map((pipeline) => {
            const refusal = runs.refusalOf(pipeline, node);
            return (
              <Menu.RadioItem key={pipeline} value={pipeline} closeMenuOnClick disabled={refusal !== undefined}>
                {runs.wordsOf(pipeline, node).label}
                {refusal !== undefined && <span className={classes.aside}>{refusal}</span>}
              </Menu.RadioItem>
            );
          })}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}

/** The keyboard stays in the text until the program has it. */
function stay(event: MouseEvent): void {
  event.preventDefault();
}
