import classes from "./Problem.module.css";

/** Why what was asked for in a form did not happen, and what to do; told at once to who cannot see it. */
export function Problem({ text }: { text: string }) {
  return (
    <p role="alert" className={classes.problem}>
      {text}
    </p>
  );
}
