import { Chunk } from "../../app/Chunk.ts";

/** The part of this client that speaks to Google Drive. No page fetches it that was not asked for it. */
export const driveForm = new Chunk(() => import("./DriveForm.tsx"));
