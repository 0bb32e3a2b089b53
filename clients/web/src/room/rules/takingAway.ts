import type { Person, RoleName } from "@coterie/core";

/** A change that gives the room new keys. */
export interface TakingAway {
  readonly title: string;
  /** Whose it is; undefined where it is about nobody in particular. */
  readonly person: Person | undefined;
  /** What they are from then on; undefined where they may not be here any more. */
  readonly role: RoleName | undefined;
  /** Whether an owner lets in who comes from then on; undefined where that stays as it is. */
  readonly byApproval?: boolean;
}

const RANKS: Readonly<Record<RoleName, number>> = { viewer: 1, editor: 2, owner: 3 };

/** Whether a role gives less than another, so that the old keys must not stay good. */
export function isLess(role: RoleName, than: RoleName): boolean {
  return RANKS[role] < RANKS[than];
}

export function removal(person: Person): TakingAway {
  return { title: `Remove ${person.name}`, person, role: undefined };
}

export function demotion(person: Person, role: RoleName): TakingAway {
  return { title: `Make ${person.name} ${article(role)}`, person, role };
}

export const newLinks: TakingAway = { title: "New links", person: undefined, role: undefined };

export function askedFirst(byApproval: boolean): TakingAway {
  const title = byApproval ? "Owners let people in" : "Links let people in";
  return { title, person: undefined, role: undefined, byApproval };
}

function article(role: RoleName): string {
  return role === "viewer" ? "a viewer" : `an ${role}`;
}
