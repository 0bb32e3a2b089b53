export * from "./client/index.ts";
export * from "./protocol.ts";
