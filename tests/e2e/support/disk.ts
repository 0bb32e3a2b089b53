import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll } from "vitest";
import type { Person } from "./Person.ts";

/** Folders on the disk for the tests of one file, and a hand that drops what is in them onto a page. */
export function disk() {
  const made: string[] = [];
  afterAll(() => Promise.all(made.map((folder) => rm(folder, { recursive: true }))));

  /** A folder with these files; a path that ends with "/" is an empty folder. */
  async function folder(files: Readonly<Record<string, string | Uint8Array>>): Promise<string> {
    const base = await mkdtemp(join(tmpdir(), "coterie-bring-"));
    made.push(base);
    for (const [path, content] of Object.entries(files)) {
      await mkdir(path.endsWith("/") ? join(base, path) : dirname(join(base, path)), { recursive: true });
      if (!path.endsWith("/")) await writeFile(join(base, path), content);
    }
    return base;
  }

  /** Lets files of the disk go over a part of the page, as a hand does. */
  async function drop({ page }: Person, paths: readonly string[], at: string): Promise<void> {
    const box = (await page.locator(at).first().boundingBox())!;
    const cdp = await page.context().newCDPSession(page);
    const [x, y] = [box.x + box.width / 2, box.y + Math.min(box.height / 2, 300)];
    const data = { items: [], files: [...paths], dragOperationsMask: 1 };
    for (const type of ["dragEnter", "dragOver", "drop"] as const)
      await cdp.send("Input.dispatchDragEvent", { type, x, y, data });
    await cdp.detach();
  }

  return { folder, drop };
}

/** Bytes that are no text and do not shrink. */
export function noise(size: number, seed: number): Uint8Array {
  const bytes = new Uint8Array(size);
  let state = seed + 1;
  for (let at = 0; at < size; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    bytes[at] = state >>> 16;
  }
  bytes[0] = 0;
  return bytes;
}
