import { readZip } from "../../src/room/zip/readZip.ts";

export interface Told {
  readonly files: Readonly<Record<string, string>>;
  readonly skipped: readonly string[];
}

/** What a page reads of an archive, with the worker. @param base64 its bytes */
async function read(base64: string): Promise<Told> {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const { entries, skipped } = await readZip(new File([bytes], "some.zip"));
  const files: Record<string, string> = {};
  const all = entries.map(async ({ path, read }) => {
    try {
      const read_ = await read();
      files[path] = read_.length > 100 ? `${read_.length} bytes` : new TextDecoder().decode(read_);
    } catch (error) {
      files[path] = `! ${(error as Error).message}`;
    }
  });
  await Promise.all(all);
  return { files, skipped: skipped.map(({ path, why }) => `${path}: ${why}`) };
}

declare global {
  interface Window {
    readZipHere: typeof read;
  }
}

window.readZipHere = read;
