/**
 * What a parser gives instead of a value (PROTOCOL.md K8, M1, R1, P1, W1). Parsers are total: they never throw, and they
 * never allocate by a length that the bytes at hand do not cover. The names, and which of several faults gives its name, are
 * fixed in tests/vectors/README.md and equal in both languages.
 */
export type WireError =
  | "TooLarge" // the whole is over its bound
  | "Truncated" // the bytes end before the layout does
  | "Length" // a length or count outside its bounds
  | "Suite" // another suite than 1
  | "Value" // a byte outside its legal values, or a u64 above 2^53 - 1
  | "Point" // not a point of P-256
  | "Duplicate" // an id stands twice in a list
  | "Text" // not UTF-8
  | "Trailing" // bytes remain after the layout
  | "Content" // a record's plaintext whose padding is wrong
  | "NotALink"
  | "Room"
  | "Door"
  | "Secret"
  | "Version"
  | "Hash"
  | "HostKey";

export interface Failure {
  readonly error: WireError;
}

export type Parsed<T extends object> = T | Failure;

export function failed(parsed: object): parsed is Failure {
  return "error" in parsed;
}
