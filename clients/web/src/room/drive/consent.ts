import type { DriveSite } from "../../app/drive.ts";
import { DriveProblem } from "./DriveProblem.ts";

/** An app with this scope sees the files that it made itself, or that were opened with it, and no others. */
const scope = "https://www.googleapis.com/auth/drive.file";

/** So much sooner than Google says it is over, lest it end on the way. */
const soonerMs = 60_000;

export interface Consent {
  readonly token: string;
  readonly forMs: number;
}

/** Where Google asks the person, by the redirect for pages without a server: https://developers.google.com/identity/protocols/oauth2/javascript-implicit-flow */
export function consentAddress({ auth, clientId, redirect }: DriveSite, state: string): string {
  const asked = { client_id: clientId, redirect_uri: redirect, response_type: "token", scope, state };
  return `${auth}?${new URLSearchParams(asked)}`;
}

/** What nobody can guess, so that an answer belongs to the request that it was made for. */
export function newState(): string {
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Only who made the request listens there. */
export function channelOf(state: string): BroadcastChannel {
  return new BroadcastChannel(`coterie-drive ${state}`);
}

/** @param fragment what Google put behind "#" of our page @throws DriveProblem where that is no leave */
export function consentIn(fragment: string, state: string): Consent {
  const answer = new URLSearchParams(fragment);
  if (answer.get("state") !== state)
    throw new DriveProblem("other", "This answer belongs to another question: ask again.");
  const error = answer.get("error");
  if (error === "access_denied")
    throw new DriveProblem("other", "Google was told not to let this page in. Nothing was sent.");
  if (error !== null) throw new DriveProblem("other", `Google did not let this page in (${error.slice(0, 100)}).`);
  const token = answer.get("access_token");
  const seconds = Number(answer.get("expires_in"));
  if (!token || answer.get("token_type")?.toLowerCase() !== "bearer" || !(seconds > 0))
    throw new DriveProblem("other", "Google’s answer is not one that this page understands.");
  if (!(answer.get("scope") ?? scope).split(" ").includes(scope))
    throw new DriveProblem("other", "Google was not told to let this page at its files in Drive: tick that, too.");
  return { token, forMs: Math.max(0, seconds * 1_000 - soonerMs) };
}
