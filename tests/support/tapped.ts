import type { Socket } from "@coterie/core";

/** A socket in the place of another: what comes in goes through `take`, which hands on what is to be heard. */
export function tapped(inner: Socket, take: (bytes: Uint8Array, handOn: (bytes: Uint8Array) => void) => void): Socket {
  const nothing = () => {};
  const outer: Socket = {
    onopen: nothing,
    onmessage: nothing,
    onclose: nothing,
    send: (bytes) => inner.send(bytes),
    close: () => inner.close(),
  };
  inner.onopen = () => outer.onopen();
  inner.onclose = () => outer.onclose();
  inner.onmessage = (bytes) => take(bytes, (heard) => outer.onmessage(heard));
  return outer;
}
