import { argon2id, passwordBytes } from "../keys/Argon2id.ts";
import { type Identity, importKeyPair, type KeyPair, type Purpose } from "../keys/KeyPair.ts";
import { importSealingKey, NONCE_BYTES, open, seal } from "../keys/Sealing.ts";
import { source, subtle } from "../keys/Subtle.ts";
import { roomIdText } from "../wire/Base32.ts";
import { fromBase64Url, toBase64Url } from "../wire/Base64Text.ts";
import { ByteReader } from "../wire/ByteReader.ts";
import { EMPTY } from "../wire/Bytes.ts";
import { ByteWriter } from "../wire/ByteWriter.ts";
import { failed } from "../wire/WireError.ts";
import { type Genesis, parseGenesis, SALT_BYTES } from "./Genesis.ts";

/**
 * The recovery kit: a text that gives a room's first owner its keys back, and the secret of its editor link (section 2, K10). Written once, before the keys
 * become non-extractable; who has the text, and its passphrase if it has one, is the owner.
 */
export interface Recovered {
  readonly genesis: Genesis;
  readonly owner: Identity;
  /** Makes the editor link; kits of version 1 hold none. */
  readonly editSecret: Uint8Array | undefined;
}

export type RecoveryError =
  | "NotAKit" // another text
  | "Version" // made by a newer program
  | "Passphrase" // wrong or missing
  | "Mismatch"; // its room or its keys are not its genesis's

const FORMAT = "coterie-recovery";
/** 1 for a kit without the edit secret. */
const VERSION = 2;
const MAX_CHARACTERS = 8_192;
const EDIT_SECRET_BYTES = 32;

type PasswordHash = (password: Uint8Array, salt: Uint8Array) => Promise<Uint8Array>;

/**
 * @param kit its keys are extractable. @param passphrase undefined for a kit that opens without one: to be printed and locked away.
 * @param random gives that many fresh random bytes.
 * @throws RangeError for a passphrase of no or more than 1,024 bytes.
 */
export async function writeRecovery(
  { genesis, owner, editSecret }: Recovered,
  passphrase: string | undefined,
  random: (length: number) => Uint8Array,
  derive: PasswordHash = argon2id,
): Promise<string> {
  const signKey = await pkcs8(owner.sign);
  const dhKey = await pkcs8(owner.dh);
  const head = {
    format: FORMAT,
    version: editSecret === undefined ? 1 : VERSION,
    room: roomIdText(genesis.roomId),
    genesis: toBase64Url(genesis.bytes),
  };
  if (passphrase === undefined) {
    const keys = { signKey: toBase64Url(signKey), dhKey: toBase64Url(dhKey) };
    return text({ ...head, ...keys, ...(editSecret && { editSecret: toBase64Url(editSecret) }) });
  }
  const password = passwordBytes(passphrase);
  if (failed(password)) throw new RangeError("a passphrase has 1 to 1,024 bytes of UTF-8");
  const salt = random(SALT_BYTES);
  const nonce = random(NONCE_BYTES);
  const writer = new ByteWriter(512).b16(signKey).b16(dhKey);
  const plain = (editSecret === undefined ? writer : writer.b16(editSecret)).done();
  const key = await importSealingKey(await derive(password, salt));
  const sealed = await seal(key, nonce, genesis.bytes, plain);
  return text({ ...head, salt: toBase64Url(salt), nonce: toBase64Url(nonce), sealed: toBase64Url(sealed) });
}

function text(kit: Record<string, string | number>): string {
  return `${JSON.stringify(kit, undefined, 2)}\n`;
}

async function pkcs8(pair: KeyPair): Promise<Uint8Array> {
  return new Uint8Array(await subtle.exportKey("pkcs8", pair.privateKey));
}

/** K10. @param passphrase undefined where the person gave none. The keys come back non-extractable. */
export async function readRecovery(
  kitText: string,
  passphrase: string | undefined,
  derive: PasswordHash = argon2id,
): Promise<Recovered | { readonly error: RecoveryError }> {
  const kit = kitText.length > MAX_CHARACTERS ? undefined : readKit(kitText);
  if (kit === undefined) return { error: "NotAKit" };
  if (kit.version !== 1 && kit.version !== VERSION) return { error: "Version" };
  const genesis = parseGenesis(field(kit, "genesis"));
  if (failed(genesis)) return { error: "NotAKit" };
  const keys = "sealed" in kit ? await unseal(kit, genesis, passphrase, derive) : plainKeys(kit);
  if ("error" in keys) return keys;
  const { editSecret } = keys;
  if (editSecret?.length !== (kit.version === 1 ? undefined : EDIT_SECRET_BYTES)) return { error: "NotAKit" };
  const [signKey, dhKey] = await Promise.all([
    owned("sign", keys.signKey, genesis.ownerSignPub),
    owned("dh", keys.dhKey, genesis.ownerDhPub),
  ]);
  if (kit.room !== roomIdText(genesis.roomId) || signKey === undefined || dhKey === undefined)
    return { error: "Mismatch" };
  return { genesis, owner: { sign: signKey, dh: dhKey }, editSecret };
}

type Kit = Readonly<Record<string, unknown>>;

function readKit(kitText: string): Kit | undefined {
  try {
    const kit: unknown = JSON.parse(kitText);
    return typeof kit === "object" && kit !== null && "format" in kit && kit.format === FORMAT
      ? (kit as Kit)
      : undefined;
  } catch {
    return undefined;
  }
}

function field(kit: Kit, name: string): Uint8Array {
  const value = kit[name];
  return (typeof value === "string" ? fromBase64Url(value) : undefined) ?? EMPTY;
}

interface Secrets {
  readonly signKey: Uint8Array;
  readonly dhKey: Uint8Array;
  readonly editSecret: Uint8Array | undefined;
}

function plainKeys(kit: Kit): Secrets | { readonly error: RecoveryError } {
  const editSecret = kit.version === 1 ? undefined : field(kit, "editSecret");
  const keys = { signKey: field(kit, "signKey"), dhKey: field(kit, "dhKey"), editSecret };
  return keys.signKey.length > 0 && keys.dhKey.length > 0 ? keys : { error: "NotAKit" };
}

async function unseal(
  kit: Kit,
  genesis: Genesis,
  passphrase: string | undefined,
  derive: PasswordHash,
): Promise<Secrets | { readonly error: RecoveryError }> {
  const [salt, nonce, sealed] = [field(kit, "salt"), field(kit, "nonce"), field(kit, "sealed")];
  if (salt.length !== SALT_BYTES || nonce.length !== NONCE_BYTES || sealed.length === 0) return { error: "NotAKit" };
  const password = passwordBytes(passphrase ?? "");
  if (failed(password)) return { error: "Passphrase" };
  const key = await importSealingKey(await derive(password, salt));
  const plain = await open(key, nonce, genesis.bytes, sealed);
  if (plain === undefined) return { error: "Passphrase" };
  const reader = new ByteReader(plain);
  const [signKey, dhKey] = [reader.b16(), reader.b16()];
  const keys = { signKey, dhKey, editSecret: kit.version === 1 ? undefined : reader.b16() };
  return reader.end() ? { error: "NotAKit" } : keys;
}

/** The key pair, only where the private key is that of the point. */
async function owned(purpose: Purpose, key: Uint8Array, point: Uint8Array): Promise<KeyPair | undefined> {
  try {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const exportable = await subtle.importKey("pkcs8", source(key), algorithm, true, ["sign"]);
    const { d } = await subtle.exportKey("jwk", exportable);
    return importKeyPair(purpose, fromBase64Url(d ?? "") ?? EMPTY, point);
  } catch {
    return undefined;
  }
}
