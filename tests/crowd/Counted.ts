import type { Socket } from "@coterie/core";
import { parseClientFrame } from "@coterie/core/wire/ClientFrame.ts";
import { parseHubFrame } from "@coterie/core/wire/HubFrame.ts";
import { splitClientMessage, splitMessage } from "@coterie/core/wire/Message.ts";
import { parseRecord, type RecordView } from "@coterie/core/wire/RecordView.ts";
import { failed } from "@coterie/core/wire/WireError.ts";
import { NodeWorld } from "../support/NodeWorld.ts";
import { tapped } from "../support/tapped.ts";

/** A member's world that counts what they connect and join, and knows which records they were sent. */
export class Counted extends NodeWorld {
  connections = 0;
  joins = 0;
  heard: (record: RecordView) => void = () => {};

  override connect(url: string): Socket {
    this.connections += 1;
    const socket = tapped(super.connect(url), (bytes, handOn) => {
      this.#note(bytes);
      handOn(bytes);
    });
    const { send } = socket;
    socket.send = (bytes) => {
      const frames = splitClientMessage(bytes);
      for (const frame of failed(frames) ? [] : frames) {
        const parsed = parseClientFrame(frame);
        if (!failed(parsed) && parsed.type === "join") this.joins += 1;
      }
      send(bytes);
    };
    return socket;
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
