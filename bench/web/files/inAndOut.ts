import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Page } from "playwright-core";
import { drop, roomOf, type Site, type Watched, watch } from "./site.ts";

const partBytes = 16 << 20;

/**
 * A project of so many files comes in from the disk, goes out as a ZIP, and comes into another room from that.
 * @param pictures whether all of them are pictures, or one in a hundred
 */
export async function measureInAndOut(
  site: Site,
  files: number,
  megabytes: number,
  pictures: boolean,
): Promise<object> {
  const folder = mkdtempSync(join(tmpdir(), "coterie-bench-"));
  try {
    const bytes = layOut(join(folder, "project"), files, megabytes * 1_000_000, pictures);
    const page = await roomOf(site, "In and out");
    const came = (count: number) => page.getByText(`Brought in ${count.toLocaleString("en")} files.`).waitFor();
    const brought = await watch(page, async () => {
      await drop(page, [join(folder, "project")]);
      const ask = page.getByRole("dialog", { name: "Bring in files" }).getByRole("button", { name: "Bring in" });
      if (files > 200) await ask.click();
      await came(files);
    });
    await standInForFile(page);
    const out = await watch(page, () => zip(page));
    const archive = join(folder, "room.zip");
    for await (const part of written(page)) appendFileSync(archive, part);
    const other = await roomOf(site, "From a ZIP");
    const unpacked = await watch(other, async () => {
      await drop(other, [archive]);
      const dialog = other.getByRole("dialog", { name: "Bring in files" });
      await dialog.getByRole("radio", { name: "Keep both" }).check();
      await dialog.getByRole("button", { name: "Bring in" }).click();
      await other.getByText(`Brought in ${(files + 1).toLocaleString("en")} files.`).waitFor();
    });
    console.log(`\n${files} files, ${Math.round(bytes / 1_000_000)} MB\n`);
    console.log(
      "| | s | heap at most, MB | heap after, MB | longest task, ms | tasks over 100 ms | tasks over 50 ms together, ms |",
    );
    console.log("|---|---|---|---|---|---|---|");
    row("dropped as a folder", brought);
    row("all of it as a ZIP, written as it is made", out);
    row("that ZIP into another room", unpacked);
    await page.context().close();
    await other.context().close();
    const figures = ({ value: _, ...rest }: Watched<unknown>) => rest;
    return { files, bytes, brought: figures(brought), zip: figures(out), unpacked: figures(unpacked) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** In the place of a file that the browser would write to. */
async function standInForFile(page: Page): Promise<void> {
  await page.evaluate(() => {
    const chunks: Blob[] = [];
    const done = new Promise<void>((resolve) => {
      const file = {
        write: async (chunk: BlobPart) => void chunks.push(new Blob([chunk])), // on the browser's side, as a file is
        close: async () => resolve(),
        abort: async () => {},
      };
      Object.assign(window, { showSaveFilePicker: async () => ({ createWritable: async () => file }) });
    });
    Object.assign(window, { zipped: () => done.then(() => new Blob(chunks)) });
  });
}

/** Takes the room out as a ZIP. */
async function zip(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Room menu" }).click();
  await page.getByRole("menuitem", { name: "Download the room as ZIP" }).click();
  await page.waitForFunction(() => (window as unknown as { zipped(): Promise<Blob> }).zipped().then(() => true));
}

/** What was written, in parts: no string of the page's would hold it. */
async function* written(page: Page): AsyncGenerator<Buffer> {
  for (let from = 0; ; from += partBytes) {
    const part = await page.evaluate(
      async ([begin, end]) => {
        const blob = await (window as unknown as { zipped(): Promise<Blob> }).zipped();
        const address = await new Promise<string>((resolve) => {
          const reader = new FileReader();
          reader.onload = () => resolve(reader.result as string);
          reader.readAsDataURL(blob.slice(begin, end));
        });
        return address.slice(address.indexOf(",") + 1);
      },
      [from, from + partBytes] as const,
    );
    if (part.length === 0 || part === "data:") return;
    yield Buffer.from(part, "base64");
  }
}

/** @returns bytes written */
export function layOut(folder: string, files: number, bytes: number, allPictures = false): number {
  let [seed, written] = [1, 0];
  const random = () => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed >>> 8;
  };
  const pictures = allPictures ? files : Math.floor(files / 100);
  const small = pictures > 0 ? Math.min(200_000, Math.floor(bytes / 4 / pictures)) : 0;
  const pictureBytes = allPictures ? Math.floor(bytes / files) : small;
  const textBytes = Math.floor((bytes - pictures * pictureBytes) / Math.max(1, files - pictures));
  for (let nth = 0; nth < files; nth++) {
    const isPicture = allPictures || nth % 100 === 99;
    const path = join(folder, `part${nth % 40}`, `group${nth % 7}`, `file${nth}.${isPicture ? "png" : "ts"}`);
    if (nth < 280) mkdirSync(dirname(path), { recursive: true });
    const content = isPicture
      ? Uint8Array.from({ length: pictureBytes }, (_, at) => (at === 0 ? 0 : random() & 255))
      : Buffer.from(linesOf(textBytes, random));
    writeFileSync(path, content);
    written += content.length;
  }
  return written;
}

function linesOf(bytes: number, random: () => number): string {
  let text = "";
  while (text.length < bytes) text += `export const value${random() % 9_999} = compute(${random() % 99}, "a word");\n`;
  return text.slice(0, bytes);
}

function row(name: string, of: Watched<unknown>): void {
  const { seconds, mostHeap, heapAfter, longestTask, tasksOver100, longTasks } = of;
  console.log(
    `| ${name} | ${seconds} | ${mostHeap} | ${heapAfter} | ${longestTask} | ${tasksOver100} | ${longTasks} |`,
  );
}
