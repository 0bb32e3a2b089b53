import { Observable } from "@coterie/core/client/Observable.ts";
import { Chunk } from "../app/Chunk.ts";

/** Whether "About this page" stands open. */
export const about = new Observable(false);

export const aboutForm = new Chunk(() => import("./AboutPage.tsx"));

/** A dialog gives the keyboard to what is in it as it opens; where that did not come, it says so. */
export function openAbout(): void {
  const show = () => about.set(true);
  aboutForm.fetch().then(show, show);
}
