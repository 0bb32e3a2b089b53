import { exportScalar, type KeyPair } from "../keys/KeyPair.ts";
import { type Door, type DoorRole, doorKeys, doorSeed, type Needs, sealDoor, viewSecret } from "../rooms/Door.ts";
import { Role } from "../wire/Classes.ts";
import type { RoomId } from "../wire/Ids.ts";
import type { World } from "./World.ts";

/** What opens an epoch's doors, and what lies behind them. All secret. */
export interface Behind {
  readonly roomId: RoomId;
  readonly epoch: number;
  /** 32 bytes. */
  readonly epochKey: Uint8Array;
  /** Extractable: their scalars go into the doors. */
  readonly admission: { readonly editor: KeyPair; readonly viewer: KeyPair };
  /** 32 bytes; the viewers' link follows from it. */
  readonly editSecret: Uint8Array;
  /** Argon2id of the password, where there is one. */
  readonly pass: Uint8Array | undefined;
  /** Whether an owner lets in who opens them. */
  readonly byApproval: boolean;
}

export interface DoorPlan {
  readonly id: number;
  readonly role: DoorRole;
  readonly needs: Needs;
}

/** Makes a room's doors as planned. Each that needs a password is planned only where there is one. */
export async function makeDoors(world: World, behind: Behind, plans: readonly DoorPlan[]): Promise<Door[]> {
  const { roomId, epoch, epochKey, admission, editSecret, pass, byApproval } = behind;
  return await Promise.all(
    plans.map(async ({ id, role, needs }) => {
      const link = role === Role.Editor ? editSecret : viewSecret(editSecret, roomId);
      const seed = doorSeed(roomId, id, needs, link, pass)!;
      const pair = role === Role.Editor ? admission.editor : admission.viewer;
      const admissionScalar = byApproval ? undefined : await exportScalar(pair);
      const draft = { id, role, needs, epoch, nonce: world.random(12), epochKey, admissionScalar };
      return await sealDoor(roomId, doorKeys(seed, roomId), draft);
    }),
  );
}
