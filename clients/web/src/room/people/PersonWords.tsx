import type { Person } from "@coterie/core";
import { Button } from "@mantine/core";
import { Dialog } from "../../app/Dialog.tsx";
import { attempt } from "../../app/toast.ts";
import { WordGrid } from "../header/WordGrid.tsx";
import { useRoom } from "../RoomContext.ts";
import classes from "./People.module.css";

/** The words by which one recognises a person's key, and the note that one has. */
export function PersonWords({ person, onClose }: { person: Person; onClose: () => void }) {
  const { room } = useRoom();
  const words = room.verified.wordsOf(person.memberId);
  const mark = async (yes: boolean) => {
    await attempt(room.verified.mark(person.memberId, yes));
    onClose();
  };
  return (
    <Dialog opened onClose={onClose} size={460} title={person.me ? "My words" : `Is this ${person.name}?`}>
      <p className={classes.text}>
        {person.me
          ? "Whoever wants to be sure that this is you asks you for these words, by voice or face to face."
          : `Ask ${person.name}, by voice or face to face, for the words that their own page shows beside their name (“My words”): if they are these, the person you talk to is the one who acts here under this name, and nobody with a copied link.`}
      </p>
      <WordGrid words={words} />
      {!person.me && (
        <>
          <p className={classes.text}>
            What you note is kept in this browser only, for this person’s key in this room: no new name, role or rule
            changes it.
          </p>
          <div className={classes.choice}>
            {person.verified ? (
              <Button variant="default" onClick={() => void mark(false)}>
                Take it back
              </Button>
            ) : (
              <Button onClick={() => void mark(true)}>They are the same</Button>
            )}
          </div>
        </>
      )}
    </Dialog>
  );
}
