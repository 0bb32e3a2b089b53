import type { ClientKind } from "../rooms/Payloads/Profile.ts";
import type { Vault } from "./Vault.ts";

/** A timer that `World.setTimer` gave out. */
export type Timer = unknown;

/** A binary message connection. The events are set once, right after `World.connect` returns and before any of them fires. */
export interface Socket {
  onopen: () => void;
  /** One whole binary message. */
  onmessage: (bytes: Uint8Array) => void;
  /** Fires once, also when the connection never opened. Nothing follows it. */
  onclose: () => void;
  send(bytes: Uint8Array): void;
  close(): void;
}

/** Everything outside the client: network, storage, clock, randomness and the password hash, so that tests can drive each. */
export interface World {
  /** Begins to connect to a `ws://` or `wss://` address. */
  connect(url: string): Socket;
  readonly vault: Vault;
  /** What this person says they are here with; a browser where nothing is said. */
  readonly client?: ClientKind;
  /** Milliseconds since 1970. */
  now(): number;
  /** `length` bytes from a cryptographic source. */
  random(length: number): Uint8Array;
  setTimer(callback: () => void, ms: number): Timer;
  clearTimer(timer: Timer): void;
  /** False only where the machine surely has no network; a hint. */
  online?(): boolean;
  /** Calls back when the machine may have come online again; a hint to try at once. Returns its end. */
  onOnline?(listener: () => void): () => void;
  /** Calls back when the machine has lost its network; a hint. Returns its end. */
  onOffline?(listener: () => void): () => void;
  /** PROTOCOL.md K3: Argon2id, version 19, 64 MiB, 3 passes, 1 lane, 32 bytes out. */
  argon2id(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array>;
}

/** What a WebSocket of a browser and one of the npm package `ws` have in common. */
export interface WebSocketLike {
  binaryType: string;
  readonly readyState: number;
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
  send(data: Uint8Array<ArrayBuffer>): void;
  close(): void;
}

/** A `Socket` over a WebSocket that was just made. Text messages are ignored: the protocol has none. */
export function overWebSocket(web: WebSocketLike): Socket {
  const nothing = () => {};
  let closed = false;
  const close = () => {
    if (closed) return;
    closed = true;
    socket.onclose();
  };
  const socket: Socket = {
    onopen: nothing,
    onmessage: nothing,
    onclose: nothing,
    send: (bytes) => {
      if (web.readyState === 1) web.send(bytes as Uint8Array<ArrayBuffer>);
    },
    close: () => web.close(),
  };
  web.binaryType = "arraybuffer";
  web.onopen = () => socket.onopen();
  web.onmessage = (event: { data: unknown }) => {
    if (!closed && event.data instanceof ArrayBuffer) socket.onmessage(new Uint8Array(event.data));
  };
  web.onerror = nothing;
  web.onclose = close;
  return socket;
}
