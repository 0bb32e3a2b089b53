import { describe, expect, test } from "vitest";
import { calledOf, codingOf, codings } from "../src/viewers/coding.ts";
import { sniff } from "../src/viewers/sniff.ts";
import { aboutOf, allIs, decoded } from "../src/viewers/text/decoded.ts";
import { Parts, partBytes } from "../src/viewers/text/parts.ts";

const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf16 = (text: string) => new Uint8Array(Buffer.from(text, "utf16le"));
const swapped = (text: string) => new Uint8Array(Buffer.from(text, "utf16le").swap16());

describe("how a text is written", () => {
  test.each<[string, Uint8Array, string | undefined]>([
    ["letters of ASCII", latin("plain\r\n"), "utf-8"],
    ["Latin letters of one byte", latin("Gr\xfc\xdfe aus K\xf6ln, 5 \x80\r\n"), "windows-1252"],
    ["one odd letter", latin("caf\xe9"), "windows-1252"],
    ["Cyrillic of one byte, a line of it", latin("\xcf\xf0\xe8\xe2\xe5\xf2 ".repeat(12)), "windows-1252"],
    ["few bytes, most of them high", latin("\xcf\xf0\xe8\xe2\xe5\xf2"), undefined],
    ["Shift JIS, a line of it", latin("\x93\xfa\x96\x7b\x8c\xea ".repeat(12)), "windows-1252"],
    ["a text of DOS with its end", latin("na\xefve\r\n\x1a"), "windows-1252"],
    ["colours of a terminal", latin("\x1b[31mr\xe9d\x1b[0m"), "windows-1252"],
    ["a control character", latin("caf\xe9\x01"), undefined],
    ["one that is deleted", latin("caf\xe9\x7f"), undefined],
    ["UTF-16 with its mark", utf16("\ufeffhi"), "utf-16le"],
    ["the other UTF-16 with its mark", swapped("\ufeffhi"), "utf-16be"],
    ["UTF-16 without", utf16("hello, Ωorld\r\n"), "utf-16le"],
    ["the other UTF-16 without", swapped("hello, Ωorld\r\n"), "utf-16be"],
    ["an odd number of bytes", latin("h\0e\0l\0l\0o"), undefined],
    ["UTF-32 with its mark", latin("\xff\xfe\0\0h\0\0\0"), undefined],
    ["the other UTF-32 with its mark", latin("\0\0\xfe\xff\0\0\0h"), undefined],
    ["UTF-16 that begins with a zero", latin("\xff\xfe\0\0h\0"), "utf-16le"],
    ["numbers of two bytes", latin("\x01\0\x02\0\x03\0\x04\0"), undefined],
    ["a program's beginning", latin("MZ\x90\0\x03\0\0\0"), undefined],
  ])("%s", (_, bytes, coding) => {
    expect(codingOf(bytes)).toBe(coding);
    expect(sniff(bytes).what).toBe(coding === undefined ? "bytes" : "text");
  });

  test("it is looked for at the end, too", () => {
    const long = latin("caf\xe9 ".repeat(60_000));
    expect(codingOf(long)).toBe("windows-1252");
    long[long.length - 5] = 3;
    expect(codingOf(long)).toBeUndefined();
  });

  test("what is odd between the samples is found when one looks at all of it", () => {
    const long = new TextEncoder().encode("ü🧵".repeat(500_000));
    expect([codingOf(long), allIs(long, "utf-8")]).toEqual(["utf-8", true]);
    long[600_000] = 0xff;
    expect([codingOf(long), allIs(long, "utf-8")]).toEqual(["utf-8", false]);
    expect(allIs(long.subarray(0, 4), "utf-8")).toBe(false); // its last letter is cut
  });

  test("browsers know every one that can be chosen", () => {
    for (const [id, label] of codings) {
      expect(new TextDecoder(id).encoding).toBe(id);
      expect(calledOf(id)).toBe(label);
    }
  });
});

describe("a text that is written in from then on", () => {
  test("has its mark and its line ends", () => {
    expect(decoded(utf16("\ufeffa\r\nb\n"), "utf-16le")).toBe("\ufeffa\r\nb\n");
    expect(decoded(latin("caf\xe9\r"), "windows-1252")).toBe("café\r");
    expect(decoded(latin("\x93\xfa\x96\x7b"), "shift_jis")).toBe("日本");
  });

  test("is not made where a byte of it would be lost", () => {
    expect(decoded(latin("caf\xe9"), "utf-8")).toBeUndefined();
    expect(decoded(utf16("ab").subarray(0, 3), "utf-16le")).toBeUndefined();
    expect(decoded(utf16("\ud83e!"), "utf-16le")).toBeUndefined();
    expect(decoded(utf16("a\0"), "utf-16le")).toBeUndefined(); // no text of a room comes in again with it
    expect(decoded(latin("\x93"), "shift_jis")).toBeUndefined();
  });

  test("what is said of it: its line ends, its mark, and whether it is too long", () => {
    expect(aboutOf(utf16("\ufeffa\r\nb\r\n"), "utf-16le")).toEqual({
      ...{ form: { eol: "\r\n", even: true, marked: true }, tooLong: false },
    });
    expect(aboutOf(latin("a\r\nb\nc\n"), "windows-1252").form).toEqual({ eol: "\n", even: false, marked: false });
    expect(aboutOf(latin("x".repeat(5_000_000)), "utf-8").tooLong).toBe(false);
    expect(aboutOf(latin("x".repeat(5_000_001)), "utf-8").tooLong).toBe(true);
    expect(aboutOf(utf16("x".repeat(5_000_000)), "utf-16le").tooLong).toBe(false);
  });
});

test.each<["shift_jis" | "gb18030", string, string]>([
  ["shift_jis", "\x93\xfa\x96\x7b\x8c\xea ", "日本語 "],
  ["gb18030", "\xc4\xe3\x81\x30\x81\x30 ", "你\x80 "],
])("%s without line ends is cut between two characters", (coding, bytes, letters) => {
  const all = latin(bytes.repeat(100_000));
  const parts = new Parts(all, coding);
  expect(parts.count).toBe(Math.ceil(all.length / partBytes));
  const text = Array.from({ length: parts.count }, (_, nth) => parts.text(nth));
  expect(text.join("")).toBe(letters.repeat(100_000));
});
