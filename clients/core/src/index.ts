export * from "./client/index.ts";
export * from "./keys/index.ts";
export * from "./limits.ts";
export * from "./rooms/index.ts";
export * from "./wire/index.ts";
