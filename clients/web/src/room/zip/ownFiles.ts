/** The folder, in the storage that the browser keeps for this site, of what was made there to be downloaded. */
const folder = "downloads";
/** The browser copies what was handed over, and does not say when it has. */
const copiedMs = 5 * 60_000;
const restMs = 10_000;
/** A tab that was closed may have handed something over just before. */
const freshMs = 60_000;

type Folders = AsyncIterable<[string, FileSystemHandle]>;

/**
 * A file of this site's own storage: however large it becomes, it lies on the disk and not in the page's memory.
 *
 * Always: it lies in a folder of its own, with whatever the browser makes beside it, and this tab holds a lock of that folder's name for as long as it is
 * needed; a folder without one was left by a tab that is gone.
 */
export interface OwnFile {
  readonly stream: FileSystemWritableFileStream;
  /** As it is once the stream is closed. */
  readonly read: () => Promise<File>;
  readonly remove: () => Promise<void>;
  /** Removes it when the browser has had the time to copy it. */
  readonly removeLater: () => void;
}

/** @returns undefined where the browser has no such storage, or less of it than `bytes` */
export async function ownFile(bytes: number): Promise<OwnFile | undefined> {
  try {
    await removeLeft().catch(() => {}); // it only frees room
    const { quota = 0, usage = 0 } = await navigator.storage.estimate();
    if (bytes > quota - usage) return undefined;
    const all = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder, { create: true });
    const id = crypto.randomUUID();
    const letGo = await lock(id);
    const remove = async () => {
      await all.removeEntry(id, { recursive: true }).finally(letGo);
    };
    try {
      const file = await (await all.getDirectoryHandle(id, { create: true })).getFileHandle("archive", {
        create: true,
      });
      return {
        stream: await file.createWritable(),
        read: () => file.getFile(),
        remove,
        removeLater: () => setTimeout(() => void remove().catch(() => {}), copiedMs), // what stays is removed later
      };
    } catch (error) {
      await remove();
      throw error;
    }
  } catch {
    return undefined; // as in a private window
  }
}

/**
 * Removes what tabs left that are gone, and again later what may still be on its way to the person.
 * @param afterMs who has just come has better to do
 * @returns what calls that off
 */
export function removeLeftSoon(afterMs = restMs): () => void {
  let timer = setTimeout(look, afterMs);
  async function look() {
    if (await removeLeft().catch(() => false)) timer = setTimeout(look, freshMs);
  }
  return () => clearTimeout(timer);
}

/** @returns whether something fresh stays that no tab holds */
async function removeLeft(): Promise<boolean> {
  const all = await (await navigator.storage.getDirectory()).getDirectoryHandle(folder); // none: nothing was left
  let stays = false;
  for await (const [id, each] of all as unknown as Folders)
    await navigator.locks
      .request(id, { ifAvailable: true }, async (free) => {
        if (!free) return;
        if (await isFresh(each as FileSystemDirectoryHandle)) stays = true;
        else await all.removeEntry(id, { recursive: true });
      })
      .catch(() => {}); // another tab removes it, or nobody can
  return stays;
}

async function isFresh(each: FileSystemDirectoryHandle): Promise<boolean> {
  for await (const [, file] of each as unknown as Folders)
    if (Date.now() - (await (file as FileSystemFileHandle).getFile()).lastModified < freshMs) return true;
  return false;
}

/** @returns once it is held, what ends it */
function lock(name: string): Promise<() => void> {
  return new Promise((held, failed) => {
    const holding = navigator.locks.request(name, () => new Promise<void>((letGo) => held(letGo)));
    holding.catch(failed);
  });
}
