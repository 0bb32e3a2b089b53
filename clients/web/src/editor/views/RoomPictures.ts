import type { Room, TreeNode } from "@coterie/core";
import { sniff } from "../../viewers/sniff.ts";
import { linkOf, pathFrom } from "./harmless.ts";

/** Of a text with more, those that come first are shown. */
const mostPictures = 100;

interface Shown {
  /** Of its content. */
  readonly id: string;
  readonly name: string;
  readonly cancel: AbortController;
  url?: string;
}

/**
 * The pictures of the room in a Markdown text as it reads: each takes the place of its name once it is here, and gives it back where it is
 * no more. Always: of files of this room alone, and only where their own bytes say that they are pictures.
 */
export class RoomPictures {
  readonly #room: Room;
  readonly #shown = new Map<HTMLElement, Shown>();

  constructor(room: Room) {
    this.#room = room;
  }

  /** @param from the path of the text */
  look(sheet: HTMLElement, nodes: readonly TreeNode[], from: string): void {
    const places = [...sheet.querySelectorAll<HTMLElement>("[data-picture]")].slice(0, mostPictures);
    for (const place of [...this.#shown.keys()]) if (!places.includes(place)) this.#drop(place);
    for (const place of places) {
      const target = linkOf(place.dataset.picture ?? "");
      const path = target?.to === "file" ? pathFrom(from, target.path) : undefined;
      const content = nodes.find((node) => node.path === path)?.content;
      if (this.#shown.get(place)?.id === content?.id) continue;
      this.#drop(place);
      if (content) void this.#show(place, content);
    }
  }

  close(): void {
    for (const place of [...this.#shown.keys()]) this.#drop(place);
  }

  async #show(place: HTMLElement, content: NonNullable<TreeNode["content"]>): Promise<void> {
    const shown: Shown = { id: content.id, name: place.textContent ?? "", cancel: new AbortController() };
    const { signal } = shown.cancel;
    this.#shown.set(place, shown);
    const bytes = await this.#room.blobs.get(content, { signal }).catch(() => undefined); // its name stays, and leads to it
    if (bytes === undefined || signal.aborted) return;
    const { what, type } = sniff(bytes);
    if (what !== "image") return;
    shown.url = URL.createObjectURL(new Blob([bytes as Uint8Array<ArrayBuffer>], { type }));
    const image = document.createElement("img");
    image.alt = place.dataset.called ?? "";
    image.addEventListener("error", () => image.replaceWith(shown.name), { once: true });
    image.src = shown.url;
    place.replaceChildren(image);
  }

  #drop(place: HTMLElement): void {
    const shown = this.#shown.get(place);
    if (!shown) return;
    this.#shown.delete(place);
    shown.cancel.abort();
    place.textContent = shown.name;
    if (shown.url) URL.revokeObjectURL(shown.url);
  }
}
