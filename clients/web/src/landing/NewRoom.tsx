import { useMediaQuery } from "@mantine/hooks";
import { Dialog } from "../app/Dialog.tsx";
import { NewRoomForm } from "./NewRoomForm.tsx";

export function NewRoom({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const narrow = useMediaQuery("(max-width: 720px)");
  return (
    <Dialog opened={opened} onClose={onClose} title="New room" size={520} fullScreen={narrow ?? false}>
      <NewRoomForm />
    </Dialog>
  );
}
