import { hash } from "../keys/Hash.ts";
import { openAs, sealTo } from "../keys/Hpke.ts";
import { kdf } from "../keys/Kdf.ts";
import type { KeyPair } from "../keys/KeyPair.ts";
import { importSealingKey, NONCE_BYTES, open, seal } from "../keys/Sealing.ts";
import { concat, EMPTY, u32Bytes, utf8 } from "../wire/Bytes.ts";
import { idBytes, idOf, type RoomId, type RunId } from "../wire/Ids.ts";
import { RUN_KEY_BYTES } from "./RunOrder.ts";

/** Keys and sealed things of a run (section 16). */

/** An order for the server's run key. @returns enc ‖ ciphertext */
export function sealOrder(serverKey: Uint8Array, roomId: RoomId, order: Uint8Array): Promise<Uint8Array> {
  return sealTo(serverKey, concat(utf8("coterie/1/run\0"), idBytes(roomId)), EMPTY, order);
}

/** The order, as the server opens it; undefined where it was not sealed to this key for this room. */
export function openOrder(server: KeyPair, roomId: RoomId, sealed: Uint8Array): Promise<Uint8Array | undefined> {
  return openAs(server, concat(utf8("coterie/1/run\0"), idBytes(roomId)), EMPTY, sealed);
}

export function runIdOf(roomId: RoomId, sealed: Uint8Array): RunId {
  return idOf<RunId>(hash("run", idBytes(roomId), sealed));
}

/** What gives its events away: whoever knows the run key has it. */
export function accessOf(runKey: Uint8Array, run: RunId): Uint8Array {
  return kdf(runKey, idBytes(run), "run/access");
}

/** Seals and opens the events of one run. */
export class EventKey {
  readonly #key: CryptoKey;

  private constructor(key: CryptoKey) {
    this.#key = key;
  }

  static async of(runKey: Uint8Array, run: RunId): Promise<EventKey> {
    return new EventKey(await importSealingKey(kdf(runKey, idBytes(run), "run/output")));
  }

  seal(index: number, event: Uint8Array): Promise<Uint8Array> {
    return seal(this.#key, nonceOf(index), EMPTY, event);
  }

  /** Undefined where it is not the event of this number. */
  open(index: number, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    return open(this.#key, nonceOf(index), EMPTY, sealed);
  }
}

/** Seals and opens the commands that go over one connection. */
export class CommandKey {
  readonly #key: CryptoKey;
  readonly #run: Uint8Array;

  private constructor(key: CryptoKey, run: Uint8Array) {
    this.#key = key;
    this.#run = run;
  }

  /** @param challenge of the connection */
  static async of(handKey: Uint8Array, challenge: Uint8Array, run: RunId): Promise<CommandKey> {
    return new CommandKey(await importSealingKey(kdf(handKey, challenge, "run/hand")), idBytes(run));
  }

  seal(index: number, command: Uint8Array): Promise<Uint8Array> {
    return seal(this.#key, nonceOf(index), this.#run, command);
  }

  /** X5: undefined where it does not stand at its place. */
  open(index: number, sealed: Uint8Array): Promise<Uint8Array | undefined> {
    return open(this.#key, nonceOf(index), this.#run, sealed);
  }
}

/** A run's hand key, for one owner. @param owner the owner's key to seal to, 65 bytes */
export function sealHand(owner: Uint8Array, roomId: RoomId, run: RunId, handKey: Uint8Array): Promise<Uint8Array> {
  return sealTo(owner, handInfo(roomId), idBytes(run), handKey);
}

/** The hand key, or undefined where it was not sealed to this owner for this run. */
export async function openHand(
  owner: KeyPair,
  roomId: RoomId,
  run: RunId,
  sealed: Uint8Array,
): Promise<Uint8Array | undefined> {
  const handKey = await openAs(owner, handInfo(roomId), idBytes(run), sealed);
  return handKey?.length === RUN_KEY_BYTES ? handKey : undefined;
}

function handInfo(roomId: RoomId): Uint8Array {
  return concat(utf8("coterie/1/run-hand\0"), idBytes(roomId));
}

function nonceOf(index: number): Uint8Array {
  return concat(new Uint8Array(NONCE_BYTES - 4), u32Bytes(index));
}
