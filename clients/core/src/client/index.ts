export * from "./Observable.ts";
export * from "./RoomError.ts";
export * from "./Vault.ts";
export * from "./view.ts";
export * from "./World.ts";
