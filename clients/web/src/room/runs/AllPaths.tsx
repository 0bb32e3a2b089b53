import { listed } from "../../app/listed.ts";
import { legible } from "../bring/plan.ts";
import classes from "./AllPaths.module.css";

const mostNamed = 4;

/** The first of what leaves the room, for a sentence. */
export function firstOf(paths: readonly string[]): string {
  return listed(
    paths.map((path) => legible(path, 60)),
    mostNamed,
  );
}

/** All of it, for who wants to see it; nothing where the sentence has named all. */
export function AllPaths({ paths }: { paths: readonly string[] }) {
  if (paths.length <= mostNamed) return null;
  return (
    <details className={classes.all}>
      <summary>All {paths.length.toLocaleString()} files</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, also by keyboard */}
      <ul tabIndex={0} aria-label="The files that go along">
        {paths.map((path) => (
          <li key={path}>{legible(path, 1_024)}</li>
        ))}
      </ul>
    </details>
  );
}
