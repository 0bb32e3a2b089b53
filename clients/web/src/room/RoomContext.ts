import type { Observable, Room } from "@coterie/core";
import { createContext, useContext } from "react";
import type { EditorConfigs } from "../editor/form/EditorConfigs.ts";
import type { OwnChoices } from "../editor/form/OwnChoices.ts";
import type { LiveEditors } from "../editor/LiveEditors.ts";
import type { Attention } from "./Attention.ts";
import type { Bring } from "./bring/Bring.ts";
import type { Draft } from "./chat/Draft.ts";
import type { Unread } from "./chat/Unread.ts";
import type { Desk } from "./Desk.ts";
import type { Grant } from "./drive/Grant.ts";
import type { Shelf } from "./files/Shelf.ts";
import type { Pointer } from "./Pointer.ts";
import type { RunDesk } from "./runs/RunDesk.ts";
import type { Search } from "./search/Search.ts";
import type { SymbolIndex } from "./symbols/SymbolIndex.ts";
import type { Download } from "./zip/Download.ts";

/** What every part of a room's screen shares. */
export interface RoomParts {
  readonly room: Room;
  readonly reached: Observable<boolean>;
  readonly desk: Desk;
  readonly editors: LiveEditors;
  readonly choices: OwnChoices;
  readonly configs: EditorConfigs;
  readonly pointer: Pointer;
  readonly attention: Attention;
  readonly unread: Unread;
  readonly draft: Draft;
  readonly shelf: Shelf;
  readonly search: Search;
  readonly symbols: SymbolIndex;
  readonly runs: RunDesk;
  readonly bring: Bring;
  readonly download: Download;
  readonly grant: Grant;
  /** What the list of files and commands begins with; undefined while it is closed. */
  readonly palette: Observable<string | undefined>;
  /** The dialog of the room menu, or the link's, that stands open. */
  readonly dialog: Observable<DialogName | undefined>;
}

export type DialogName =
  | "rules"
  | "words"
  | "name"
  | "title"
  | "list"
  | "recovery"
  | "leave"
  | "destroy"
  | "link"
  | "saveToDrive"
  | "openFromDrive";

export const RoomContext = createContext<RoomParts | undefined>(undefined);

export function useRoom(): RoomParts {
  const parts = useContext(RoomContext);
  if (!parts) throw new Error("useRoom belongs inside a room's screen");
  return parts;
}
