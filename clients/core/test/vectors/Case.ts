import { existsSync, readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { failed, fromHex, type Parsed } from "../../src/protocol.ts";

/** One case of a vector file. Reading a field marks it; a case with fields that nobody read fails, as the schema demands. */
export class Case {
  readonly #fields: Readonly<Record<string, unknown>>;
  readonly #unread: Set<string>;

  constructor(fields: object) {
    this.#fields = fields as Record<string, unknown>;
    this.#unread = new Set(Object.keys(fields));
    this.#unread.delete("name");
  }

  /** The names of fields that no check has looked at. */
  get unread(): readonly string[] {
    return [...this.#unread];
  }

  has(name: string): boolean {
    return name in this.#fields;
  }

  any(name: string): unknown {
    this.#unread.delete(name);
    if (!(name in this.#fields)) throw new Error(`the case has no "${name}"`);
    return this.#fields[name];
  }

  text(name: string): string {
    const value = this.any(name);
    if (typeof value !== "string") throw new Error(`"${name}" is no text`);
    return value;
  }

  number(name: string): number {
    const value = this.any(name);
    if (typeof value !== "number") throw new Error(`"${name}" is no number`);
    return value;
  }

  u64(name: string): number {
    return Number(this.text(name));
  }

  bytes(name: string): Uint8Array {
    return unhex(this.text(name));
  }

  id<T extends string>(name: string): T {
    return this.text(name) as T;
  }

  list(name: string): readonly unknown[] {
    const value = this.any(name);
    if (!Array.isArray(value)) throw new Error(`"${name}" is no list`);
    return value;
  }

  texts(name: string): readonly string[] {
    return this.list(name).map((value) => `${value}`);
  }

  cases(name: string): readonly Case[] {
    return this.list(name).map((value) => new Case(value as object));
  }

  child(name: string): Case {
    return new Case(this.any(name) as object);
  }
}

export function unhex(text: string): Uint8Array {
  const bytes = fromHex(text);
  if (bytes === undefined) throw new Error(`not hex: ${text}`);
  return bytes;
}

export function must<T extends object>(parsed: Parsed<T>): T {
  if (failed(parsed)) throw new Error(`does not parse: ${parsed.error}`);
  return parsed;
}

const ROOT = fileURLToPath(new URL("../../../../tests/vectors/", import.meta.url));

export type Author = "from-csharp" | "from-typescript";

export function path(author: Author, file: string): string {
  return `${ROOT}${author}/${file}`;
}

/** The vector files of an author, or none where it has not written any yet. */
export function files(author: Author): string[] {
  const folder = ROOT + author;
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".json")) : [];
}

export function load(author: Author, file: string): (object & { readonly name: string })[] {
  return JSON.parse(readFileSync(path(author, file), "utf8"));
}
