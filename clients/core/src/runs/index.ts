export * from "./RunCommand.ts";
export * from "./RunEnd.ts";
export * from "./RunEnded.ts";
export * from "./RunEvent.ts";
export * from "./RunFrame.ts";
export * from "./RunKeys.ts";
export * from "./RunOrder.ts";
