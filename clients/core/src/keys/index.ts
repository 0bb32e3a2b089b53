export * from "./Argon2id.ts";
export * from "./Hash.ts";
export * from "./Hpke.ts";
export * from "./Kdf.ts";
export * from "./KeyPair.ts";
export * from "./Point.ts";
export * from "./Sealing.ts";
export * from "./Signature.ts";
