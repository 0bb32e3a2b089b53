import type { LiveRun, Room, RunState, RunView } from "@coterie/core";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { endWords, memory, seconds, tookWords, wentWell } from "./endWords.ts";
import classes from "./Runs.module.css";
import { comparedWith } from "./receipts.ts";
import { useRunView } from "./useRunView.ts";

/** How a run stands, in one line that no program can write. */
export function RunStatus({ live }: { live: LiveRun }) {
  const state = useWatch(live.state);
  const hand = useWatch(live.hand);
  const view = useRunView(live);
  const { room, runs } = useRoom();
  const repeated = runs.repeatedBy(live);
  const language = useWatch(runs.site, (site) => site?.languages.find(({ id }) => id === view?.language)?.name);
  const tone =
    state.phase === "lost" || (state.ended && !wentWell(state.ended)) ? "bad" : state.ended ? "good" : "plain";
  return (
    <p className={classes.status} data-tone={tone} role="status" title={state.terms?.protections}>
      <strong>{standing(state)}</strong>
      {[
        ...facts(state, language ?? view?.language ?? ""),
        ...(view && state.phase !== "ended" ? who(view, hand) : []),
        ...(repeated && view?.ended ? comparison(room, repeated, live.id) : []),
      ].map((fact) => (
        <span key={fact}>{fact}</span>
      ))}
    </p>
  );
}

function standing({ phase, ahead, compiling, ended, away, problem }: RunState): string {
  if (phase === "ended" && ended) return endWords(ended);
  if (phase === "lost") return problem ?? "It cannot be followed any more.";
  if (away) return "The connection was lost. It is being made again…";
  if (phase === "queued") {
    if (ahead === undefined) return "Waiting for the server…";
    if (ahead === 0) return "Waiting for its turn: it is the next";
    return ahead === 1 ? "Waiting: one run is ahead of it" : `Waiting: ${ahead} runs are ahead of it`;
  }
  return compiling ? "Compiling" : "Running";
}

function facts({ phase, terms, ended, full }: RunState, language: string): readonly string[] {
  const version = terms?.version ? [`${language} ${terms.version}`] : [];
  if (ended) return [...tookWords(ended), ...version];
  if (phase !== "running" || terms === undefined) return [];
  if (full) return [`it has said ${memory(terms.outputBytes)}, the most: what follows is left out`, ...version];
  return [...version, `up to ${memory(terms.memoryBytes)}, ${seconds(terms.wallMs)}`];
}

/** Of a run that repeats another one, once both have a receipt. */
function comparison(room: Room, repeated: string, id: string): readonly string[] {
  const other = comparedWith(room, id).find(({ run }) => run.id === repeated);
  if (other === undefined) return [];
  const when = new Date(other.run.time).toLocaleTimeString([], { timeStyle: "short" });
  const what = other.saidTheSame ? "the same as" : "something else than";
  return [
    `it said ${what} the run of ${when}${other.with.length > 0 ? `, which was with ${other.with.join(", ")}` : ""}`,
  ];
}

function who(view: RunView, hand: boolean): readonly string[] {
  if (view.mine) return view.shared ? ["everyone in the room may type"] : [];
  const name = view.name;
  if (!view.terminal) return [`${name} runs this; you are watching`];
  return hand ? [`${name} runs this; you may type, too`] : [`${name} runs this; you are watching`];
}
