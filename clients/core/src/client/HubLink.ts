import { Limits } from "../limits.ts";
import { SUITE } from "../rooms/Genesis.ts";
import { concat } from "../wire/Bytes.ts";
import { type ClientFrame, encodeClientFrame } from "../wire/ClientFrame.ts";
import { type HubFrame, parseHubFrame } from "../wire/HubFrame.ts";
import { splitMessage } from "../wire/Message.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import { RoomError } from "./RoomError.ts";
import type { Socket, Timer, World } from "./World.ts";

/** Silence after which a ping is sent: by itself, and with whatever else is sent. */
const PING_AFTER_MS = 5_000;
const ASK_AFTER_MS = 2_000;
/** A ping without any answer for so long: the connection is dead. A slow line gets a second more for each 16 KiB on its way. */
const ANSWER_WITHIN_MS = 5_000;
const SLOW_BYTES_PER_SECOND = 16 * 1024;
const LOOK_EVERY_MS = 1_000;
/** Who only listens says this often that they are there (W9); a page in the background looks once a minute. */
const SPEAK_AFTER_MS = 30_000;
const OPEN_WITHIN_MS = 10_000;

export type Welcome = Extract<HubFrame, { type: "welcome" }>;

interface Waiting {
  readonly type: HubFrame["type"];
  resolve(frame: HubFrame): void;
  reject(error: RoomError): void;
}

/**
 * One connection to a hub, from its welcome to its close; never reopened. What is sent within one turn leaves as one message.
 * A question takes the next frame of the type it waits for; all other frames go to `onframe`, in order, kept until it is set.
 */
export class HubLink {
  readonly welcome: Welcome;
  readonly #world: World;
  readonly #socket: Socket;
  #onframe: ((frame: HubFrame) => void) | undefined;
  readonly #early: HubFrame[] = [];
  #waiting: Waiting | undefined;
  #outgoing: Uint8Array[] = [];
  #heardAt: number;
  /** When the ping left that nothing was heard since. */
  #askedAt: number | undefined;
  /** Bytes sent since anything was heard. */
  #unheard = 0;
  #spokeAt: number;
  #watch: Timer;
  #closed = false;
  /** Called once, with a reason where the hub or this client gave one. */
  onclose: (reason: RoomError | undefined) => void = () => {};
  #reason: RoomError | undefined;

  private constructor(world: World, socket: Socket, welcome: Welcome) {
    this.#world = world;
    this.#socket = socket;
    this.welcome = welcome;
    this.#heardAt = world.now();
    this.#spokeAt = world.now();
    socket.onmessage = (message) => this.#receive(message);
    socket.onclose = () => this.#end();
    this.#watch = this.#keepWatch();
  }

  /** @param server `https://host/base`. @throws RoomError code 0 where nothing answers, or the hub's refusal. */
  static open(world: World, server: string): Promise<HubLink> {
    return new Promise((resolve, reject) => {
      const socket = world.connect(hubUrl(server));
      const fail = (text: string) => {
        settle();
        reject(new RoomError(0, text));
      };
      const settle = () => {
        world.clearTimer(timer);
        stopHint?.();
      };
      // An attempt from before the network came back may hang for long: the next one is quick.
      const stopHint = world.onOnline?.(() => {
        fail("The network changed. Try again.");
        socket.close();
      });
      const timer = world.setTimer(() => {
        fail("The server did not answer in time. Check the address and your network, then try again.");
        socket.close();
      }, OPEN_WITHIN_MS);
      socket.onclose = () => fail("The server cannot be reached. Check the address and your network, then try again.");
      socket.onopen = () => socket.send(encodeClientFrame({ type: "hello", suite: SUITE, features: 0 }));
      socket.onmessage = (message) => {
        const frames = splitMessage(message);
        const [first, ...rest] = failed(frames) ? [] : frames;
        const frame = first && parseHubFrame(first);
        if (frame !== undefined && !failed(frame) && frame.type === "welcome" && frame.suite === SUITE) {
          settle();
          const link = new HubLink(world, socket, frame);
          for (const more of rest) link.#take(more);
          resolve(link);
          return;
        }
        const refused = frame !== undefined && !failed(frame) && frame.type === "error";
        fail(refused ? frame.text : "What answers at this address is no Coterie server of this version.");
        socket.close();
      };
    });
  }

  set onframe(listener: (frame: HubFrame) => void) {
    this.#onframe = listener;
    for (const frame of this.#early.splice(0)) listener(frame);
  }

  /** When the hub last gave a sign of life: a machine that slept takes a dead connection for a good one for some seconds. */
  get heardAt(): number {
    return this.#heardAt;
  }

  get closed(): boolean {
    return this.#closed;
  }

  send(frame: ClientFrame): void {
    if (this.#closed) return;
    if (this.#outgoing.length === 0) queueMicrotask(() => this.#flush());
    this.#outgoing.push(encodeClientFrame(frame));
  }

  /** Sends and waits for the answer of this type. One question at a time. @throws RoomError the hub's error, or code 0 when the connection ends. */
  ask<Type extends HubFrame["type"]>(frame: ClientFrame, type: Type): Promise<Extract<HubFrame, { type: Type }>> {
    if (this.#closed) return Promise.reject(this.#gone());
    return new Promise((resolve, reject) => {
      this.#waiting = { type, resolve: resolve as (frame: HubFrame) => void, reject };
      this.send(frame);
    });
  }

  /** Asks for a sign of life now: the network may have changed. */
  probe(): void {
    if (this.#askedAt === undefined) this.#ping();
  }

  close(reason?: RoomError): void {
    this.#reason ??= reason;
    this.#flush();
    this.#socket.close();
    this.#end();
  }

  #ping(): void {
    this.#askedAt = this.#world.now();
    this.send({ type: "ping", nonce: 0 });
  }

  #flush(): void {
    const silent = this.#world.now() - this.#heardAt;
    if (this.#outgoing.length > 0 && this.#askedAt === undefined && silent >= ASK_AFTER_MS) this.#ping();
    let batch: Uint8Array[] = [];
    let bytes = 0;
    for (const frame of this.#outgoing) {
      this.#unheard += frame.length;
      if (bytes + frame.length > Limits.MaxMessageBytes) {
        this.#socket.send(concat(...batch));
        batch = [];
        bytes = 0;
      }
      batch.push(frame);
      bytes += frame.length;
    }
    if (batch.length > 0) this.#socket.send(concat(...batch));
    if (this.#outgoing.length > 0) this.#spokeAt = this.#world.now();
    this.#outgoing = [];
  }

  #receive(message: Uint8Array): void {
    this.#heardAt = this.#world.now();
    this.#askedAt = undefined;
    this.#unheard = 0;
    const frames = splitMessage(message);
    if (failed(frames)) {
      this.close(new RoomError(1, "The server sent what this version cannot read. Reload the page."));
      return;
    }
    for (const frame of frames) this.#take(frame);
  }

  #take(bytes: Uint8Array): void {
    if (this.#closed) return;
    const frame = parseHubFrame(bytes);
    if (failed(frame)) {
      this.close(new RoomError(1, "The server sent what this version cannot read. Reload the page."));
      return;
    }
    if (frame.type === "pong" && frame.nonce === 0) return; // its own
    const waiting = this.#waiting;
    if (waiting !== undefined && (frame.type === waiting.type || frame.type === "error")) {
      this.#waiting = undefined;
      if (frame.type === "error") waiting.reject(new RoomError(frame.code, frame.text));
      else waiting.resolve(frame);
    } else if (frame.type === "error" && frame.fatal) {
      this.close(new RoomError(frame.code, frame.text));
    } else if (frame.type === "destroyed") {
      this.close(new RoomError(Code.Destroyed, "An owner destroyed this room. Nothing of it is left on the server."));
    } else if (this.#onframe !== undefined) {
      this.#onframe(frame);
    } else {
      this.#early.push(frame);
    }
  }

  #keepWatch(): Timer {
    return this.#world.setTimer(() => {
      const now = this.#world.now();
      const patience = ANSWER_WITHIN_MS + 1_000 * Math.floor(this.#unheard / SLOW_BYTES_PER_SECOND);
      if (this.#askedAt !== undefined && now - this.#askedAt >= patience) {
        this.close(new RoomError(0, "The server fell silent."));
        return;
      }
      if (now - this.#heardAt >= PING_AFTER_MS || now - this.#spokeAt >= SPEAK_AFTER_MS) this.probe();
      this.#watch = this.#keepWatch();
    }, LOOK_EVERY_MS);
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#world.clearTimer(this.#watch);
    this.#waiting?.reject(this.#gone());
    this.#waiting = undefined;
    this.onclose(this.#reason);
  }

  #gone(): RoomError {
    return this.#reason ?? new RoomError(0, "The connection to the server was lost. Try again.");
  }
}

function hubUrl(server: string): string {
  return `${server.replace(/^http/, "ws").replace(/\/+$/, "")}/hub`;
}
