import type { RoomState } from "../rooms/RoomState.ts";
import type { Verifier } from "../rooms/Verifier.ts";
import type { HubFrame } from "../wire/HubFrame.ts";
import { parseRecord } from "../wire/RecordView.ts";
import { failed } from "../wire/WireError.ts";

/**
 * The frames of one connection on their way to being handled: strictly one after the other, in order. Only signature checks run
 * ahead, where the author is known by then.
 */
export class Arrivals {
  readonly #handle: (frame: HubFrame, signatureOk: Promise<boolean> | undefined) => Promise<void>;
  #waiting: { readonly frame: HubFrame; readonly signatureOk: Promise<boolean> | undefined }[] = [];
  #handling = false;

  constructor(handle: (frame: HubFrame, signatureOk: Promise<boolean> | undefined) => Promise<void>) {
    this.#handle = handle;
  }

  add(frame: HubFrame, state: RoomState, verifier: Verifier): void {
    const record = frame.type === "deliver" ? parseRecord(frame.envelope.record) : undefined;
    const check = record && !failed(record) ? state.signatureCheck(record) : undefined;
    this.#waiting.push({ frame, signatureOk: check && verifier.verify(check) });
    if (!this.#handling) void this.#handleAll();
  }

  /** Forgets what was not handled: its connection has ended. */
  clear(): void {
    this.#waiting = [];
  }

  async #handleAll(): Promise<void> {
    this.#handling = true;
    try {
      for (let next = this.#waiting.shift(); next !== undefined; next = this.#waiting.shift())
        await this.#handle(next.frame, next.signatureOk);
    } finally {
      this.#handling = false;
    }
  }
}
