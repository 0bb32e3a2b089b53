/** A file that is to come into the room; its path is relative to where that will be, with "/" between names. */
export type Incoming = {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  readonly read: () => Promise<Uint8Array>;
  /** Its first bytes, where these cost less than all of it. */
  readonly head?: (bytes: number) => Promise<Uint8Array>;
  /** Of a file that lies on this machine: it can be read again, in parts. */
  readonly file?: File;
};
