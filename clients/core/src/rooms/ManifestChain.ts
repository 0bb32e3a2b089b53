import { Limits } from "../limits.ts";
import { equal } from "../wire/Bytes.ts";
import { Code } from "../wire/Refusal.ts";
import { Needs } from "./Door.ts";
import { type Genesis, genesisHash } from "./Genesis.ts";
import { type Manifest, Retention } from "./Manifest.ts";
import { alarm, type Fault, OK, type Ok, type Place, refused, type SignatureCheck } from "./Verdict.ts";

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

  /** Whether the room trims, or did once: what it forgot then stays forgotten (H10). */
  get hasTrimmed(): boolean {
    return this.#manifests.some(({ retention }) => retention === Retention.Trim);
  }

  get newest(): Manifest | undefined {
    return this.#manifests.at(-1);
  }

  /** How many versions are known: the next one has this number. */
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
    if (known !== undefined && equal(known.hash, manifest.hash)) return OK;
    if (known !== undefined && this.#place === "hub") return conflict();
    if (manifest.version >= Limits.MaxManifests)
      return invalid("L1", `a room has at most ${Limits.MaxManifests} manifests: begin a new room`);
    if (manifest.version > this.length) return this.#gap();
    const before = this.at(manifest.version - 1);
    const fault = before === undefined ? judgeFirst(manifest, this.#genesis) : judgeNext(before, manifest);
    if (fault !== undefined) return fault;
    if (manifest.doors.filter(({ needs }) => needs === Needs.Password).length > 1)
      return invalid("K5", "at most one door may be password-only: remove one");
    const { signedPart, signature } = manifest;
    const key = (before ?? manifest).owners[manifest.signer]!.signPub;
    return { verdict: "check", manifest, checks: [{ key, label: "manifest", signedPart, signature }] };
  }

  #gap(): Fault {
    if (this.#place === "hub") return conflict();
    return { verdict: "wait", rule: "M3", code: Code.Version, text: "a manifest before this one is missing" };
  }

  /** Takes the step with the outcome of its check. At a client a second valid manifest of a version is an alarm (M6). */
  add(step: ManifestStep, signatureOk: boolean): Ok | Fault {
    const { manifest } = step;
    if (!signatureOk)
      return invalid(manifest.version === 0 ? "M2" : "M3", "an owner of the version before must sign a manifest");
    const known = this.at(manifest.version);
    if (known === undefined && manifest.version !== this.length) return this.#gap();
    if (known === undefined) {
      this.#manifests.push(manifest);
      return OK;
    }
    if (equal(known.hash, manifest.hash)) return OK;
    if (this.#place === "hub") return conflict();
    return alarm("M6", `two manifests of version ${manifest.version} bear an owner's signature: the room is forked`);
  }
}

function invalid(rule: string, text: string): Fault {
  return refused(rule, Code.ManifestInvalid, text);
}

function conflict(): Fault {
  return refused("M5", Code.ManifestConflict, "the newest version is another: apply your change to that one");
}

function judgeFirst(first: Manifest, genesis: Genesis): Fault | undefined {
  const [owner, ...others] = first.owners;
  const follows =
    first.roomId === genesis.roomId &&
    equal(first.prevHash, genesisHash(genesis)) &&
    first.epoch === 0 &&
    first.prevEpochKey.length === 0 &&
    first.signer === 0 &&
    others.length === 0 &&
    owner !== undefined &&
    equal(owner.signPub, genesis.ownerSignPub) &&
    equal(owner.dhPub, genesis.ownerDhPub);
  return follows ? undefined : invalid("M2", "version 0 follows from the genesis: its hash, epoch 0, its one owner");
}

function judgeNext(before: Manifest, next: Manifest): Fault | undefined {
  if (next.roomId !== before.roomId || !equal(next.prevHash, before.hash))
    return invalid("M3", "the manifest does not name the hash of the version before");
  if (next.signer >= before.owners.length) return invalid("M3", "the signer is no owner of the version before");
  return epochHolds(before, next) ? undefined : invalid("M4", "keys change only with the epoch, which grows by one");
}

function epochHolds(before: Manifest, next: Manifest): boolean {
  if (next.epoch !== before.epoch) return next.epoch === before.epoch + 1 && next.prevEpochKey.length > 0;
  return (
    equal(next.epochKeyHash, before.epochKeyHash) &&
    equal(next.prevEpochKey, before.prevEpochKey) &&
    equal(next.admissionEditor, before.admissionEditor) &&
    equal(next.admissionViewer, before.admissionViewer)
  );
}
