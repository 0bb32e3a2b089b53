import type { SignatureLabel } from "../keys/Signature.ts";
import { Code, type Refusal } from "../wire/Refusal.ts";

/** Where a judge sits: a hub refuses what a client, to whom it is already ordered, finds void, waits for, or alarms about. */
export type Place = "hub" | "client";

/** Everything but "ok", with the rule that decided. `void` is the hub's fault, except where the rule is J12 (content). */
export interface Fault extends Refusal {
  readonly verdict: "refused" | "void" | "wait" | "alarm";
}

/** What ends a stream, or the room, for a client. */
export interface Alarmed extends Fault {
  readonly verdict: "alarm";
}

export interface Ok {
  readonly verdict: "ok";
}

export const OK: Ok = { verdict: "ok" };

/** A signature that must hold before a step may be taken. The caller checks it, in any order and in parallel with others: see Verifier. */
export interface SignatureCheck {
  /** 65 bytes. */
  readonly key: Uint8Array;
  readonly label: SignatureLabel;
  readonly signedPart: Uint8Array;
  readonly signature: Uint8Array;
}

/** What breaks a rule: refused by a hub, void for a client. */
export function broken(place: Place, rule: string, code: Code, text: string): Fault {
  return { verdict: place === "hub" ? "refused" : "void", rule, code, text };
}

/** What a client may come to know later; a hub refuses it. */
export function unknownYet(place: Place, rule: string, code: Code, text: string): Fault {
  return { verdict: place === "hub" ? "refused" : "wait", rule, code, text };
}

/** What proves to a client that it and others saw different histories. */
export function alarm(rule: string, text: string): Alarmed {
  return { verdict: "alarm", rule, code: Code.Alarm, text };
}

/** What is refused at either place: a document that is not the room's, where no position is at stake. */
export function refused(rule: string, code: Code, text: string): Fault {
  return { verdict: "refused", rule, code, text };
}

/** The name of a code as the vectors and the logs say it, for example "Counter". */
export function codeName(code: number): string {
  return Object.entries(Code).find(([, value]) => value === code)?.[0] ?? `${code}`;
}
