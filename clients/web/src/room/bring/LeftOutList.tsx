import type { ReactNode } from "react";
import classes from "./Bring.module.css";
import type { LeftOut, Renamed } from "./gather.ts";
import { legible } from "./plan.ts";

const mostListed = 200;

/** How many files and folders a list of what does not come is about. */
export function countOf(leftOut: readonly LeftOut[]): number {
  return leftOut.reduce((sum, { more = [] }) => sum + 1 + more.length, 0);
}

/** What does not come, and why. */
export function LeftOutList({ leftOut }: { leftOut: readonly LeftOut[] }) {
  if (leftOut.length === 0) return null;
  const lines = leftOut.slice(0, mostListed).map(({ path, why, more = [] }) => (
    <li key={path}>
      <Path path={path} />
      {more.length > 0 && ` and ${more.length.toLocaleString()} more`} <bdi className={classes.why}>{why}</bdi>
      {more.length > 0 && <Others paths={more} />}
    </li>
  ));
  return (
    <section aria-label="Left out">
      <p className={classes.said}>Left out: {countOf(leftOut).toLocaleString()}</p>
      <Lines lines={lines} of={leftOut.length} />
    </section>
  );
}

function Others({ paths }: { paths: readonly string[] }) {
  return (
    <details>
      <summary>Show them</summary>
      {paths.slice(0, mostListed).map((path) => (
        <div key={path}>
          <Path path={path} />
        </div>
      ))}
      {paths.length > mostListed && <div>and {(paths.length - mostListed).toLocaleString()} more</div>}
    </details>
  );
}

/** What is called otherwise now. */
export function RenamedList({ renamed }: { renamed: readonly Renamed[] }) {
  if (renamed.length === 0) return null;
  const lines = renamed.slice(0, mostListed).map(({ from, to }) => (
    <li key={to}>
      <Path path={from} /> → <Path path={to} />
    </li>
  ));
  return (
    <section aria-label="Other names">
      <p className={classes.said}>
        A room tells no names apart by capitals or by how an accent is written. Renamed:{" "}
        {renamed.length.toLocaleString()}
      </p>
      <Lines lines={lines} of={renamed.length} />
    </section>
  );
}

function Path({ path }: { path: string }) {
  return <bdi className={classes.path}>{legible(path)}</bdi>;
}

function Lines({ lines, of }: { lines: readonly ReactNode[]; of: number }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
    <ul className={classes.list} tabIndex={0}>
      {lines}
      {of > mostListed && <li>and {(of - mostListed).toLocaleString()} more</li>}
    </ul>
  );
}
