import type { TreeNode } from "@coterie/core";
import { TextInput } from "@mantine/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { givenTo } from "./runForm.ts";

interface Props {
  readonly entry: TreeNode;
  /** Whether it runs where the room's paths begin. */
  readonly inRoot?: boolean;
  readonly disabled?: boolean;
}

/** What the program is given, as a shell would read it. */
export function Arguments({ entry, inRoot, disabled = false }: Props) {
  const { runs } = useRoom();
  const form = useWatch(runs.form);
  return (
    <TextInput
      size="xs"
      label="Arguments"
      description={inRoot && "It runs in the room's root folder: paths begin there."}
      placeholder={'one "and two"'}
      value={givenTo(form, entry.id).arguments}
      spellCheck={false}
      disabled={disabled}
      onChange={(event) => runs.give(entry, { arguments: event.currentTarget.value })}
    />
  );
}
