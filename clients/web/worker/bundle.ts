/** The list of a version's files, as PROTOCOL.md gives it (Y1, Y2); the twin of Bundle.cs. */
export interface Bundle {
  readonly id: string;
  /** As it was read. */
  readonly list: Uint8Array<ArrayBuffer>;
  readonly files: ReadonlyMap<string, BundleFile>;
}

export interface BundleFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** SHA-256 in hexadecimal digits. */
  readonly hash: string;
}

export const listName = "bundle.txt";
export const mostListBytes = 1024 * 1024;
const mostFiles = 5_000;
const mostPathLetters = 200;
const mostFileBytes = 32 * 1024 * 1024;
const head = "coterie-bundle 1\n";
const line = /^([0-9a-f]{64}) (0|[1-9][0-9]{0,7}) ([A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*)$/;

/** Undefined where the bytes are no list: it is read wholly, or not at all. */
export async function readBundle(list: Uint8Array<ArrayBuffer>): Promise<Bundle | undefined> {
  if (list.length > mostListBytes) return undefined;
  const text = new TextDecoder("latin1").decode(list);
  if (!text.startsWith(head) || !text.endsWith("\n")) return undefined;
  const files = new Map<string, BundleFile>();
  let last = "";
  for (const each of text.slice(head.length).split("\n").slice(0, -1)) {
    const [, hash, size, path] = line.exec(each) ?? [];
    if (hash === undefined || size === undefined || path === undefined) return undefined;
    if (path <= last || path === listName || path.length > mostPathLetters) return undefined;
    if (Number(size) > mostFileBytes || files.size === mostFiles) return undefined;
    files.set(path, { path, size: Number(size), hash });
    last = path;
  }
  return { id: await hashOf(list), list, files };
}

export async function hashOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return Array.from(hash, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
