import { OpenFromDrive } from "./OpenFromDrive.tsx";
import { SaveToDrive } from "./SaveToDrive.tsx";

interface Props {
  what: "saveToDrive" | "openFromDrive";
  onDone: () => void;
}

export default function DriveForm({ what, onDone }: Props) {
  return what === "saveToDrive" ? <SaveToDrive onDone={onDone} /> : <OpenFromDrive onDone={onDone} />;
}
