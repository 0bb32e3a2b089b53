/**
 * The text that a file's bytes are, with its line ends and its mark of Unicode as they are; undefined where they are none. A PDF may be of
 * letters alone and is no text all the same: it counts its own bytes, and any letter written into it breaks it.
 */
export function textIn(bytes: Uint8Array): string | undefined {
  if (new TextDecoder("latin1").decode(bytes.subarray(0, 5)) === "%PDF-") return undefined;
  const encoding = markOf(bytes);
  if (encoding === "utf-8" && bytes.includes(0)) return undefined;
  try {
    return new TextDecoder(encoding, { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** UTF-16 says so in its first two bytes. */
function markOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
