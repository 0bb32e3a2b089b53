import { type ChatMessage, Observable, type Room } from "@coterie/core";

/** Counts other people's messages that came since the chat was last in sight. What was said before I came is not news. */
export class Unread {
  readonly count = new Observable(0);
  readonly #room: Room;
  readonly #since = Date.now();
  #seen: string | undefined;
  #inSight = false;
  readonly #end: () => void;

  constructor(room: Room) {
    this.#room = room;
    this.#end = room.chat.view.subscribe(() => this.#recount());
  }

  inSight(yes: boolean): void {
    this.#inSight = yes;
    this.#recount();
  }

  dispose(): void {
    this.#end();
  }

  #recount(): void {
    const messages = this.#room.chat.view.get();
    if (this.#inSight) this.#seen = messages.at(-1)?.id ?? this.#seen;
    const from = messages.findIndex((message) => message.id === this.#seen) + 1;
    this.count.set(this.#inSight ? 0 : messages.slice(from).filter((message) => this.#isNews(message)).length);
  }

  #isNews(message: ChatMessage): boolean {
    const mine = this.#room.view.get().people.find((person) => person.memberId === message.memberId)?.me;
    return !mine && message.time >= this.#since;
  }
}
