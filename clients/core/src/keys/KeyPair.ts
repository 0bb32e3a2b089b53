import { fromBase64Url, toBase64Url } from "../wire/Base64Text.ts";
import { EMPTY } from "../wire/Bytes.ts";
import { POINT_BYTES } from "./Point.ts";
import { sign, verify } from "./Signature.ts";
import { source, subtle } from "./Subtle.ts";

/**
 * A private key with its public point. Members' and owners' keys are non-extractable once they rest; only a fresh owner key
 * (for its recovery kit) and a fresh admission key (for its doors) leave as bytes, at their creation.
 */
export interface KeyPair {
  readonly privateKey: CryptoKey;
  /** 65 bytes, `04 ‖ X ‖ Y`. */
  readonly publicPoint: Uint8Array;
}

/** The two key pairs of an owner or a member. */
export interface Identity {
  readonly sign: KeyPair;
  readonly dh: KeyPair;
}

const SCALAR_BYTES = 32;

export type Purpose = "sign" | "dh";

function algorithm(purpose: Purpose): { name: string; namedCurve: string } {
  return { name: purpose === "sign" ? "ECDSA" : "ECDH", namedCurve: "P-256" };
}

function usages(purpose: Purpose): KeyUsage[] {
  return purpose === "sign" ? ["sign"] : ["deriveBits"];
}

export async function generateKeyPair(purpose: Purpose, extractable = false): Promise<KeyPair> {
  const wanted: KeyUsage[] = purpose === "sign" ? ["sign", "verify"] : ["deriveBits"];
  const pair = (await subtle.generateKey(algorithm(purpose), extractable, wanted)) as CryptoKeyPair;
  return { privateKey: pair.privateKey, publicPoint: new Uint8Array(await subtle.exportKey("raw", pair.publicKey)) };
}

export async function generateIdentity(extractable = false): Promise<Identity> {
  const [signing, dh] = await Promise.all([generateKeyPair("sign", extractable), generateKeyPair("dh", extractable)]);
  return { sign: signing, dh };
}

/** The 32-byte private scalar of an extractable key. */
export async function exportScalar(pair: KeyPair): Promise<Uint8Array> {
  const jwk = await subtle.exportKey("jwk", pair.privateKey);
  return fromBase64Url(jwk.d ?? "") ?? EMPTY;
}

/**
 * The key pair of a scalar and its point, non-extractable unless asked; undefined where the two do not belong together.
 * Engines differ in what they check at import, so a signing key also proves itself by a signature.
 */
export async function importKeyPair(
  purpose: Purpose,
  scalar: Uint8Array,
  publicPoint: Uint8Array,
  extractable = false,
): Promise<KeyPair | undefined> {
  if (scalar.length !== SCALAR_BYTES || publicPoint.length !== POINT_BYTES) return undefined;
  const jwk = {
    kty: "EC",
    crv: "P-256",
    d: toBase64Url(scalar),
    x: toBase64Url(publicPoint.subarray(1, 33)),
    y: toBase64Url(publicPoint.subarray(33)),
  };
  try {
    const privateKey = await subtle.importKey("jwk", jwk, algorithm(purpose), extractable, usages(purpose));
    const proof =
      purpose === "sign" ? privateKey : await subtle.importKey("jwk", jwk, algorithm("sign"), false, ["sign"]);
    const publicKey = await subtle.importKey("raw", source(publicPoint), algorithm("sign"), true, ["verify"]);
    const probe = Uint8Array.of(0);
    const matches = await verify(publicKey, "cert", probe, await sign(proof, "cert", probe));
    return matches ? { privateKey, publicPoint } : undefined;
  } catch {
    return undefined;
  }
}
