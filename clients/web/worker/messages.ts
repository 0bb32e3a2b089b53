/**
 * What the page asks of the worker that keeps its version. Each is answered once, by what stands in `Answers`; what could not be done, by why not.
 * Pages of any age talk to workers of any age: a type and a field keep their meaning, a type that a worker does not know is answered with undefined,
 * and a field that is not there says nothing.
 */
export type Ask =
  /** Which version is kept, and what the server has now. */
  | { readonly type: "look" }
  /** Fetches what of the version is not here yet: all of it, or these files. */
  | { readonly type: "fill"; readonly paths?: readonly string[] }
  /** Keeps the server's version of this id from now on. */
  | { readonly type: "use"; readonly id: string }
  /** Lets the server's pages send what is in a room to these addresses, too. */
  | { readonly type: "allow"; readonly asks: readonly string[] }
  /** Keeps none any more; the next visit begins anew. */
  | { readonly type: "forget" };

export interface Answers {
  readonly look: Kept;
  /** Why not all of it is here. */
  readonly fill: string | undefined;
  /** Why it could not be taken; undefined: it is the one that is kept now. */
  readonly use: string | undefined;
  /** Why they could not be allowed. */
  readonly allow: string | undefined;
  /** Why it could not be forgotten. */
  readonly forget: string | undefined;
}

/** A version that this browser keeps. */
export interface Kept {
  /** The id of its bundle; undefined where there is nothing that could be kept: the server has no list of its files, or hands out others. */
  readonly id: string | undefined;
  /** How many of its files are here, and how many there are. */
  readonly files: number;
  readonly of: number;
  /** The id of the other version that the server has. */
  readonly offered?: string;
  /** Where the server's settings would let what is in a room go, and this browser does not yet. */
  readonly asks: readonly string[];
  /** What the server hands out is not the version that it names. */
  readonly faulty?: boolean;
  /** The server did not answer, or what stands before it; or the browser does not store, or lost, what is to be kept. */
  readonly trouble?: "unreached" | "unstored";
}

/** What the names of the caches begin with, for pages and workers of any age. @param base the server's base path, ending in a slash */
export const cachesOf = (base: string) => `coterie ${base} `;

export const unreached = "The server could not be reached. Try again.";
export const unstored =
  "This browser could not store it: mostly the disk, or the space that it lets a site have, is full. Make some room, then try again.";
