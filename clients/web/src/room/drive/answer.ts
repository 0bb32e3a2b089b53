import { channelOf } from "./consent.ts";

/**
 * The page that Google sends the browser back to (drive.html): hands the answer to the room's page that asked, and goes.
 *
 * Always: what Google said is out of the address at once; it goes to nobody but who asked for it with this state.
 */
const patienceMs = 3_000;

const fragment = location.hash.slice(1);
history.replaceState(null, "", location.pathname);

const state = new URLSearchParams(fragment).get("state") ?? "";
const say = (words: string) => {
  document.getElementById("said")!.textContent = words;
};

const channel = channelOf(state);
const nobody = setTimeout(() => {
  channel.close();
  say("No page here waits for this answer: it was closed, or asked again. You can close this window.");
}, patienceMs);
channel.onmessage = () => {
  clearTimeout(nobody);
  channel.close();
  say("Done. You can close this window.");
  window.close();
};
channel.postMessage(fragment);
