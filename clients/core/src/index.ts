export * from "./client/index.ts";
export * from "./limits.ts";
