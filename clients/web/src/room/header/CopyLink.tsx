import { Button, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { IconCheck, IconLink } from "@tabler/icons-react";
import { useState } from "react";
import { toast } from "../../app/toast.ts";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import classes from "./CopyLink.module.css";
import { QrCode } from "./QrCode.tsx";

type Choice = "editor" | "viewer" | "address";

const meaning: Record<Choice, string> = {
  editor: "Whoever has this link can read and edit everything here.",
  viewer: "Whoever has this link can read everything here, and change nothing.",
  address: "Only the address, without a key: it opens together with the room’s password.",
};

/** One press copies the link of the strongest role I can give; what opens below says so and offers the others. */
export function CopyLink() {
  const { room } = useRoom();
  const passwordOpens = useWatch(room.view, (view) => view.passwordOpens);
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState<Choice>("editor");

  const addressOf = (what: Choice) =>
    what === "address" ? (passwordOpens ? room.roomAddress() : undefined) : room.link(what);
  const offered = (["editor", "viewer", "address"] as const).filter((what) => addressOf(what) !== undefined);
  const address = addressOf(choice) ?? room.roomAddress();

  const copy = async (what: Choice) => {
    setChoice(what);
    setOpen(true);
    try {
      await navigator.clipboard.writeText(addressOf(what) ?? room.roomAddress());
    } catch {
      toast("The browser did not let the page copy. Select the link in the box and copy it yourself.");
    }
  };

  useWindowEvent("keydown", (event) => {
    if (event.key === "Escape") setOpen(false);
  });

  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" width={380} withArrow trapFocus={false}>
      <Popover.Target>
        <Button
          size="sm"
          leftSection={<IconLink size={16} />}
          className={classes.button}
          onClick={() => (open ? setOpen(false) : void copy(offered[0] ?? "address"))}
        >
          Copy link
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Share this room">
        <p className={classes.copied} role="status">
          <IconCheck size={16} aria-hidden /> Copied.
        </p>
        <SegmentedControl
          fullWidth
          aria-label="What the link gives"
          value={choice}
          onChange={(value) => void copy(value as Choice)}
          data={offered.map((value) => ({
            value,
            label: { editor: "Editor", viewer: "Viewer", address: "Address only" }[value],
          }))}
        />
        <p className={classes.meaning}>{meaning[choice]}</p>
        <TextInput
          readOnly
          aria-label="Link"
          value={address}
          onFocus={(event) => event.currentTarget.select()}
          styles={{ input: { fontFamily: "var(--font-code)", fontSize: 12 } }}
        />
        <QrCode text={address} />
      </Popover.Dropdown>
    </Popover>
  );
}
