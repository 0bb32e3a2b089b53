import { Button, Group } from "@mantine/core";
import { Dialog } from "../../app/Dialog.tsx";
import classes from "./Runs.module.css";

/** A program wrote this address: a person reads it whole before it is opened. */
export function AskLink({ link, onClose }: { link: URL; onClose: () => void }) {
  return (
    <Dialog opened onClose={onClose} title="Open this address?" size={520}>
      <div className={classes.words}>
        <p>A program wrote it. It opens in a new tab, which learns nothing of this room.</p>
        <p>
          <code className={classes.address}>{link.href}</code>
        </p>
      </div>
      <Group mt="lg" justify="flex-end">
        <Button variant="default" data-autofocus onClick={onClose}>
          Cancel
        </Button>
        <Button component="a" href={link.href} target="_blank" rel="noopener noreferrer" onClick={onClose}>
          Open
        </Button>
      </Group>
    </Dialog>
  );
}
