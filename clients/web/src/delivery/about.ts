import { Observable } from "@coterie/core/client/Observable.ts";

/** Whether "About this page" stands open. */
export const about = new Observable(false);

export function openAbout(): void {
  about.set(true);
}
