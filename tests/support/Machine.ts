import { argon2id, MemoryVault, type Socket, type World } from "@coterie/core";

/** A member's world but for its network: this machine's clock, timers and randomness, a vault in memory. */
export abstract class Machine implements World {
  readonly vault: MemoryVault;

  /** @param vault what several pages of one browser share */
  constructor(vault = new MemoryVault()) {
    this.vault = vault;
  }

  abstract connect(url: string): Socket;

  /** Closes every connection, as a network does. */
  abstract drop(): void;

  now(): number {
    return Date.now();
  }

  random(length: number): Uint8Array {
    return crypto.getRandomValues(new Uint8Array(length));
  }

  setTimer(callback: () => void, ms: number): unknown {
    return setTimeout(callback, ms);
  }

  clearTimer(timer: unknown): void {
    clearTimeout(timer as NodeJS.Timeout);
  }

  async argon2id(password: Uint8Array, salt: Uint8Array): Promise<Uint8Array> {
    return await argon2id(password, salt);
  }
}
