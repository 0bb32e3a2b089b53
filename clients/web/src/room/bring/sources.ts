import { notImported } from "../../app/unloaded.ts";
import type { Folder } from "./gather.ts";
import type { Incoming } from "./Incoming.ts";

/** What was dropped, as a folder. To be asked for while the drop is being handled; it stays good after that. */
export function droppedFolder(items: DataTransferItemList): Folder {
  const entries = [...items].flatMap((item) => (item.kind === "file" ? (item.webkitGetAsEntry() ?? []) : []));
  return entryFolder("", "", async () => entries);
}

function entryFolder(name: string, path: string, entries: () => Promise<readonly FileSystemEntry[]>): Folder {
  const below = (entry: FileSystemEntry) => (path === "" ? entry.name : `${path}/${entry.name}`);
  return {
    name,
    list: async () => {
      const all = await entries();
      const files = all.filter((entry) => entry.isFile) as FileSystemFileEntry[];
      const folders = all.filter((entry) => entry.isDirectory) as FileSystemDirectoryEntry[];
      return {
        files: await Promise.all(files.map(async (entry) => await incomingEntry(entry, below(entry)))),
        folders: folders.map((entry) => entryFolder(entry.name, below(entry), () => entriesOf(entry))),
      };
    },
  };
}

/** What cannot be read says so when it is. */
async function incomingEntry(entry: FileSystemFileEntry, path: string): Promise<Incoming> {
  try {
    return incoming(await new Promise<File>((resolve, reject) => entry.file(resolve, reject)), path);
  } catch (error) {
    return { path, size: 0, read: () => Promise.reject(error) };
  }
}

/** A reader gives some at a time, and none at the end. */
async function entriesOf(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (some.length === 0) return all;
    all.push(...some);
  }
}

/** Files that were picked, alone or with the folder they lie in. */
export function pickedFolder(files: FileList): Folder {
  const all = [...files].map((file) => incoming(file, file.webkitRelativePath || file.name));
  return pathFolder(all);
}

export function incoming(file: File, path: string): Incoming {
  const bytes = async (of: Blob) => new Uint8Array(await of.arrayBuffer());
  return { path, size: file.size, file, read: () => bytes(file), head: (most) => bytes(file.slice(0, most)) };
}

/** Where one ZIP is all that comes, what is in it comes instead. @throws Error, with words for a person */
export async function unpacked(from: Folder): Promise<Folder> {
  const { files, folders } = await from.list();
  const [only] = files;
  if (only?.file === undefined || files.length > 1 || folders.length > 0 || !/\.zip$/i.test(only.path)) return from;
  const { readZip } = await import("../zip/readZip.ts").catch((cause: unknown) => {
    throw notImported(cause);
  });
  const { entries, folders: named, skipped } = await readZip(only.file);
  const top = pathFolder(entries, "", named);
  return { ...top, list: async () => ({ ...(await top.list()), leftOut: skipped }) };
}

/** Files by their paths, as the folders these name. @param named folders that are there without a file in them, too */
export function pathFolder(all: readonly Incoming[], path = "", named: readonly string[] = []): Folder {
  const depth = path === "" ? 0 : path.length + 1;
  const files: Incoming[] = [];
  const below = new Map<string, Incoming[]>();
  for (const file of all) {
    const slash = file.path.indexOf("/", depth);
    if (slash === -1) files.push(file);
    else {
      const name = file.path.slice(depth, slash);
      const inside = below.get(name);
      if (inside) inside.push(file);
      else below.set(name, [file]);
    }
  }
  for (const folder of named) {
    const name = path === "" || folder.startsWith(`${path}/`) ? folder.slice(depth).split("/")[0]! : "";
    if (name !== "" && !below.has(name)) below.set(name, []);
  }
  const folders = [...below].map(([name, inside]) => pathFolder(inside, path === "" ? name : `${path}/${name}`, named));
  return { name: path.slice(path.lastIndexOf("/") + 1), list: async () => await { files, folders } };
}

/** Asks for files, or a folder. @returns undefined where nothing was picked */
export function pick(what: "files" | "folder"): Promise<Folder | undefined> {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = what === "folder";
  return new Promise((resolve) => {
    input.addEventListener("change", () => resolve(input.files?.length ? pickedFolder(input.files) : undefined));
    input.addEventListener("cancel", () => resolve(undefined));
    input.click();
  });
}
