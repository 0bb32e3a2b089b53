/** The protocol without the sync client: what the oracle, the vectors and a bot need. */
export * from "./keys/index.ts";
export * from "./limits.ts";
export * from "./rooms/index.ts";
export * from "./runs/index.ts";
export * from "./wire/index.ts";
