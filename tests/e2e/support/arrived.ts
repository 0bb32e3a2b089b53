import { expect } from "vitest";
import { Bringer } from "./Bringer.ts";

/** Whether a member without a browser finds each of these files in the room, by path, whole; and no others but as many as it is told of. */
export async function arrived(
  link: string,
  files: Readonly<Record<string, string | Uint8Array>>,
  others: number,
): Promise<void> {
  const bea = await Bringer.join(link);
  const { room } = bea;
  const wanted = Object.keys(files).length + others;
  await expect.poll(() => room.tree.view.get().filter(({ kind }) => kind !== "folder").length).toBe(wanted);
  for (const { id, kind, path, content } of room.tree.view.get()) {
    const wanted = files[path];
    if (wanted instanceof Uint8Array) {
      expect(Buffer.compare(await room.blobs.get(content), wanted), path).toBe(0);
    } else if (wanted !== undefined && kind === "file") {
      const file = await room.open(id);
      await expect.poll(() => file.text.toString() === wanted, { message: path }).toBe(true);
      file.close();
    }
  }
  bea.close();
}
