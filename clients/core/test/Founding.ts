import {
  createGenesis,
  type EpochKey,
  epochKeyHash,
  type Genesis,
  generateIdentity,
  generateKeyPair,
  genesisHash,
  type Identity,
  importEpochKey,
  type KeyPair,
  type Manifest,
  type ManifestFields,
  ManifestFlag,
  Retention,
  sealTitle,
  signManifest,
} from "../src/index.ts";

/** A room's beginning, with every secret in the open: what tests build their cases from. */
export interface Founding {
  readonly owner: Identity;
  readonly genesis: Genesis;
  readonly epochKeyBytes: Uint8Array;
  readonly epoch: EpochKey;
  readonly editorAdmission: KeyPair;
  readonly viewerAdmission: KeyPair;
  readonly incarnation: Uint8Array;
  readonly manifest: Manifest;
}

export function random(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}

export async function found(change: Partial<ManifestFields> = {}): Promise<Founding> {
  const owner = await generateIdentity(true);
  const genesis = createGenesis(owner.sign.publicPoint, owner.dh.publicPoint, random(16));
  const epochKeyBytes = random(32);
  const epoch = await importEpochKey(genesis.roomId, 0, epochKeyBytes);
  const editorAdmission = await generateKeyPair("sign", true);
  const viewerAdmission = await generateKeyPair("sign", true);
  const fields: ManifestFields = {
    roomId: genesis.roomId,
    version: 0,
    prevHash: genesisHash(genesis),
    epoch: 0,
    epochKeyHash: epochKeyHash(epochKeyBytes),
    prevEpochKey: new Uint8Array(0),
    title: await sealTitle(epoch, 0, "A room", random(12)),
    owners: [{ signPub: owner.sign.publicPoint, dhPub: owner.dh.publicPoint }],
    keepers: [],
    admissionEditor: editorAdmission.publicPoint,
    admissionViewer: viewerAdmission.publicPoint,
    flags: ManifestFlag.AdmissionOpen,
    locked: [],
    policy: 0,
    retention: Retention.Keep,
    doors: [],
    until: 0,
    signer: 0,
    ...change,
  };
  const manifest = await signManifest(fields, owner.sign.privateKey);
  return {
    owner,
    genesis,
    epochKeyBytes,
    epoch,
    editorAdmission,
    viewerAdmission,
    incarnation: random(16),
    manifest,
  };
}

/** The next version, signed by the first owner, with what the test changes. */
export function nextManifest(
  founding: Pick<Founding, "owner">,
  before: Manifest,
  change: Partial<ManifestFields> = {},
  key: CryptoKey = founding.owner.sign.privateKey,
): Promise<Manifest> {
  return signManifest({ ...before, version: before.version + 1, prevHash: before.hash, signer: 0, ...change }, key);
}
