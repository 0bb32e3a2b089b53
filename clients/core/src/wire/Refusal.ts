/**
 * Why a record, a frame or a request was refused: a code for programs, a rule id for engineers, and a text that tells a
 * person what to do (W8). The numbers travel; 100 and above are a client's own.
 */
export const Code = {
  /** Never sent: nothing is refused. */
  None: 0,
  Malformed: 1,
  Suite: 2,
  Version: 3,
  Session: 4,
  Cert: 5,
  Locked: 6,
  Forbidden: 7,
  Counter: 8,
  Stream: 9,
  StreamRule: 10,
  Seen: 11,
  Signature: 12,
  TooLarge: 13,
  RateLimited: 14,
  OutOfOrder: 15,
  NoSuchRoom: 16,
  RoomExists: 17,
  BadAccess: 18,
  AdminKey: 19,
  ManifestConflict: 20,
  ManifestInvalid: 21,
  Reserved: 22,
  Forked: 23,
  SlowReader: 24,
  StorageFailed: 25,
  RoomFull: 26,
  Origin: 27,
  ShuttingDown: 28,
  Destroyed: 29,
  Replaced: 30,
  Internal: 31,
  Wrap: 32,
  Removed: 33,
  TurnedAway: 34,
  Expired: 35,
  Blob: 36,
  Run: 37,
  Content: 100,
  Alarm: 101,
  Revoked: 102,
} as const;
export type Code = (typeof Code)[keyof typeof Code];

export interface Refusal {
  readonly code: Code;
  /** The rule of PROTOCOL.md that decided, for example "J7" or "T3". */
  readonly rule: string;
  readonly text: string;
}

export function refusal(code: Code, rule: string, text: string): Refusal {
  return { code, rule, text };
}
