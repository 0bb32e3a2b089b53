import { type ChatMessage, Observable, type Room } from "@coterie/core";
import { remembered } from "../../app/remembered.ts";

/**
 * Other people's messages that came since the chat was last in sight, on an earlier visit too, where this browser was here before.
 * What was said before I first came is no news.
 */
export class Unread {
  readonly count = new Observable(0);
  /** How many of them mention me. */
  readonly mentions = new Observable(0);
  /** The first of them, until I answer or others come later: a line stands above it. */
  readonly first = new Observable<string | undefined>(undefined);
  /** The newest that mentions me and came out of my sight. */
  readonly lastForMe = new Observable<ChatMessage | undefined>(undefined);
  readonly #room: Room;
  readonly #id: string;
  #seen: string | undefined;
  #inSight = false;
  #begun = false;
  readonly #ends: readonly (() => void)[];

  constructor(room: Room) {
    this.#room = room;
    this.#id = room.view.get().id;
    this.#seen = remembered.lastSeenMessage(this.#id);
    const recount = () => this.#recount();
    this.#ends = [room.chat.view.subscribe(recount), room.chat.whole.subscribe(recount)];
    recount();
  }

  inSight(yes: boolean): void {
    this.#inSight = yes;
    this.#recount();
  }

  dispose(): void {
    for (const end of this.#ends) end();
  }

  #recount(): void {
    if (!this.#room.chat.whole.get()) return;
    const messages = this.#room.chat.view.get().filter(({ state }) => state === "sent");
    const me = this.#room.view.get().people.find((person) => person.me)?.memberId;
    const at = messages.findLastIndex(({ id }) => id === this.#seen);
    if (at < 0 && !this.#begun) this.#seen = messages.at(-1)?.id; // the first visit
    const came = this.#begun || at >= 0 ? messages.slice(at + 1) : [];
    const news = came.filter(({ memberId }) => memberId !== me);
    if (came.at(-1)?.memberId === me && came.length > 0) this.first.set(undefined);
    else if (news.length > 0 && this.count.get() === 0 && !(this.#begun && this.#inSight)) this.first.set(news[0]!.id);
    this.#begun = true;
    if (this.#inSight) this.#see(messages.at(-1)?.id);
    const waiting = this.#inSight ? [] : news;
    this.count.set(waiting.length);
    const forMe = waiting.filter((message) => message.forMe);
    this.mentions.set(forMe.length);
    this.lastForMe.set(forMe.at(-1));
  }

  #see(id: string | undefined): void {
    if (id === undefined || id === this.#seen) return;
    this.#seen = id;
    remembered.rememberLastSeenMessage(this.#id, id);
  }
}
