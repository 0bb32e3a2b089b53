import type { Room } from "@coterie/core";

type Place = Parameters<Room["point"]>[0];

const typingMs = 2_000; // how long one is said to be typing after the last key

/** Says where I am, from the parts of the screen that each know a piece of it. */
export class Pointer {
  readonly #room: Room;
  #place: Place = {};
  #typing: ReturnType<typeof setTimeout> | undefined;
  #chatting: ReturnType<typeof setTimeout> | undefined;

  /** Something was typed here. */
  onTyped = (): void => {};

  constructor(room: Room) {
    this.#room = room;
  }

  move(part: Place): void {
    this.#place = { ...this.#place, ...part };
    this.#room.point(this.#place);
  }

  leave(): void {
    const { file: _, selections: __, topLine: ___, ...rest } = this.#place;
    this.#place = rest;
    this.#room.point(rest);
  }

  typed(): void {
    this.onTyped();
    clearTimeout(this.#typing);
    this.#typing = setTimeout(() => this.move({ typing: false }), typingMs);
    if (!this.#place.typing) this.move({ typing: true });
  }

  typedInChat(): void {
    this.onTyped();
    clearTimeout(this.#chatting);
    this.#chatting = setTimeout(() => this.sentInChat(), typingMs);
    if (!this.#place.typingInChat) this.move({ typingInChat: true });
  }

  sentInChat(): void {
    clearTimeout(this.#chatting);
    if (this.#place.typingInChat) this.move({ typingInChat: false });
  }
}
