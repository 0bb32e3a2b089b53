import type { Sort } from "./sniff.ts";

/** A file as a viewer shows it. */
export interface Shown {
  /** The node's. */
  readonly id: string;
  readonly name: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  readonly sort: Sort;
  /** Whether it is shown as bytes, whatever it is. */
  readonly asHex: boolean;
  readonly onHex: () => void;
  readonly onDownload: () => void;
}
