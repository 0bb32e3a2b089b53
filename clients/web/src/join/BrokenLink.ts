const parts: Record<string, string> = {
  Door: "the number of its door",
  Secret: "its secret",
  Version: "its version",
  Hash: "its check of the room's rules",
  HostKey: "the key of its host",
};

/** The address of a room that no password opens, without the part after # that is its key. */
export class BareAddress extends Error {
  constructor() {
    super("This is only the room’s address. The key that opens it stands after # in a link, and is missing here.");
    this.name = "BareAddress";
  }
}

/** A link that does not parse (PROTOCOL.md K8), and what of it is broken. */
export class BrokenLink extends Error {
  constructor(error: string) {
    const part = parts[error];
    super(
      part
        ? `Something is missing or wrong in ${part}: the part after # is not whole.`
        : "The address is not one of a room.",
    );
    this.name = "BrokenLink";
  }
}
