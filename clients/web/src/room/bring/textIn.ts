/** So much of a file says whether it can be a text. */
export const headBytes = 8 * 1024;

/**
 * The text that a file's bytes are in UTF-8, with its line ends and its mark of Unicode as they are; undefined where they are none. A PDF may
 * be of letters alone and is no text all the same: it counts its own bytes, and any letter written into it breaks it.
 */
export function textIn(bytes: Uint8Array): string | undefined {
  if (isPdf(bytes) || bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Whether what begins so may be such a text. */
export function mayBeText(head: Uint8Array): boolean {
  if (isPdf(head) || head.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function isPdf(bytes: Uint8Array): boolean {
  return new TextDecoder("latin1").decode(bytes.subarray(0, 5)) === "%PDF-";
}
