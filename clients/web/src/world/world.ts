import { overWebSocket, type World } from "@coterie/core";
import { argon2id } from "./argon2.ts";
import { openVault } from "./vault.ts";

/** The browser as the core sees it. */
export async function browserWorld(): Promise<World> {
  const vault = await openVault();
  return {
    connect: (url) => overWebSocket(new WebSocket(url)),
    vault,
    now: () => Date.now(),
    random: (length) => crypto.getRandomValues(new Uint8Array(length)),
    setTimer: (callback, ms) => setTimeout(callback, ms),
    clearTimer: (timer) => clearTimeout(timer as number),
    online: () => navigator.onLine,
    onOnline: (listener) => heard("online", listener),
    onOffline: (listener) => heard("offline", listener),
    argon2id,
  };
}

function heard(event: "online" | "offline", listener: () => void): () => void {
  addEventListener(event, listener);
  return () => removeEventListener(event, listener);
}
