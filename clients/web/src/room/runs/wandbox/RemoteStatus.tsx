import { useWatch } from "../../../app/useWatch.ts";
import { endWords, seconds, wentWell } from "../endWords.ts";
import classes from "../Runs.module.css";
import type { RemoteRun } from "./RemoteRun.ts";

/** How a run elsewhere stands, in one line: what it took there nobody measures, and nobody else sees it. */
export function RemoteStatus({ live }: { live: RemoteRun }) {
  const { phase, ended, problem, wallMs } = useWatch(live.state);
  const tone = phase === "lost" || (ended && !wentWell(ended)) ? "bad" : ended ? "good" : "plain";
  const facts = [
    ...(wallMs === undefined ? [] : [`answered after ${seconds(wallMs)}`]),
    live.compiler.label,
    `at ${live.host}`,
    "only you see this",
  ];
  return (
    <p className={classes.status} data-tone={tone} role="status">
      <strong>{ended ? endWords(ended) : (problem ?? `${live.host} compiles and runs it`)}</strong>
      {facts.map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </p>
  );
}
