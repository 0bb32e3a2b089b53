/** The text that a file's bytes are, with its line ends as they are; or why they are none, for a person. */
export function textIn(bytes: Uint8Array): { readonly text: string } | { readonly why: string } {
  const encoding = markOf(bytes);
  if (encoding === "utf-8" && bytes.includes(0))
    return { why: "no text: pictures and other files cannot be brought yet" };
  try {
    return { text: new TextDecoder(encoding, { fatal: true }).decode(bytes) };
  } catch {
    return { why: "no text in UTF-8: pictures and other files cannot be brought yet" };
  }
}

/** UTF-16 says so in its first two bytes. */
function markOf([first, second]: Uint8Array): string {
  if (first === 0xff && second === 0xfe) return "utf-16le";
  return first === 0xfe && second === 0xff ? "utf-16be" : "utf-8";
}
