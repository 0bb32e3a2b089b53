import { crc32, deflateSync } from "node:zlib";

/** Files that are no text, made by hand. */

const latin = (text: string) => Buffer.from(text, "latin1");

/** A picture of four fields; the last one is transparent. */
export function png(width: number, height: number, [red, green, blue] = [20, 120, 200]): Buffer {
  const line = (y: number) =>
    Buffer.concat([
      Buffer.of(0),
      ...Array.from({ length: width }, (_, x) => {
        const [right, low] = [x >= width / 2, y >= height / 2];
        return Buffer.of(right ? 240 : red!, green!, low ? 60 : blue!, right && low ? 0 : 255);
      }),
    ]);
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 6, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, (_, y) => line(y))));
  return Buffer.concat([
    latin("\x89PNG\r\n\x1a\n"),
    chunk("IHDR", head),
    chunk("IDAT", pixels),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const named = Buffer.concat([latin(type), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(named));
  return Buffer.concat([length, named, sum]);
}

/** Frames of one colour each, which move if there are several. Its codes are all of 8 bits: it begins its table anew before they would grow. */
export function gif(width: number, height: number, frames: number): Buffer {
  const half = 1 << 7;
  const colours = Buffer.from(Array.from({ length: half }, (_, nth) => [nth, 255 - nth, nth * 2]).flat());
  const pixels = (colour: number) => {
    const codes: number[] = [];
    for (let nth = 0; nth < width * height; nth++) codes.push(...(nth % (half - 4) === 0 ? [half] : []), colour);
    codes.push(half + 1);
    const blocks: Buffer[] = [];
    for (let at = 0; at < codes.length; at += 255) {
      const part = codes.slice(at, at + 255);
      blocks.push(Buffer.of(part.length, ...part));
    }
    return Buffer.concat([Buffer.of(7), ...blocks, Buffer.of(0)]);
  };
  const size = Buffer.alloc(4);
  size.writeUInt16LE(width, 0);
  size.writeUInt16LE(height, 2);
  const shown = Array.from({ length: frames }, (_, nth) => [
    Buffer.of(0x21, 0xf9, 4, 4, 10, 0, 0, 0),
    Buffer.of(0x2c, 0, 0, 0, 0),
    size,
    Buffer.of(0),
    pixels(nth),
  ]);
  return Buffer.concat([latin("GIF89a"), size, Buffer.of(0xf6, 0, 0), colours, ...shown.flat(), Buffer.of(0x3b)]);
}

export function bmp(width: number, height: number): Buffer {
  const pixels = Buffer.alloc(Math.ceil((width * 3) / 4) * 4 * height, 90);
  const head = Buffer.alloc(54);
  head.write("BM", 0);
  head.writeUInt32LE(head.length + pixels.length, 2);
  head.writeUInt32LE(head.length, 10);
  head.writeUInt32LE(40, 14);
  head.writeInt32LE(width, 18);
  head.writeInt32LE(height, 22);
  head.set([1, 0, 24, 0], 26);
  return Buffer.concat([head, pixels]);
}

export function icon(width: number, height: number): Buffer {
  const picture = png(width, height);
  const head = Buffer.alloc(22);
  head.set([0, 0, 1, 0, 1, 0, width, height, 0, 0, 1, 0, 32, 0], 0);
  head.writeUInt32LE(picture.length, 14);
  head.writeUInt32LE(head.length, 18);
  return Buffer.concat([head, picture]);
}

/** 16 by 16 pixels, as libavif writes it. */
export const avif = Buffer.from(
  "AAAAHGZ0eXBhdmlmAAAAAG1pZjFhdmlmbWlhZgAAANZtZXRhAAAAAAAAACFoZGxyAAAAAAAAAABwaWN0AAAAAAAAAAAAAAAAAAAAACJpbG9jAAAAAERAAAEAAQAAAAAA+gAB" +
    "AAAAAAAAACsAAAAjaWluZgAAAAAAAQAAABVpbmZlAgAAAAABAABhdjAxAAAAAA5waXRtAAAAAAABAAAAVmlwcnAAAAA4aXBjbwAAAAxhdjFDgSACAAAAABRpc3BlAAAAAAAA" +
    "ABAAAAAQAAAAEHBpeGkAAAAAAwgICAAAABZpcG1hAAAAAAAAAAEAAQOBAgMAAAAzbWRhdBIACgg4DP/aQENBpDIdHYJixAAAscAAB/5b268cxKbOnTphlEx8hIWL6w4=",
  "base64",
);

/** A tone, mono, 8 bits. */
export function wav(seconds: number): Buffer {
  const rate = 8000;
  const head = Buffer.alloc(44);
  head.write("RIFF", 0);
  head.writeUInt32LE(36 + rate * seconds, 4);
  head.write("WAVEfmt ", 8);
  head.writeUInt32LE(16, 16);
  head.writeUInt16LE(1, 20);
  head.writeUInt16LE(1, 22);
  head.writeUInt32LE(rate, 24);
  head.writeUInt32LE(rate, 28);
  head.writeUInt16LE(1, 32);
  head.writeUInt16LE(8, 34);
  head.write("data", 36);
  head.writeUInt32LE(rate * seconds, 40);
  const tone = Buffer.from(Array.from({ length: rate * seconds }, (_, nth) => 128 + 60 * Math.sin(nth / 3)));
  return Buffer.concat([head, tone]);
}

interface PdfOptions {
  /** Further entries of the catalog, such as what is to be run when it is opened. */
  readonly catalog?: string;
  /** Where a link at the top of each page leads. */
  readonly uri?: string;
  readonly trailer?: string;
  /** Further fonts, and what is drawn on each page beside its lines. */
  readonly fonts?: string;
  readonly drawn?: string;
}

/** A PDF of pages with these lines on them. */
export function pdf(
  pages: readonly (readonly string[])[],
  { catalog = "", uri, trailer = "", fonts = "", drawn = "" }: PdfOptions = {},
): Buffer {
  const objects: string[] = [];
  const add = (body: string) => objects.push(body); // its number
  add(`<< /Type /Catalog /Pages 2 0 R ${catalog} >>`);
  const kids = pages.map((_, nth) => `${4 + 2 * nth} 0 R`).join(" ");
  add(`<< /Type /Pages /Kids [${kids}] /Count ${pages.length} >>`);
  add("<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>");
  for (const [nth, lines] of pages.entries()) {
    const link = `/Annots [<< /Type /Annot /Subtype /Link /Rect [60 780 260 810] /A << /S /URI /URI (${uri}) >> >>]`;
    const text = lines.map((line, at) => `${at === 0 ? "60 786 Td" : "0 -28 Td"} (${line}) Tj`).join("\n");
    const stream = `BT /F1 20 Tf\n${text}\nET\n${drawn}`;
    const resources = `/Resources << /Font << /F1 3 0 R ${fonts} >> >>`;
    add(
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] ${resources} /Contents ${5 + 2 * nth} 0 R ${uri ? link : ""} >>`,
    );
    add(`<< /Length ${stream.length} >>\nstream\n${stream}\nendstream`);
  }
  let text = "%PDF-1.4\n";
  const places = objects.map((body, nth) => {
    const place = text.length;
    text += `${nth + 1} 0 obj\n${body}\nendobj\n`;
    return place;
  });
  const table = places.map((place) => `${String(place).padStart(10, "0")} 00000 n \n`).join("");
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${text.length}\n%%EOF\n`;
  return latin(`${text}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${end}`);
}

/** A font of symbols and one for Japanese, neither of which is in the file, and how they are drawn; and a colour as printers mix it. */
export const foreign = {
  fonts: [
    "/F2 << /Type /Font /Subtype /Type1 /BaseFont /ZapfDingbats >>",
    "/F3 << /Type /Font /Subtype /Type0 /BaseFont /MS-Gothic /Encoding /90ms-RKSJ-H /DescendantFonts [<<",
    "/Type /Font /Subtype /CIDFontType2 /BaseFont /MS-Gothic",
    "/CIDSystemInfo << /Registry (Adobe) /Ordering (Japan1) /Supplement 2 >>",
    "/FontDescriptor << /Type /FontDescriptor /FontName /MS-Gothic /Flags 4 /FontBBox [0 0 1000 1000]",
    "/ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >> >>] >>",
  ].join(" "),
  drawn: "BT /F2 20 Tf 60 600 Td (4) Tj /F3 20 Tf 0 -60 Td <82a082a2> Tj ET 0 0.8 0.9 0.1 k 300 500 80 80 re f",
};
