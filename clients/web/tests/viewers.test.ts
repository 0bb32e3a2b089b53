import { describe, expect, test } from "vitest";
import { codingOf } from "../src/viewers/coding.ts";
import { offsetText, RowScale, readOffset, rowOf } from "../src/viewers/hex/rows.ts";
import { fitted } from "../src/viewers/image/fitted.ts";
import { findIn, mostHits, pageText, stretchesOf } from "../src/viewers/pdf/find.ts";
import { Column, gap } from "../src/viewers/pdf/layout.ts";
import { sniff } from "../src/viewers/sniff.ts";
import { Parts, partBytes } from "../src/viewers/text/parts.ts";
import { percent, stepped, wheelFactor, zoomKey } from "../src/viewers/zoom.ts";

const utf8 = (text: string) => new TextEncoder().encode(text);
const latin = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const utf16 = (text: string) => new Uint8Array(Buffer.from(`\ufeff${text}`, "utf16le"));

describe("what a file is", () => {
  const bitmap = latin(`BM${"\0".repeat(12)}\x28\0\0\0`);
  test.each([
    ["\x89PNG\r\n\x1a\n\0\0", "image/png"],
    ["\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"],
    ["GIF89a\x01\0\x01\0", "image/gif"],
    ["RIFF\0\0\0\0WEBPVP8 ", "image/webp"],
    ["\0\0\0\x20ftypavif\0\0\0\0", "image/avif"],
    ["\0\0\x01\0\x01\0\x10\x10", "image/x-icon"],
    ["RIFF\x24\0\0\0WAVEfmt ", "audio/wav"],
    ["OggS\0\x02\0\0", "audio/ogg"],
    ["fLaC\0\0\0\x22", "audio/flac"],
    ["ID3\x04\0\0\0\0", "audio/mpeg"],
    ["\xff\xfb\x90\x64\0\0", "audio/mpeg"],
    ["\xff\xf1\x50\x80\0\0", "audio/aac"],
    ["\0\0\0\x20ftypM4A \0\0\0\0", "audio/mp4"],
    ["\0\0\0\x20ftypisom\0\0\x02\0", "audio/mp4"],
    ["%PDF-1.7\n", "application/pdf"],
    [`${"\n".repeat(40)}%PDF-1.4\n`, "application/pdf"],
    ["<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"],
    ["<?xml version='1.0'?>\n<!-- by hand -->\n<!DOCTYPE svg>\n<svg >", "image/svg+xml"],
    ["<p>no <svg></p>", "text/plain"],
    ["BMW is a brand", "text/plain"],
    ["a,b\n1,2\n", "text/plain"],
    ["\0\0\0\x20ftypheic\0\0\0\0", "application/octet-stream"],
    ["MZ\x90\0\x03\0\0\0", "application/octet-stream"],
    ["", "application/octet-stream"],
  ])("%j is %s", (head, type) => expect(sniff(latin(head)).type).toBe(type));

  test("a bitmap is known by its second header, too", () => expect(sniff(bitmap).type).toBe("image/bmp"));

  test("text may be longer than a sample, and begin or end anywhere; one odd byte in a sample is none", () => {
    const long = utf8("né 日本 🧵\n".repeat(40_000));
    expect(codingOf(long)).toBe("utf-8");
    for (const before of [1, 2, 3, 4, 5, 6]) {
      const moved = utf8("-".repeat(before) + "日本🧵é".repeat(40_000));
      expect(codingOf(moved), `${before}`).toBe("utf-8");
    }
    expect(codingOf(Uint8Array.of(...utf8("abc"), 0))).toBeUndefined();
    expect(codingOf(Uint8Array.of(0xc3))).toBeUndefined();
    const odd = long.slice();
    odd[odd.length - 40] = 0;
    expect(codingOf(odd)).toBeUndefined();
    expect(codingOf(utf16("héllo"))).toBe("utf-16le");
  });

  test("what says two letters of something is not read beyond its end", () => {
    for (const head of ["\xff", "\xff\xfb", "RIFF", "\0\0\x01\0", "BM", "\0\0\0\x20ftyp"])
      expect(["bytes", "text"]).toContain(sniff(latin(head)).what);
  });
});

describe("bytes in rows", () => {
  test("offset, bytes and letters; the last row is as wide as the others", () => {
    const bytes = latin("Hi\0\x7f~ more than sixteen");
    expect(rowOf(bytes, 0, 16)).toEqual([
      "00000000",
      "48 69 00 7f 7e 20 6d 6f  72 65 20 74 68 61 6e 20",
      "Hi··~ more than ",
    ]);
    expect(rowOf(bytes, 1, 16)).toEqual(["00000010", `73 69 78 74 65 65 6e   ${" ".repeat(25)}`, "sixteen"]);
    expect(rowOf(bytes, 1, 8)[0]).toBe("00000008");
    expect(offsetText(0x7ffffff)).toBe("07ffffff");
  });

  test.each([
    ["1024", 1024],
    ["0x400", 1024],
    ["400h", 1024],
    ["ff", 255],
    [" 1 000 ", 1000],
    ["", undefined],
    ["-1", undefined],
    ["xyz", undefined],
  ])("%j means %s", (text, offset) => expect(readOffset(text)).toBe(offset));

  test("128 MB scroll from the first row to the last one, row by row, in a height that browsers lay out", () => {
    const rows = (128 * 1024 * 1024) / 16;
    const scale = new RowScale(rows, 20, 610);
    expect(scale.height).toBeLessThan(10_000_000);
    expect(scale.isCoarse(20)).toBe(true);
    expect(scale.rowAt(0)).toBe(0);
    expect(scale.rowAt(scale.height - 610)).toBe(rows - 30);
    for (const row of [0, 1, 2, 777_777, rows - 31, rows - 30]) expect(scale.rowAt(scale.topOf(row))).toBe(row);
    expect(scale.clamp(rows)).toBe(rows - 30);
  });

  test("a small file scrolls pixel by pixel, and one that fits not at all", () => {
    const scale = new RowScale(100, 20, 400);
    expect(scale.isCoarse(20)).toBe(false);
    expect(scale.height).toBe(2000);
    expect(scale.rowAt(40)).toBe(2);
    expect(new RowScale(3, 20, 400).height).toBe(400);
    expect(new RowScale(3, 20, 400).rowAt(0)).toBe(0);
  });
});

describe("a long text in parts", () => {
  test.each(["utf-8", "utf-16le"] as const)("%s: the parts are the text, each begins with a line", (coding) => {
    const text = "an odd line é 🧵\r\n".repeat(60_000);
    const bytes = coding === "utf-8" ? utf8(text) : utf16(text);
    const parts = new Parts(bytes, coding);
    expect(parts.count).toBeGreaterThan(3);
    const all = Array.from({ length: parts.count }, (_, nth) => parts.text(nth));
    expect(all.join("")).toBe(text);
    for (const part of all) expect(part.startsWith("an odd")).toBe(true);
  });

  test.each(["utf-8", "utf-16le"] as const)("%s: a line without an end is cut between two characters", (coding) => {
    const text = `x${"🧵é".repeat(150_000)}`;
    const parts = new Parts(coding === "utf-8" ? utf8(text) : utf16(text), coding);
    const all = Array.from({ length: parts.count }, (_, nth) => parts.text(nth));
    expect(all.join("")).toBe(text);
    expect(all.join("|")).not.toContain("\ufffd");
  });

  test("what is no text after all is shown with signs for it, and none is empty", () => {
    const bytes = new Uint8Array(3 * partBytes).fill(0x80);
    const parts = new Parts(bytes, "utf-8");
    expect(Array.from({ length: parts.count }, (_, nth) => parts.from(nth + 1) - parts.from(nth))).not.toContain(0);
    expect(parts.text(1)).toContain("\ufffd");
    expect(new Parts(new Uint8Array(), "utf-8").text(0)).toBe("");
  });
});

describe("finding in a PDF", () => {
  const pieces = [
    { str: "The  Bridge", hasEOL: false },
    { str: " of", hasEOL: true },
    { str: "San Luis Ré", hasEOL: true },
    { str: "y, ﬁnally", hasEOL: false },
  ];
  const page = pageText(pieces);

  test("without case, accents and ligatures, over pieces and ends of lines", () => {
    expect(page.text).toBe("the bridge of san luis re y, finally");
    expect(findIn(page.text, " BRIDGE of  San ", 3)).toEqual([{ page: 3, from: 4, to: 17 }]);
    expect(findIn(page.text, "Finally", 0)).toHaveLength(1);
    expect(findIn(page.text, "  ", 0)).toEqual([]);
    expect(findIn("aaaa", "aa", 0)).toHaveLength(2);
    expect(findIn("a".repeat(3 * mostHits), "a", 0)).toHaveLength(mostHits);
  });

  test("a hit is coloured where its letters stand", () => {
    const [hit] = findIn(page.text, "bridge of san", 0);
    expect(stretchesOf(page, pieces, hit!)).toEqual([
      { piece: 0, from: 5, to: 11 },
      { piece: 1, from: 0, to: 3 },
      { piece: 2, from: 0, to: 3 },
    ]);
    const [last] = findIn(page.text, "fin", 0);
    expect(stretchesOf(page, pieces, last!)).toEqual([{ piece: 3, from: 3, to: 5 }]);
    const thread = [{ str: "a🧵b", hasEOL: false }];
    const [wide] = findIn(pageText(thread).text, "🧵", 0);
    expect(stretchesOf(pageText(thread), thread, wide!)).toEqual([{ piece: 0, from: 1, to: 3 }]);
  });
});

describe("a column of pages", () => {
  const column = new Column(
    [...Array(1000).keys()].map((nth) => ({ width: 600, height: nth % 2 ? 800 : 400 })),
    0.5,
  );

  test("draws what is near, whatever there is", () => {
    expect(column.drawn(0, 600)).toEqual([0, 3]);
    const [first, last] = column.drawn(100_000, 600);
    expect(last - first).toBeLessThan(10);
    expect(column.top(first)).toBeLessThan(100_000);
    expect(column.drawn(column.height - 600, 600)[1]).toBe(999);
    expect(column.pageAt(-50)).toBe(0);
  });

  test("a place is the same one at every scale", () => {
    const place = column.placeAt(12_345);
    const other = new Column(
      [...Array(1000).keys()].map((nth) => ({ width: 600, height: nth % 2 ? 800 : 400 })),
      2,
    );
    expect(other.placeAt(other.yOf(place)).page).toBe(place.page);
    expect(column.yOf(place)).toBeCloseTo(12_345);
    expect(column.top(0)).toBe(gap);
  });
});

describe("zoom", () => {
  test("goes by steps from anywhere, and ends", () => {
    expect(stepped(1, true)).toBe(1.25);
    expect(stepped(0.9, true)).toBe(1);
    expect(stepped(1, false)).toBe(0.8);
    expect(stepped(32, true)).toBe(32);
    expect(wheelFactor({ deltaY: -120, deltaMode: 0 })).toBeCloseTo(1.284);
    expect(wheelFactor({ deltaY: 3, deltaMode: 1 })).toBeLessThan(1);
    expect([percent(1), percent(0.333), percent(0.05)]).toEqual(["100 %", "33 %", "5 %"]);
  });

  test("a picture is fitted in, and a small one left as it is", () => {
    expect(fitted({ width: 2000, height: 500 }, { width: 1032, height: 800 })).toBe(0.5);
    expect(fitted({ width: 16, height: 16 }, { width: 1000, height: 800 })).toBe(1);
    expect(fitted({ width: 60_000, height: 60_000 }, { width: 20, height: 20 })).toBeGreaterThan(0);
  });

  test("keys mean the same on every layout", () => {
    const key = (key: string, code: string, held: object = {}) =>
      zoomKey({ key, code, shiftKey: false, ctrlKey: false, metaKey: false, altKey: false, ...held });
    expect(key("+", "BracketRight")).toBe("in");
    expect(key("=", "Equal")).toBe("in");
    expect(key("-", "Slash")).toBe("out");
    expect(key("0", "Digit0")).toBe("actual");
    expect(key("=", "Digit0", { shiftKey: true })).toBe("fit");
    expect(key("0", "Digit0", { ctrlKey: true })).toBeUndefined();
  });
});
