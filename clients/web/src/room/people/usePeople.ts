import type { Person } from "@coterie/core";
import { useCallback, useRef } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";

/** The people of the room. Carets move thirty times a second; this renders only when something about a person changes. */
export function usePeople(): readonly Person[] {
  const { room } = useRoom();
  const last = useRef<readonly Person[]>([]);
  const select = useCallback(({ people }: { people: readonly Person[] }) => {
    if (!alike(people, last.current)) last.current = people;
    return last.current;
  }, []);
  return useWatch(room.view, select);
}

function alike(some: readonly Person[], others: readonly Person[]): boolean {
  if (some.length !== others.length) return false;
  return some.every((person, nth) => {
    const other = others[nth]!;
    return (Object.keys(person) as (keyof Person)[]).every((key) => person[key] === other[key]);
  });
}
