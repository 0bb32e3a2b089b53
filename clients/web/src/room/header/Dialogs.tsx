import { Dialog } from "../../app/Dialog.tsx";
import { Fetched } from "../../app/Fetched.tsx";
import { driveForm } from "../drive/driveForm.ts";
import { type DialogName, useRoom } from "../RoomContext.ts";
import { RulesDialog } from "../rules/RulesDialog.tsx";
import { useRoomView } from "../useRoomView.ts";
import { DestroyForm } from "./DestroyForm.tsx";
import { LeaveForm } from "./LeaveForm.tsx";
import { ListForm } from "./ListForm.tsx";
import { NameForm } from "./NameForm.tsx";
import { RecoveryForm } from "./RecoveryForm.tsx";
import { Words } from "./Words.tsx";

const titles: Record<Exclude<DialogName, "rules" | "link">, string> = {
  words: "Verification words",
  name: "Change my name",
  title: "Rename the room",
  list: "List the room",
  recovery: "Recovery file",
  leave: "Leave the room",
  destroy: "Destroy the room",
  saveToDrive: "Save to Google Drive",
  openFromDrive: "Open from Google Drive",
};

/** The one dialog of the room menu that is open. */
export function Dialogs({ dialog, onClose }: { dialog: DialogName; onClose: () => void }) {
  const { room } = useRoom();
  const view = useRoomView(room);
  if (dialog === "link") return null;
  if (dialog === "rules") return <RulesDialog onClose={onClose} />;
  return (
    <Dialog opened onClose={onClose} title={titles[dialog]} size={460}>
      {dialog === "words" && <Words words={view.words} />}
      {dialog === "name" && (
        <NameForm label="Your name" initial={room.ownName} onDone={onClose} save={(name) => room.setName(name)} />
      )}
      {dialog === "title" && (
        <NameForm label="Room name" initial={view.title} onDone={onClose} save={(title) => room.rename(title)} />
      )}
      {dialog === "list" && <ListForm onDone={onClose} />}
      {dialog === "recovery" && <RecoveryForm id={view.id} onDone={onClose} />}
      {dialog === "leave" && <LeaveForm onCancel={onClose} />}
      {dialog === "destroy" && <DestroyForm title={view.title} />}
      {(dialog === "saveToDrive" || dialog === "openFromDrive") && (
        <Fetched chunk={driveForm} meanwhile={null}>
          {({ default: DriveForm }) => <DriveForm what={dialog} onDone={onClose} />}
        </Fetched>
      )}
    </Dialog>
  );
}
