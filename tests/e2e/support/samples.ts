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
