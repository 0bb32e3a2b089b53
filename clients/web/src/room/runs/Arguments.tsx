import { TextInput } from "@mantine/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

/** What the program is given, as a shell would read it. */
export function Arguments({ disabled }: { disabled: boolean }) {
  const { runs } = useRoom();
  const form = useWatch(runs.form);
  return (
    <TextInput
      size="xs"
      label="Arguments"
      placeholder={'one "and two"'}
      value={form.arguments}
      spellCheck={false}
      disabled={disabled}
      onChange={(event) => runs.change({ arguments: event.currentTarget.value })}
    />
  );
}
