import { Modal } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { NewRoomForm } from "./NewRoomForm.tsx";

export function NewRoom({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const narrow = useMediaQuery("(max-width: 720px)");
  return (
    <Modal
      opened={opened}
      onClose={onClose}
      title="New room"
      size={520}
      fullScreen={narrow ?? false}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <NewRoomForm />
    </Modal>
  );
}
