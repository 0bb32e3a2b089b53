import { Limits } from "../../limits.ts";

/** P1: what every payload parser asks first. */
export function tooLarge(payload: Uint8Array): boolean {
  return payload.length > Limits.MaxPayloadBytes;
}
