import type { TreeNode } from "@coterie/core";
import type { Download } from "../zip/Download.ts";

/** A larger file does not come while a hand is moving. */
const mostBytes = 20_000_000;
const goneAfterMs = 60_000;

/**
 * A file on its way out of the page by the mouse. What a drag carries has to be there when it begins: so it is fetched when the button goes
 * down, and carried where that was in time. Browsers that know nothing of it carry the path alone.
 */
export class DragOut {
  readonly #download: Download;
  #held: { readonly id: string; address: string | undefined } | undefined;

  constructor(download: Download) {
    this.#download = download;
  }

  hold(node: TreeNode): void {
    if (node.kind === "folder" || (node.content?.size ?? 0) > mostBytes) return;
    const held: { readonly id: string; address: string | undefined } = { id: node.id, address: undefined };
    this.#held = held;
    void this.#download.fetch(node).then((file) => {
      if (file === undefined || this.#held !== held) return;
      const address = URL.createObjectURL(file);
      held.address = address;
      setTimeout(() => URL.revokeObjectURL(address), goneAfterMs);
    });
  }

  begin(node: TreeNode, carried: DataTransfer): void {
    const address = this.#held?.id === node.id ? this.#held.address : undefined;
    if (address === undefined) return;
    carried.effectAllowed = "copyMove";
    carried.setData("DownloadURL", `application/octet-stream:${node.shownName.replaceAll(":", "_")}:${address}`);
  }
}
