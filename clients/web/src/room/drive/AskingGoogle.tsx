import { Button, Group, Stack } from "@mantine/core";
import classes from "./Drive.module.css";

/** While Google's window stands open somewhere. That it was closed cannot be seen from here. */
export function AskingGoogle({ again, stop }: { again: () => void; stop: () => void }) {
  return (
    <Stack>
      <p className={classes.text} role="status">
        Answer in Google’s window; this page waits for it. If you closed that window, or do not see it, open it again.
      </p>
      <Group justify="flex-end">
        <Button variant="default" onClick={stop}>
          Cancel
        </Button>
        <Button onClick={again}>Open it again</Button>
      </Group>
    </Stack>
  );
}
