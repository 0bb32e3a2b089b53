import type { Socket } from "@coterie/core";
import { parseHubFrame } from "@coterie/core/wire/HubFrame.ts";
import { splitMessage } from "@coterie/core/wire/Message.ts";
import { parseRecord, type RecordView } from "@coterie/core/wire/RecordView.ts";
import { failed } from "@coterie/core/wire/WireError.ts";
import { NodeWorld } from "./NodeWorld.ts";
import { tapped } from "./tapped.ts";

/** A world that tells of each record that its member is sent, before their page knows of it. */
export class Observed extends NodeWorld {
  heard: (record: RecordView) => void = () => {};

  override connect(url: string): Socket {
    return tapped(super.connect(url), (bytes, handOn) => {
      this.#note(bytes);
      handOn(bytes);
    });
  }

  #note(message: Uint8Array): void {
    const frames = splitMessage(message);
    for (const bytes of failed(frames) ? [] : frames) {
      const frame = parseHubFrame(bytes);
      if (failed(frame) || (frame.type !== "deliver" && frame.type !== "relay")) continue;
      const record = parseRecord(frame.type === "deliver" ? frame.envelope.record : frame.record);
      if (!failed(record)) this.heard(record);
    }
  }
}
