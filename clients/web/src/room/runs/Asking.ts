import type { Gathered } from "./gather.ts";
import type { Packed } from "./wandbox/packed.ts";

/** @param forGood whether it need not be asked again in this room */
export type Answer = (yes: boolean, forGood?: boolean) => void;

/** What a person is asked before their first program goes somewhere: whether it may be read there. */
export type Asking = { readonly answer: Answer } & (
  | { readonly of: "server"; readonly gathered: Gathered; readonly server: string }
  | { readonly of: "wandbox"; readonly site: string; readonly packed: Packed }
  | { readonly of: "onlinegdb"; readonly page: string; readonly name: string }
);
