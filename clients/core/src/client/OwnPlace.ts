import { type Cert, memberIdOf } from "../rooms/Cert.ts";
import type { Manifest } from "../rooms/Manifest.ts";
import { RecordKeys } from "../rooms/RecordKeys.ts";
import { openRecord } from "../rooms/RecordOpener.ts";
import type { RoomState } from "../rooms/RoomState.ts";
import type { Fault } from "../rooms/Verdict.ts";
import type { Verifier } from "../rooms/Verifier.ts";
import { Role } from "../wire/Classes.ts";
import type { MemberId } from "../wire/Ids.ts";
import type { RecordView } from "../wire/RecordView.ts";
import { Epochs } from "./Epochs.ts";
import { givenKeys } from "./givenKeys.ts";
import type { Keyring } from "./Keyring.ts";
import { ownCert, ownsRoom } from "./papers.ts";

/** What this machine is in a room and by which keys: its keyring, the certificate that follows from it, and the keys of earlier epochs. */
export class OwnPlace {
  readonly keys = new RecordKeys();
  readonly memberId: MemberId;
  readonly #state: () => RoomState;
  #keyring: Keyring;
  #epochs: Epochs;
  #cert: Cert | undefined;

  /** @param state the room as it is judged now */
  constructor(keyring: Keyring, state: () => RoomState) {
    this.#keyring = keyring;
    this.memberId = memberIdOf(keyring.identity.sign.publicPoint);
    this.#state = state;
    this.#epochs = new Epochs(keyring.epoch, () => state().manifests);
  }

  get keyring(): Keyring {
    return this.#keyring;
  }

  /** Of all versions, as far as this member was given them. */
  get epochs(): Epochs {
    return this.#epochs;
  }

  /** Whether this member has the key of the newest rules: until it comes nothing can be sealed. */
  get holdsKey(): boolean {
    return this.#state().manifests.newest?.epoch === this.#keyring.epoch.number;
  }

  keep(change: Partial<Keyring>): Keyring {
    this.#keyring = { ...this.#keyring, ...change };
    if (this.#epochs.newest !== this.#keyring.epoch)
      this.#epochs = new Epochs(this.#keyring.epoch, () => this.#state().manifests);
    return this.#keyring;
  }

  /** A record's payload, or undefined where it does not open (J12). */
  async open(record: RecordView, author: MemberId): Promise<Uint8Array | undefined> {
    const epoch = await this.#epochs.ofVersion(record.version);
    return epoch && (await openRecord(this.keys, epoch, record, author));
  }

  /** The certificate for a session now. */
  async cert(): Promise<Cert> {
    this.#cert ??= await ownCert(this.#keyring, this.#state().manifests.newest);
    return this.#cert;
  }

  /** New rules were learned. @returns whether they make this member an owner, which it was not */
  learned(newest: Manifest): boolean {
    if (this.#keyring.role === Role.Owner || !ownsRoom(newest, this.#keyring.identity)) return false;
    this.keep({ role: Role.Owner, cert: undefined });
    this.#cert = undefined;
    return true;
  }

  /** Takes keys that an owner gave to this member (A2). @returns whether anything changed by them, or what is wrong with them */
  async take(wrap: Uint8Array, verifier: Verifier): Promise<boolean | Fault> {
    const given = await givenKeys(this.#state(), verifier, this.#keyring, wrap);
    if (given === undefined) return false;
    if ("verdict" in given) return given;
    this.keep(given);
    this.#cert = undefined;
    return true;
  }
}
