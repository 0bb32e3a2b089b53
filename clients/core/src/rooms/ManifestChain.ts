import { Limits } from "../limits.ts";
import { equal } from "../wire/Bytes.ts";
import { Code } from "../wire/Refusal.ts";
import { Needs } from "./Door.ts";
import { type Genesis, genesisHash } from "./Genesis.ts";
import type { Manifest } from "./Manifest.ts";
import { alarm, broken, type Fault, OK, type Ok, type Place, type SignatureCheck, unknownYet } from "./Verdict.ts";

/** A manifest that may join the chain once its signature holds, or one that then proves a fork. */
export interface ManifestStep {
  readonly verdict: "check";
  readonly manifest: Manifest;
  readonly checks: readonly SignatureCheck[];
}

/**
 * The verified manifests of a room, version by version from 0 (M2–M6). Every one in it was signed by an owner of the version
 * before; none is ever replaced.
 */
export class ManifestChain {
  readonly #place: Place;
  readonly #genesis: Genesis;
  readonly #manifests: Manifest[] = [];

  constructor(place: Place, genesis: Genesis) {
    this.#place = place;
    this.#genesis = genesis;
  }

  get newest(): Manifest | undefined {
    return this.#manifests.at(-1);
  }

  get length(): number {
    return this.#manifests.length;
  }

  at(version: number): Manifest | undefined {
    return this.#manifests[version];
  }

  /** The verified manifests of an epoch. */
  *ofEpoch(epoch: number): Iterable<Manifest> {
    for (const manifest of this.#manifests) if (manifest.epoch === epoch) yield manifest;
  }

  /** Everything but the signature. `ok` where this very manifest is already known. */
  judge(manifest: Manifest): ManifestStep | Ok | Fault {
    const known = this.at(manifest.version);
    if (known !== undefined && equal(known.bytes, manifest.bytes)) return OK;
    if (known !== undefined && this.#place === "hub")
      return broken(
        "hub",
        "M5",
        Code.ManifestConflict,
        "another manifest took this version: apply your change to the newest",
      );
    if (manifest.version > this.#manifests.length)
      return unknownYet(
        this.#place,
        "M3",
        Code.ManifestInvalid,
        "a manifest before this one is missing: send the versions in order",
      );
    return this.#judgeFields(manifest) ?? this.#step(manifest);
  }

  #judgeFields(manifest: Manifest): Fault | undefined {
    const invalid = (rule: string, text: string) => broken(this.#place, rule, Code.ManifestInvalid, text);
    if (manifest.roomId !== this.#genesis.roomId) return invalid("M2", "the manifest is of another room");
    if (manifest.version >= Limits.MaxManifests)
      return invalid("M1", `a room has at most ${Limits.MaxManifests} manifests: begin a new room`);
    if (manifest.doors.filter(({ needs }) => needs === Needs.Password).length > 1)
      return invalid("K5", "at most one door may be password-only: remove one");
    const before = this.at(manifest.version - 1);
    return before === undefined ? this.#judgeFirst(manifest, invalid) : judgeNext(before, manifest, invalid);
  }

  #judgeFirst(manifest: Manifest, invalid: (rule: string, text: string) => Fault): Fault | undefined {
    const [owner, ...others] = manifest.owners;
    const { ownerSignPub, ownerDhPub } = this.#genesis;
    const genesisOwner = owner && equal(owner.signPub, ownerSignPub) && equal(owner.dhPub, ownerDhPub);
    const first =
      equal(manifest.prevHash, genesisHash(this.#genesis)) &&
      manifest.epoch === 0 &&
      manifest.prevEpochKey.length === 0 &&
      manifest.signer === 0 &&
      genesisOwner === true &&
      others.length === 0;
    return first
      ? undefined
      : invalid("M2", "version 0 must follow from the genesis: its hash, epoch 0, its one owner");
  }

  #step(manifest: Manifest): ManifestStep {
    const owners = this.at(manifest.version - 1)?.owners ?? manifest.owners;
    const { signedPart, signature } = manifest;
    const key = owners[manifest.signer]!.signPub;
    return { verdict: "check", manifest, checks: [{ key, label: "manifest", signedPart, signature }] };
  }

  /** Takes the step with the outcome of its check. At a client a second valid manifest of a version is an alarm (M6). */
  add(step: ManifestStep, signatureOk: boolean): Ok | Fault {
    const { manifest } = step;
    if (!signatureOk)
      return broken(this.#place, "M3", Code.ManifestInvalid, "an owner of the version before must sign a manifest");
    const known = this.at(manifest.version);
    if (known === undefined && manifest.version === this.#manifests.length) {
      this.#manifests.push(manifest);
      return OK;
    }
    if (known !== undefined && equal(known.bytes, manifest.bytes)) return OK;
    if (this.#place === "hub")
      return broken(
        "hub",
        "M5",
        Code.ManifestConflict,
        "another manifest took this version: apply your change to the newest",
      );
    return alarm(
      "client",
      "M6",
      Code.Alarm,
      `two different manifests of version ${manifest.version} bear an owner's signature: the room is forked`,
    );
  }
}

function judgeNext(
  before: Manifest,
  next: Manifest,
  invalid: (rule: string, text: string) => Fault,
): Fault | undefined {
  if (!equal(next.prevHash, before.hash))
    return invalid("M3", "the manifest does not name the hash of the version before");
  if (next.signer >= before.owners.length) return invalid("M3", "the signer is no owner of the version before");
  if (next.epoch === before.epoch) {
    const same =
      equal(next.epochKeyHash, before.epochKeyHash) &&
      equal(next.admissionEditor, before.admissionEditor) &&
      equal(next.admissionViewer, before.admissionViewer) &&
      equal(next.prevEpochKey, before.prevEpochKey);
    return same ? undefined : invalid("M4", "keys change only with the epoch");
  }
  if (next.epoch !== before.epoch + 1) return invalid("M4", "the epoch stays or grows by one");
  return next.prevEpochKey.length === 0 ? invalid("M4", "a new epoch carries the key of the one before") : undefined;
}
