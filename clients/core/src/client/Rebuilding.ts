import { Limits } from "../limits.ts";
import type { Blob } from "../rooms/Blob.ts";
import { Role } from "../wire/Classes.ts";
import type { MemberId } from "../wire/Ids.ts";
import type { Blobs } from "./Blobs.ts";
import type { Chat } from "./Chat.ts";
import type { FileDoc } from "./FileDoc.ts";
import { foundAgain } from "./Rebirth.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { Tree } from "./Tree.ts";
import type { ChatMessage, TreeNode } from "./view.ts";
import type { Timer } from "./World.ts";

/** An editor leaves it this long to the owner's page to make a lost room again, and up to as long again by chance. */
const PATIENCE_MS = 2_000;
/** Who did not make the room again brings what is missing after this, and up to as long again by chance. */
const FILL_AFTER_MS = 2_000;
/** Nodes under way at a time: all alone in an empty room, and where others may bring them too. */
const ALONE = 64;
const BESIDE_OTHERS = 4;
const NOTICE_MS = 30_000;

/** The parts of a room that are written anew. */
export interface Content {
  readonly tree: Tree;
  readonly chat: Chat;
  readonly blobs: Blobs;
  files(): Iterable<FileDoc>;
  mayEdit(): boolean;
  nameOf(member: MemberId): string;
}

/**
 * What this member does for a room in memory that its hub has lost: makes it stand again, and brings what it knows of it.
 *
 * Any member who may write does both, so that a room comes back whoever is there: the owner's page at once, the others' after a pause drawn
 * by chance. Nothing is brought twice, however many do it at once: a node's id is used once (T1), a message's operation counts once (T7),
 * a file's text has one Yjs client id (E7). Who was away for longer than a hub keeps an empty room brings nothing: others went on without.
 */
export class Rebuilding {
  readonly #sync: RoomSync;
  readonly #content: Content;
  #lostAt: number | undefined;
  #patience = 0;
  #made = false;
  #rebuiltAt: number | undefined;
  /** What was there when the room was lost, until it has been brought. */
  #known: { readonly nodes: readonly TreeNode[]; readonly messages: readonly ChatMessage[] } | undefined;
  /** Each message as it was first read, by whom and under which name: a rebuilt room has it as a quotation. */
  readonly #firstSaid = new Map<string, ChatMessage>();
  #bringing: Promise<void> = Promise.resolve();
  #timer: Timer | undefined;

  constructor(sync: RoomSync, content: Content) {
    this.#sync = sync;
    this.#content = content;
  }

  /** The room is there now. */
  here(): void {
    this.#lostAt = undefined;
  }

  /** The hub has no such room. Only one in memory can be lost; it is waited for as long as a hub keeps one without members. */
  async lost(): Promise<"back" | "wait" | "crowded" | "gone"> {
    const { keyring, world } = this.#sync;
    if (keyring.kind !== "memory" || !this.#recent) return "gone";
    if (this.#lostAt === undefined) {
      this.#lostAt = world.now();
      this.#patience = keyring.role === Role.Owner ? 0 : this.#between(PATIENCE_MS);
    }
    if (keyring.role !== Role.Owner && !this.#content.mayEdit()) return "wait";
    if (world.now() < this.#lostAt + this.#patience) return "wait";
    const outcome = await foundAgain(world, keyring).catch(() => "gone" as const);
    this.#made = outcome === "made";
    if (outcome === "crowded") return "crowded";
    return outcome === "gone" ? "wait" : "back";
  }

  /** The room stands again, under a new incarnation and without content. */
  rebuilt(): void {
    const { world } = this.#sync;
    const { tree, chat, files } = this.#content;
    const made = this.#made;
    const brings = this.#recent && this.#content.mayEdit();
    this.#made = false;
    this.#rebuiltAt = world.now();
    const sent = chat.view.get().filter(({ state }) => state === "sent");
    for (const message of sent) if (!this.#firstSaid.has(message.id)) this.#firstSaid.set(message.id, message);
    for (const doc of files()) doc.rebuilt(brings ? (made ? 0 : this.#between(FILL_AFTER_MS)) : undefined);
    if (!brings) return;
    const shown = tree.view.get().filter(({ pending }) => !pending); // what is on its way comes by itself
    const nodes = [...(this.#known?.nodes ?? []).filter(({ id }) => shown.every((node) => node.id !== id)), ...shown];
    const said = sent.map((message) => this.#firstSaid.get(message.id) ?? message);
    const messages = [...(this.#known?.messages ?? []), ...said];
    this.#known = { nodes, messages };
    if (made) this.#bring(ALONE);
    this.close();
    this.#timer = world.setTimer(() => this.#fill(), this.#between(FILL_AFTER_MS));
  }

  /** What people are told for a while. */
  notice(): string | undefined {
    const { world, state, memberId } = this.#sync;
    if (this.#rebuiltAt === undefined || world.now() > this.#rebuiltAt + NOTICE_MS) return undefined;
    const [first] = state.tree.all();
    const whose =
      first === undefined
        ? "a member's"
        : first.creator === memberId
          ? "your"
          : `${this.#content.nameOf(first.creator)}'s`;
    return `The server restarted. This room is ephemeral and was brought back from ${whose} copy: check your files.`;
  }

  /** Whether the notice may have to go. */
  get noticed(): boolean {
    return this.#rebuiltAt !== undefined;
  }

  close(): void {
    if (this.#timer !== undefined) this.#sync.world.clearTimer(this.#timer);
    this.#timer = undefined;
  }

  /** Brings what nobody has brought, once the room can be read. */
  #fill(): void {
    this.#timer = undefined;
    if (!this.#sync.joined) {
      this.#timer = this.#sync.world.setTimer(() => this.#fill(), FILL_AFTER_MS);
      return;
    }
    this.#bring(BESIDE_OTHERS);
    this.#known = undefined;
  }

  #bring(atOnce: number): void {
    const known = this.#known;
    if (known === undefined || !this.#content.mayEdit()) return;
    const { tree, chat, blobs } = this.#content;
    const send = (blob: Blob) => blobs.putAgain(blob);
    this.#bringing = this.#bringing.then(() => tree.bring(known.nodes, atOnce, send));
    chat.bring(known.messages);
  }

  /** Whether this visit was in the room just now: by the hub's last sign of life, not by a connection that seems to stand. */
  get #recent(): boolean {
    const { world, heardAt } = this.#sync;
    return heardAt !== undefined && world.now() <= heardAt + Limits.MemoryRoomGraceSeconds * 1_000;
  }

  /** From `least` milliseconds up to twice that. */
  #between(least: number): number {
    return Math.round(least * (1 + this.#sync.world.random(1)[0]! / 255));
  }
}
