import { viewSecret } from "../rooms/Door.ts";
import type { RoomState } from "../rooms/RoomState.ts";
import { proveWrap } from "../rooms/Steps.ts";
import type { Fault } from "../rooms/Verdict.ts";
import type { Verifier } from "../rooms/Verifier.ts";
import { type OpenedWrap, openWrap, parseWrap } from "../rooms/Wrap.ts";
import { equal } from "../wire/Bytes.ts";
import { Role } from "../wire/Classes.ts";
import { Code } from "../wire/Refusal.ts";
import { failed } from "../wire/WireError.ts";
import type { Keyring } from "./Keyring.ts";
import { keepEpoch } from "./ownEpoch.ts";
import { ownsRoom } from "./papers.ts";

/** What a keyring becomes by keys that an owner gave. */
export type Given = Pick<
  Keyring,
  "epoch" | "sealedEpoch" | "role" | "admission" | "cert" | "editSecret" | "viewSecret"
>;

/**
 * What keys for a member change (A1, A2); undefined where they are the ones that this machine has, or are not for it.
 * @returns a Fault where no owner gave them: the hub hands out what it must not
 */
export async function givenKeys(
  state: RoomState,
  verifier: Verifier,
  keyring: Keyring,
  bytes: Uint8Array,
): Promise<Given | Fault | undefined> {
  const wrap = parseWrap(bytes);
  if (failed(wrap)) return { verdict: "refused", rule: "A1", code: Code.Wrap, text: "keys for a member that are none" };
  const verdict = await proveWrap(state, verifier, wrap);
  if (verdict.verdict !== "ok") return verdict;
  const manifest = state.manifests.at(wrap.version)!;
  const opened = await openWrap(wrap, manifest, keyring.identity.dh);
  if (opened === undefined) return undefined;
  const newest = state.manifests.newest!;
  const begins = newest.epoch !== keyring.epoch.number;
  const owner = ownsRoom(newest, keyring.identity);
  if (!begins && (owner || isKnown(opened, keyring))) return undefined;
  const kept = await keepEpoch(keyring.roomId, newest.epoch, opened.epochKey, keyring.identity.dh);
  const role = owner ? Role.Owner : opened.role;
  return { ...kept, role, ...rights(opened, keyring, begins) };
}

/** Whether these keys were taken before. Who has a certificate by an owner is not given less by an older wrap of the same epoch. */
function isKnown(opened: OpenedWrap, keyring: Keyring): boolean {
  if (opened.cert === undefined) return keyring.cert !== undefined || keyring.role >= opened.role;
  return keyring.cert !== undefined && equal(keyring.cert, opened.cert.bytes);
}

function rights(
  opened: OpenedWrap,
  keyring: Keyring,
  begins: boolean,
): Pick<Given, "admission" | "cert" | "editSecret" | "viewSecret"> {
  if (opened.cert !== undefined) {
    const { editSecret, viewSecret: watch } = keyring; // links of an earlier epoch open nothing any more
    const secrets = begins ? { editSecret: undefined, viewSecret: undefined } : { editSecret, viewSecret: watch };
    return { admission: undefined, cert: opened.cert.bytes, ...secrets };
  }
  const { role, admission, linkSecret } = opened;
  if (role === Role.Viewer) return { admission, cert: undefined, editSecret: undefined, viewSecret: linkSecret };
  const watch = viewSecret(linkSecret, keyring.roomId);
  return { admission, cert: undefined, editSecret: linkSecret, viewSecret: watch };
}
