/** How a text is written: what TextDecoder calls it. */
export type Coding = (typeof codings)[number][0];

/** All that can be chosen, with what a person calls them; the first that fits is what `codingOf` says. */
export const codings = [
  ["utf-8", "UTF-8"],
  ["utf-16le", "UTF-16 LE"],
  ["utf-16be", "UTF-16 BE"],
  ["windows-1252", "Windows-1252 (Western)"],
  ["iso-8859-15", "ISO 8859-15 (Western)"],
  ["macintosh", "Mac Roman (Western)"],
  ["windows-1250", "Windows-1250 (Central European)"],
  ["iso-8859-2", "ISO 8859-2 (Central European)"],
  ["windows-1251", "Windows-1251 (Cyrillic)"],
  ["koi8-r", "KOI8-R (Cyrillic)"],
  ["ibm866", "DOS 866 (Cyrillic)"],
  ["windows-1253", "Windows-1253 (Greek)"],
  ["windows-1254", "Windows-1254 (Turkish)"],
  ["windows-1255", "Windows-1255 (Hebrew)"],
  ["windows-1256", "Windows-1256 (Arabic)"],
  ["windows-1257", "Windows-1257 (Baltic)"],
  ["windows-1258", "Windows-1258 (Vietnamese)"],
  ["windows-874", "Windows-874 (Thai)"],
  ["shift_jis", "Shift JIS (Japanese)"],
  ["euc-jp", "EUC-JP (Japanese)"],
  ["gb18030", "GB 18030 (Simplified Chinese)"],
  ["big5", "Big5 (Traditional Chinese)"],
  ["euc-kr", "EUC-KR (Korean)"],
] as const;

const sampleBytes = 64 * 1024;
/** So many bytes without a control character among them are hardly anything but text, whatever letters they are. */
const tellingBytes = 64;

export function calledOf(coding: Coding): string {
  return codings.find(([id]) => id === coding)![1];
}

/**
 * How a text is written, by its mark or by samples from its beginning, middle and end; undefined where it is none. That it is Windows-1252 is
 * a guess: nothing in such bytes tells one alphabet from another.
 */
export function codingOf(bytes: Uint8Array): Coding | undefined {
  if (bytes.length === 0) return undefined;
  const [first, second] = bytes;
  if (isUtf32(bytes)) return undefined;
  if (first === 0xff && second === 0xfe) return "utf-16le";
  if (first === 0xfe && second === 0xff) return "utf-16be";
  const last = Math.max(0, bytes.length - sampleBytes);
  const everywhere = (holds: (from: number) => boolean) => [0, Math.floor(last / 2), last].every(holds);
  if (everywhere((from) => isUtf8(bytes, from))) return "utf-8";
  if (bytes.length % 2 === 0)
    for (const coding of ["utf-16le", "utf-16be"] as const)
      if (everywhere((from) => isUtf16(bytes, from - (from % 2), coding))) return coding;
  return everywhere((from) => isOfBytes(bytes.subarray(from, from + sampleBytes))) ? "windows-1252" : undefined;
}

/** By its mark. Without one it is hardly ever written. */
export function isUtf32(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 4).join();
  return bytes.length % 4 === 0 && (head === "255,254,0,0" || head === "0,0,254,255");
}

/** Whether a sample from there is text, but for a character that the sample cuts at either end. */
function isUtf8(bytes: Uint8Array, from: number): boolean {
  let start = from;
  while (start > 0 && start < from + 3 && (bytes[start]! & 0xc0) === 0x80) start++;
  const sample = bytes.subarray(start, from + sampleBytes);
  if (sample.includes(0)) return false;
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(sample, { stream: from + sampleBytes < bytes.length });
    return true;
  } catch {
    return false;
  }
}

/** Without a mark it is known by its zeros: most characters have one half that is zero, and it is always the same half. */
function isUtf16(bytes: Uint8Array, from: number, coding: "utf-16le" | "utf-16be"): boolean {
  const sample = bytes.subarray(from, from + sampleBytes);
  const upper = coding === "utf-16le" ? 1 : 0;
  const letters = sample.filter((_, at) => at % 2 !== upper);
  const zeros = sample.filter((byte, at) => at % 2 === upper && byte === 0).length;
  return zeros > sample.length / 4 && !letters.some(isControl);
}

function isOfBytes(sample: Uint8Array): boolean {
  if (sample.some(isControl)) return false;
  const high = sample.filter((byte) => byte >= 0x80).length;
  return high * 2 <= sample.length || sample.length >= tellingBytes;
}

/** One that no text holds: all but those that end lines and pages, tabs, escapes, and the end of a file of DOS. */
function isControl(byte: number): boolean {
  return (byte < 0x20 && ![0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x1a, 0x1b].includes(byte)) || byte === 0x7f;
}
