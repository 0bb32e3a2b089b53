import { Button, Popover, SegmentedControl, TextInput } from "@mantine/core";
import { useWindowEvent } from "@mantine/hooks";
import { IconCheck, IconCopy, IconLink } from "@tabler/icons-react";
import { useEffect, useRef, useState } from "react";
import { moment } from "../../app/moment.ts";
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

const asking: Record<Choice, string> = {
  editor: "Whoever has this link can ask to come in: an owner makes them an editor or a viewer, or turns them away.",
  viewer: "Whoever has this link can ask to come in: an owner makes them a viewer, or turns them away.",
  address: "Only the address, without a key: together with the room’s password one can ask an owner to come in.",
};

const names: Record<Choice, string> = { editor: "editor link", viewer: "viewer link", address: "room’s address" };

const noEditorLink =
  "This browser does not know the editor link: you came in by another way. Open an editor link to this room here once, and it can be copied from then on.";

/** Whoever can make editors can make viewers. */
const LINKS = { editor: ["editor", "viewer"], viewer: ["viewer"], none: [] } as const;

const onlyOwners = "In this room owners let people in and give out its links. Ask one of them to invite somebody.";

function lasts(until: number): string {
  return until > Date.now()
    ? `It lets people in until ${moment(until, Date.now())}.`
    : "Its time is over: it lets in nobody new until an owner gives it more time.";
}

/** One press copies the link of the strongest role I can give; what opens below says so and offers the others. What the browser does not let the page copy lies selected. */
export function CopyLink() {
  const { room, dialog } = useRoom();
  const passwordOpens = useWatch(room.view, (view) => view.passwordOpens);
  const invitesAs = useWatch(room.view, (view) => view.invitesAs);
  const byApproval = useWatch(room.view, (view) => view.byApproval);
  const linksUntil = useWatch(room.view, (view) => view.linksUntil);
  const title = useWatch(room.view, (view) => view.title);
  const mayEdit = useWatch(room.view, (view) => view.role !== "viewer");
  const [open, setOpen] = useState(false);
  const [choice, setChoice] = useState<Choice>("editor");
  const [copied, setCopied] = useState<boolean>();

  const addressOf = (what: Choice) =>
    what === "address" ? (passwordOpens ? room.roomAddress() : undefined) : room.link(what);
  const offered: readonly Choice[] = [...LINKS[invitesAs ?? "none"], ...(passwordOpens ? (["address"] as const) : [])];
  const address = addressOf(choice) ?? room.roomAddress();

  const copy = async (what: Choice | undefined) => {
    if (what === undefined) return setOpen(true); // this page knows no way in that it could give
    setChoice(what);
    setOpen(true);
    setCopied(undefined);
    setCopied(await written(addressOf(what) ?? room.roomAddress()));
  };

  useEffect(() =>
    dialog.subscribe(() => {
      if (dialog.get() !== "link") return;
      dialog.set(undefined);
      void copy(offered[0]);
    }),
  );

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
          onClick={() => (open ? setOpen(false) : void copy(offered[0]))}
        >
          Copy link
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Share this room">
        <p className={classes.copied} role="status" data-copied={copied}>
          {copied && <IconCheck size={16} aria-hidden />}
          {copied && "Copied."}
          {copied === false && <IconCopy size={16} aria-hidden />}
          {copied === false && "The browser did not let the page copy. The link is selected: copy it yourself."}
        </p>
        {offered.length > 1 && (
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
        )}
        {offered.length > 0 && <p className={classes.meaning}>{(byApproval ? asking : meaning)[choice]}</p>}
        {offered.length > 0 && linksUntil !== undefined && <p className={classes.meaning}>{lasts(linksUntil)}</p>}
        {(offered.length === 0 || (mayEdit && !offered.includes("editor"))) && (
          <p className={classes.meaning}>{byApproval ? onlyOwners : noEditorLink}</p>
        )}
        {offered.length > 0 && (
          <>
            <LinkBox address={address} selected={copied === false} />
            <QrCode
              text={address}
              label={`QR code of the ${names[choice]}`}
              filename={`${title || "Room"}, ${names[choice]}`}
            />
          </>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}

function LinkBox({ address, selected }: { address: string; selected: boolean }) {
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (selected && address) box.current?.select();
  }, [selected, address]);
  return (
    <TextInput
      ref={box}
      readOnly
      aria-label="Link"
      value={address}
      onFocus={(event) => event.currentTarget.select()}
      styles={{ input: { fontFamily: "var(--font-code)", fontSize: 12 } }}
    />
  );
}

async function written(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return false; // not asked for by a hand, say, or forbidden by the browser's settings
  }
}
