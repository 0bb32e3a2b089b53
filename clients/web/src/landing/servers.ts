import type { RecentRoom } from "@coterie/core";
import { server as here } from "../app/route.ts";

/** A server to go to. */
export interface ServerChoice {
  readonly name: string;
  /** Its base address, without a slash at the end. */
  readonly address: string;
  /** Whether this page may ask it how far it is: only those that the operator of this one offers. */
  readonly measurable: boolean;
}

/** The servers that the operator offers, as the page was told when it was served. */
function offered(): readonly ServerChoice[] {
  const told = [...document.querySelectorAll<HTMLMetaElement>("meta[name=coterie-server]")];
  return told.map(({ content }) => {
    const at = content.indexOf("=");
    return { name: content.slice(0, at), address: content.slice(at + 1), measurable: true };
  });
}

/** This server first, then those offered, then those of rooms that this browser was in; each once. */
export function serverChoices(recent: readonly RecentRoom[]): readonly ServerChoice[] {
  const all = [
    { name: "This server", address: here, measurable: true },
    ...offered(),
    ...recent.map(({ server, title }) => ({
      name: `Where “${title || "Untitled room"}” is`,
      address: server,
      measurable: false,
    })),
  ];
  return all.filter(({ address }, nth) => all.findIndex((other) => other.address === address) === nth);
}

/** What was typed as the address of a server, made whole; undefined where it is none. */
export function serverAddress(typed: string): string | undefined {
  const text = typed.trim();
  const whole = /^https?:\/\//i.test(text) ? text : `https://${text}`;
  if (!text || !URL.canParse(whole)) return undefined;
  const { origin, pathname, username, password } = new URL(whole);
  if (username || password || /\s/.test(text)) return undefined;
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}

/** Milliseconds until the server's first answer, its connection included; undefined where none came. One small request. */
export async function measure(address: string): Promise<number | undefined> {
  const begun = performance.now();
  const answer = await fetch(`${address}/health`, {
    mode: address === here ? "same-origin" : "no-cors",
    cache: "no-store",
    credentials: "omit",
    signal: AbortSignal.timeout(patienceMs),
  }).catch(() => undefined);
  return answer && performance.now() - begun;
}

const patienceMs = 5_000;
