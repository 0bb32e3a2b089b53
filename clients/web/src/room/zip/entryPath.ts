import { crc32 } from "./crc32.ts";
import type { Line } from "./directory.ts";
import { extraField } from "./extraField.ts";
import { flags } from "./format.ts";

const mostPathBytes = 4_096; // as Linux has it
const mostParts = 64; // as deep as a room goes
const unicodePath = 0x7075; // Info-ZIP's extra field

const upperHalf =
  "ÇüéâäàåçêëèïîìÄÅÉæÆôöòûùÿÖÜ¢£¥₧ƒáíóúñÑªº¿⌐¬½¼¡«»░▒▓│┤╡╢╖╕╣║╗╝╜╛┐└┴┬├─┼╞╟╚╔╩╦╠═╬╧╨╤╥╙╘╒╓╫╪┘┌█▄▌▐▀αßΓπΣσµτΦΘΩδ∞φε∩≡±≥≤⌠⌡÷≈°∙·√ⁿ²■\u00a0";

/**
 * Where an entry belongs, with slashes, from the top of the archive and never out of it; a folder's ends with one.
 * A backslash separates as a slash does. @returns or why it belongs nowhere
 */
export function entryPath(line: Line): { readonly path: string } | { readonly shown: string; readonly why: string } {
  const name = nameOf(line);
  if (name === undefined) return { shown: inUpperHalf(line.name), why: "its name is no text" };
  const shown = name.replace(/\p{Cc}/gu, "�");
  const bad = (why: string) => ({ shown: shown.slice(0, 200), why });
  if (line.name.length > mostPathBytes) return bad("its path is too long");
  if (/\p{Cc}/u.test(name)) return bad("its name holds control characters");
  const path = name.replaceAll("\\", "/");
  if (/^\//.test(path) || /^[a-z]:/i.test(path)) return bad("its path begins outside of the archive");
  const parts = path.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) return bad("its path leads out of the archive");
  if (parts.length === 0) return bad("it has no name");
  if (parts.length > mostParts) return bad("it lies too deep");
  return { path: parts.join("/") + (/\/\.?$/.test(path) ? "/" : "") };
}

/** By its mark as UTF-8, by Info-ZIP's field, as UTF-8 where it can be, as archivers of macOS write it unmarked, else as the first ones of PCs did. */
function nameOf({ flags: marks, name, extra }: Line): string | undefined {
  const unicode = extraField(extra, unicodePath);
  if (unicode !== undefined && unicode.length > 5 && unicode[0] === 1) {
    const of = new DataView(unicode.buffer, unicode.byteOffset).getUint32(1, true);
    if (of === crc32(name)) return utf8(unicode.subarray(5));
  }
  return utf8(name) ?? (marks & flags.utf8 ? undefined : inUpperHalf(name));
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function inUpperHalf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => (byte < 128 ? String.fromCharCode(byte) : upperHalf[byte - 128])).join("");
}
