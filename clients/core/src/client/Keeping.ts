import { roomIdText } from "../wire/Base32.ts";
import { Code } from "../wire/Refusal.ts";
import { type Keyring, saveKeyring } from "./Keyring.ts";
import type { RoomSync } from "./RoomSync.ts";
import type { RecentRoom } from "./Vault.ts";

const GONE: { readonly [code: number]: RecentRoom["gone"] } = {
  [Code.Destroyed]: "destroyed",
  [Code.NoSuchRoom]: "missing",
};

/** Keeps a room's keys and its place in the list for the next visit: one write after the other, none after the end. */
export class Keeping {
  readonly #sync: RoomSync;
  readonly #said: () => { readonly title: string; readonly gone: number | undefined };
  #turn: Promise<void> = Promise.resolve();
  #ended = false;

  /** @param said the room's title, and with which code it ended where it did */
  constructor(sync: RoomSync, said: () => { readonly title: string; readonly gone: number | undefined }) {
    this.#sync = sync;
    this.#said = said;
  }

  keep(change: Partial<Keyring> = {}): Promise<void> {
    this.#sync.own.keep(change);
    const kept = this.#turn.then(() => (this.#ended ? undefined : this.#write()));
    this.#turn = kept.catch(() => {});
    return kept;
  }

  /** The same where nobody waits for it: what the vault does not take now is in the next write. */
  soon(): void {
    this.keep().catch(() => {});
  }

  /** Ends when what was being written is. */
  async end(): Promise<void> {
    this.#ended = true;
    await this.#turn;
  }

  async #write(): Promise<void> {
    const { keyring, world } = this.#sync;
    await saveKeyring(world.vault, keyring);
    const { title, gone } = this.#said();
    const end = gone === undefined ? undefined : GONE[gone];
    await world.vault.remember({
      id: roomIdText(keyring.roomId),
      title,
      server: keyring.server,
      kind: keyring.kind,
      name: keyring.name,
      lastOpened: world.now(),
      ...(end !== undefined && { gone: end }),
    });
  }
}
