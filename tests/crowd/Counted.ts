import type { Socket } from "@coterie/core";
import { parseClientFrame } from "@coterie/core/wire/ClientFrame.ts";
import { splitClientMessage } from "@coterie/core/wire/Message.ts";
import { failed } from "@coterie/core/wire/WireError.ts";
import { Observed } from "../support/Observed.ts";

/** A member's world that counts what they connect and join, and knows which records they were sent. */
export class Counted extends Observed {
  connections = 0;
  joins = 0;

  override connect(url: string): Socket {
    this.connections += 1;
    const socket = super.connect(url);
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
}
