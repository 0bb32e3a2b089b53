import { Chunk } from "../app/Chunk.ts";

/** The editor of texts with all of Monaco: by far the largest part of the page, which the door asks for. */
export const textEditor = new Chunk(() => import("./TextEditor.tsx"));
