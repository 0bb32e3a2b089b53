import type { Person } from "@coterie/core";
import { useEffect, useRef } from "react";
import { Avatar } from "../people/Avatar.tsx";
import classes from "./Chat.module.css";

interface Props {
  id: string;
  people: readonly Person[];
  chosen: number;
  onChoose: (person: Person) => void;
}

/** Whom an `@` may mean. The keyboard stays in the box, whose arrows move through this. */
export function Mentions({ id, people, chosen, onChoose }: Props) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: "nearest" });
  }, [chosen]);
  return (
    <div ref={list} className={classes.mentions} id={id} role="listbox" aria-label="People to mention">
      {people.map((person, nth) => (
        // biome-ignore lint/a11y/useFocusableInteractive: the box keeps the keyboard and names the active one
        // biome-ignore lint/a11y/useKeyWithClickEvents: the box has the keys
        <div
          key={person.memberId}
          id={optionId(id, nth)}
          role="option"
          aria-selected={nth === chosen}
          onPointerDown={(event) => event.preventDefault()} // the box keeps the keyboard
          onClick={() => onChoose(person)}
        >
          <Avatar name={person.name} colour={person.colour} away={!person.live || person.away} />
          <span>{person.name}</span>
          {!person.live && <span className={classes.soft}>not here</span>}
        </div>
      ))}
    </div>
  );
}

export function optionId(list: string, nth: number): string {
  return `${list}-${nth}`;
}
