import { WordGrid } from "./WordGrid.tsx";
import classes from "./Words.module.css";

export function Words({ words }: { words: readonly string[] }) {
  return (
    <>
      <p className={classes.text}>
        Read these aloud to each other, by voice. If everyone has the same words in the same order, everyone is in the
        same room, and nobody sits in between.
      </p>
      <WordGrid words={words} />
      <p className={classes.text}>They change whenever the owner changes the room’s rules, for everyone at once.</p>
    </>
  );
}
