import { Observable } from "@coterie/core/client/Observable.ts";

/**
 * Where the page is: the landing page, or the door of a room with what its link carried after "#". The fragment is
 * dropped from the address bar as soon as the room's keys are kept in this browser, so that it neither stays in the
 * history nor on a shared screen.
 */
export type Route =
  | { readonly name: "landing" }
  | { readonly name: "room"; readonly id: string; readonly fragment: string };

/** The server's address with its base path, without a slash at the end. */
export const server = document.baseURI.replace(/\/[^/]*$/, "");

export const route = new Observable<Route>(read());

function read(): Route {
  const path = location.pathname.slice(new URL(`${server}/`).pathname.length);
  const room = /^r\/([^/]+)\/?$/.exec(path);
  return room ? { name: "room", id: decoded(room[1]!), fragment: location.hash.slice(1) } : { name: "landing" };
}

/** As it stands where it is no encoding of anything: then it is no room's id either, and the door says so. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function goToRoom(id: string, fragment = ""): void {
  history.pushState(null, "", `${server}/r/${encodeURIComponent(id)}${fragment && `#${fragment}`}`);
  route.set(read());
}

export function goToLanding(): void {
  history.pushState(null, "", `${server}/`);
  route.set(read());
}

/** Takes the secret out of the address bar; the page stays where it is. */
export function dropFragment(): void {
  history.replaceState(history.state, "", location.pathname);
}

/** Follows the address bar (back, forward, a link pasted over an open room). */
export function follow(): void {
  route.set(read());
}

addEventListener("popstate", () => follow());
