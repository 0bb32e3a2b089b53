import { server } from "./route.ts";

/** A room as it stands in the server's list: its id, and the name that its owner gave for that. */
export interface ListedRoom {
  readonly id: string;
  readonly name: string;
}

/** Whether this server keeps a list; the page was told when it was served. */
export const hasRoomList = document.querySelector("meta[name=coterie-room-list]") !== null;

/** @throws Error whose text is for a person */
export async function listedRooms(): Promise<readonly ListedRoom[]> {
  const answer = await asked({});
  const { rooms } = (await answer.json()) as { rooms: ListedRoom[] };
  return rooms;
}

/** @param word what `Listing.sign` gave. @throws Error whose text is for a person */
export async function tellList(word: Uint8Array<ArrayBuffer>): Promise<void> {
  await asked({ method: "PUT", body: word });
}

async function asked(request: RequestInit): Promise<Response> {
  const answer = await fetch(`${server}/rooms`, { ...request, cache: "no-store" }).catch(() => undefined);
  if (answer === undefined) throw new Error("The server does not answer. Try again in a moment.");
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer;
}
