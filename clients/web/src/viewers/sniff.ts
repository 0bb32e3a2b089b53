import { codingOf, isUtf32 } from "./coding.ts";

export type What = "image" | "audio" | "pdf" | "text" | "bytes";

export interface Sort {
  readonly what: What;
  /** The media type that the browser is told: ours, never the file's word. */
  readonly type: string;
  /** What a person calls it. */
  readonly called: string;
}

const known: readonly (readonly [what: What, type: string, called: string, holds: (head: Uint8Array) => boolean])[] = [
  ["image", "image/png", "PNG", at(0, "\x89PNG\r\n\x1a\n")],
  ["image", "image/jpeg", "JPEG", at(0, "\xff\xd8\xff")],
  ["image", "image/gif", "GIF", (head) => at(0, "GIF87a")(head) || at(0, "GIF89a")(head)],
  ["image", "image/webp", "WebP", (head) => at(0, "RIFF")(head) && at(8, "WEBP")(head)],
  ["image", "image/avif", "AVIF", (head) => ["avif", "avis"].includes(brandOf(head))],
  ["image", "image/bmp", "BMP", isBitmap],
  ["image", "image/x-icon", "icon", (head) => at(0, "\0\0\x01\0")(head) && head[4] !== 0 && head[5] === 0],
  ["audio", "audio/wav", "WAV", (head) => at(0, "RIFF")(head) && at(8, "WAVE")(head)],
  ["audio", "audio/ogg", "Ogg", at(0, "OggS")],
  ["audio", "audio/flac", "FLAC", at(0, "fLaC")],
  ["audio", "audio/mp4", "M4A", (head) => ["M4A ", "M4B ", "M4P "].includes(brandOf(head))],
  ["audio", "audio/mp4", "MP4", (head) => /^(isom|iso\d|mp4\d|avc1|dash|M4V )$/.test(brandOf(head))],
  ["audio", "audio/mpeg", "MP3", (head) => at(0, "ID3")(head) || isMpegFrame(head)],
  ["audio", "audio/aac", "AAC", (head) => head[0] === 0xff && (head[1]! & 0xf6) === 0xf0],
];

/** What browsers do not read as a text. */
export const utf32 = "UTF-32";

const headBytes = 1024;

/** What a file is by its own first bytes; a name can say anything. */
export function sniff(bytes: Uint8Array): Sort {
  const head = bytes.subarray(0, headBytes);
  for (const [what, type, called, holds] of known) if (holds(head)) return { what, type, called };
  if (holdsText(head, "%PDF-")) return { what: "pdf", type: "application/pdf", called: "PDF" };
  if (isUtf32(bytes)) return { what: "bytes", type: "application/octet-stream", called: utf32 };
  if (codingOf(bytes) === undefined) return { what: "bytes", type: "application/octet-stream", called: "bytes" };
  return isSvg(head)
    ? { what: "image", type: "image/svg+xml", called: "SVG" }
    : { what: "text", type: "text/plain", called: "text" };
}

function at(from: number, magic: string): (head: Uint8Array) => boolean {
  return (head) => [...magic].every((letter, nth) => head[from + nth] === letter.charCodeAt(0));
}

/** The brand of a file in boxes, as MP4 and AVIF are. */
function brandOf(head: Uint8Array): string {
  return at(4, "ftyp")(head) ? String.fromCharCode(...head.subarray(8, 12)) : "";
}

/** "BM" begins many a text: the size of its second header is one of a few. */
function isBitmap(head: Uint8Array): boolean {
  return at(0, "BM")(head) && [12, 40, 52, 56, 64, 108, 124].includes(head[14]!) && at(15, "\0\0\0")(head);
}

/** A frame of layer II or III with a bit rate and a sample rate that exist. */
function isMpegFrame(head: Uint8Array): boolean {
  const [sync, kind, rates] = [head[0]!, head[1]!, head[2]!];
  const layer = (kind >> 1) & 3;
  const version = (kind >> 3) & 3;
  return (
    head.length >= 4 &&
    sync === 0xff &&
    kind >> 5 === 7 &&
    version !== 1 &&
    (layer === 1 || layer === 2) &&
    rates >> 4 !== 15 &&
    ((rates >> 2) & 3) !== 3
  );
}

function holdsText(head: Uint8Array, text: string): boolean {
  return new TextDecoder("latin1").decode(head).includes(text);
}

/** Only what may stand before it does: declaration, comments, document type. */
function isSvg(head: Uint8Array): boolean {
  const text = new TextDecoder().decode(head);
  return /^\s*(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*|<!DOCTYPE[^>[]*(\[[^\]]*\])?[^>]*>\s*)*<svg[\s>]/i.test(text);
}
