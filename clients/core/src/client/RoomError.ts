/** What a person is told when something in a room cannot be done. `text` says what to do; it holds no secret and no address. */
export class RoomError extends Error {
  /** A code of PROTOCOL.md section 9, or 100 Content, 101 Alarm; 0 where none fits (no connection, nothing sent). */
  readonly code: number;
  readonly text: string;

  constructor(code: number, text: string) {
    super(text);
    this.name = "RoomError";
    this.code = code;
    this.text = text;
  }
}

/** A judge's words as a sentence for a person. */
export function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}
