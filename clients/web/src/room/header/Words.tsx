import classes from "./Words.module.css";

export function Words({ words }: { words: readonly string[] }) {
  return (
    <>
      <p className={classes.text}>
        Read these aloud to each other, by voice. If everyone has the same words in the same order, everyone is in the
        same room, and nobody sits in between.
      </p>
      <ol className={classes.words}>
        {words.map((word, nth) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the place of a word is what it is; words may repeat
          <li key={nth}>{word}</li>
        ))}
      </ol>
      <p className={classes.text}>They change whenever the owner changes the room’s rules, for everyone at once.</p>
    </>
  );
}
