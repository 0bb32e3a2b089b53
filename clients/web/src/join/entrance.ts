import { parseLink, type RecoveryKit, Room } from "@coterie/core";
import { remembered } from "../app/remembered.ts";
import { dropFragment, goToLanding } from "../app/route.ts";
import { onLeft, tellLeft } from "../app/tabs.ts";
import { attempt, toast } from "../app/toast.ts";
import { removeLeftSoon } from "../room/zip/ownFiles.ts";
import { lasting } from "../world/vault.ts";
import { browserWorld } from "../world/world.ts";
import { BareAddress, BrokenLink } from "./BrokenLink.ts";

/**
 * The rooms this tab is in, and the ways in and out. A room is entered once per tab: whoever shows it asks here first.
 * A recovery kit is held from a room's creation until it is used or the tab closes, and nowhere else.
 */
const inside = new Map<string, Room>();
const kits = new Map<string, RecoveryKit>();
const fresh = new Set<string>();

type NewRoom = Parameters<typeof Room.create>[1];

/** Makes a room and enters it as its owner. Resolves to its id, and, where this browser keeps no keys, what brings one back in. */
export async function createRoom(options: NewRoom): Promise<{ id: string; fragment: string }> {
  const { room, recovery } = await Room.create(await browserWorld(), options);
  const { id } = room.view.get();
  inside.set(id, room);
  kits.set(id, recovery);
  fresh.add(id);
  return { id, fragment: lasting.get() ? "" : (room.link("editor")?.split("#")[1] ?? "") };
}

/** The room if this tab is in it already, or enters it again with the keys this browser keeps; undefined if it keeps none. */
export async function returnTo(server: string, id: string): Promise<Room | undefined> {
  const room = inside.get(id) ?? (await Room.reopen(await browserWorld(), server, id));
  if (room) inside.set(id, room);
  return room;
}

/** Whether this browser has been in the room: then it is likely to be in again at once. */
export async function hasBeen(id: string): Promise<boolean> {
  const { vault } = await browserWorld();
  return (await vault.list()).some((room) => room.id === id);
}

export interface WayIn {
  readonly needsPassword: boolean;
  readonly hasLink: boolean;
  /** Whether an owner is asked before one is in. */
  readonly byApproval: boolean;
  /** Whether nobody new comes in. */
  readonly locked: boolean;
}

/** What the door asks for, before anything is typed. */
export async function lookAt(server: string, id: string, fragment: string): Promise<WayIn> {
  const hasLink = fragment !== "";
  const way = hasLink ? linkOf(`${server}/r/${id}#${fragment}`) : id;
  const { needs, byApproval, locked } = await Room.look(await browserWorld(), server, way);
  if (!hasLink && !needs.includes("password")) throw new BareAddress();
  return { hasLink, needsPassword: !hasLink || !needs.includes("link"), byApproval, locked };
}

export type Kit = NonNullable<Parameters<typeof Room.join>[1]["kit"]>;

/** What a person says of themselves at the door. */
export interface Who {
  readonly name: string;
  readonly password: string | undefined;
  readonly kit: Kit | undefined;
}

export async function join(
  server: string,
  id: string,
  fragment: string,
  who: Who,
  waiting: NonNullable<Parameters<typeof Room.join>[1]["waiting"]>,
): Promise<Room> {
  const keys = { ...(who.password !== undefined && { password: who.password }), ...(who.kit && { kit: who.kit }) };
  const way = fragment ? { link: linkOf(`${server}/r/${id}#${fragment}`) } : { roomId: id };
  const room = await Room.join(await browserWorld(), { server, ...way, ...keys, name: who.name, waiting });
  inside.set(id, room);
  if (lasting.get()) dropFragment();
  return room;
}

function linkOf(text: string) {
  const link = parseLink(text);
  if ("error" in link) throw new BrokenLink(link.error);
  return link;
}

/** Whether the room was made in this tab and nobody has begun in it yet; true once. */
export function takeFresh(id: string): boolean {
  return fresh.delete(id);
}

export function recoveryOf(id: string): RecoveryKit | undefined {
  return kits.get(id);
}

export function dropRecovery(id: string): void {
  kits.delete(id);
}

/** Goes away and keeps the keys; nothing happens to a room that was left already. */
export function closeRoom(room: Room): void {
  if (inside.delete(room.view.get().id)) room.close();
}

/** Goes away for good: the keys are erased here. */
export async function leaveRoom(room: Room): Promise<void> {
  const { id, title } = room.view.get();
  await room.leave();
  tellLeft(id);
  removeLeftSoon(0);
  forget(id);
  toast(`You left ${title}.`);
}

/** The same person left it in another tab: what this one might still have written is erased too. */
onLeft((id) => {
  const room = inside.get(id);
  if (!room) return;
  const { title } = room.view.get();
  forget(id);
  toast(`You left ${title} in another tab.`);
  void attempt(room.leave());
});

export async function destroyRoom(room: Room): Promise<void> {
  const { id, title } = room.view.get();
  await room.destroy();
  tellLeft(id);
  removeLeftSoon(0);
  forget(id);
  toast(`${title} was destroyed.`);
}

function forget(id: string): void {
  inside.delete(id);
  kits.delete(id);
  remembered.forgetRoom(id);
  goToLanding();
}
