import type { DriveSite } from "../../app/drive.ts";
import { type Consent, channelOf, consentAddress, consentIn, newState } from "./consent.ts";
import { DriveProblem } from "./DriveProblem.ts";

const look = "popup,width=520,height=680";

/**
 * Asks the person in a window of Google's, so that the room's page stays as it is. To be called while a press of a button is handled.
 *
 * That window is let go of before it goes to Google: neither can reach the other. So nothing here can see it being closed, and the answer
 * comes by way of our own page that Google sends it to (answer.ts), over a channel whose name only the two know.
 * @throws DriveProblem, or the signal's reason
 */
export async function askGoogle(site: DriveSite, signal: AbortSignal): Promise<Consent> {
  const state = newState();
  const channel = channelOf(state);
  try {
    const answer = new Promise<string>((resolve, reject) => {
      channel.onmessage = ({ data }: MessageEvent<unknown>) => resolve(String(data));
      signal.addEventListener("abort", () => reject(signal.reason), { once: true });
    });
    answer.catch(() => {});
    const theirs = window.open("", "_blank", look);
    if (theirs === null)
      throw new DriveProblem(
        "other",
        "The browser blocked Google’s window. Allow pop-ups for this page, and try again.",
      );
    theirs.opener = null;
    theirs.location.replace(consentAddress(site, state));
    const fragment = await answer;
    channel.postMessage("taken");
    return consentIn(fragment, state);
  } finally {
    channel.close();
  }
}
