import { mostWritten } from "../../editor/mostWritten.ts";
import { type Form, formOf } from "../../editor/textForm.ts";
import { mostOfText } from "../../room/bring/plan.ts";
import type { Coding } from "../coding.ts";

/** So much is looked at a time: no string is made of all of a large file. */
const stepBytes = 1_000_000;

/**
 * All of a text with its mark and its line ends, so that people can write in it; undefined where some of its bytes are no character in that
 * encoding, or one that no text of a room holds.
 */
export function decoded(bytes: Uint8Array, coding: Coding): string | undefined {
  try {
    const text = new TextDecoder(coding, { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** Whether all of its bytes are characters in that encoding. */
export function allIs(bytes: Uint8Array, coding: Coding): boolean {
  const decoder = new TextDecoder(coding, { fatal: true });
  try {
    for (let at = 0; at < bytes.length; at += stepBytes)
      decoder.decode(bytes.subarray(at, at + stepBytes), { stream: true });
    decoder.decode();
    return true;
  } catch {
    return false;
  }
}

export interface About {
  readonly form: Form;
  /** Too long to be written in together. */
  readonly tooLong: boolean;
}

/** What is said of a text; of a very long one by its beginning. */
export function aboutOf(bytes: Uint8Array, coding: Coding): About {
  const text = new TextDecoder(coding, { ignoreBOM: true }).decode(bytes.subarray(0, mostOfText));
  return { form: formOf(text, "\n"), tooLong: bytes.length > mostOfText || text.length > mostWritten };
}
