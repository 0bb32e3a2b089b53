import classes from "./Words.module.css";

export function WordGrid({ words }: { words: readonly string[] }) {
  return (
    <ol className={classes.words}>
      {words.map((word, nth) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the place of a word is what it is; words may repeat
        <li key={nth}>{word}</li>
      ))}
    </ol>
  );
}
