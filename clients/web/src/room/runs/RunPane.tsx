import { useWatch } from "../../app/useWatch.ts";
import { legible } from "../bring/plan.ts";
import { useRoom } from "../RoomContext.ts";
import { useRoomView } from "../useRoomView.ts";
import { mayRun } from "./mayRun.ts";
import { RunForm } from "./RunForm.tsx";
import own from "./RunPane.module.css";
import classes from "./Runs.module.css";
import { RunTabs } from "./RunTabs.tsx";
import { RunView } from "./RunView.tsx";
import { TerminalPlace } from "./TerminalPlace.tsx";

/** Where none is looked at: what of the room runs meanwhile, also what this person's page began before it was loaded anew. */
function Going() {
  const { room, runs } = useRoom();
  const view = useRoomView(room);
  const going = useWatch(room.runs.view).filter((run) => mayRun(run, view));
  if (going.length === 0) return <p className={classes.middle}>Nothing runs here yet.</p>;
  return (
    <div className={classes.ongoing}>
      <p>{going.length === 1 ? "A program runs:" : `${going.length} programs run:`}</p>
      {going.map((run) => (
        <button key={run.id} type="button" className={classes.going} onClick={() => runs.watch(run.id)}>
          {legible(run.entry, 60)}, {run.mine ? "yours" : `run by ${run.name}`}: {run.mine ? "go on with it" : "watch"}
        </button>
      ))}
    </div>
  );
}

/** The runs that are looked at, one in front, and beside it how the next one begins. */
export default function RunPane() {
  const { runs } = useRoom();
  const tabs = useWatch(runs.tabs);
  const front = useWatch(runs.front);
  const asksForm = useWatch(runs.asksForm);
  const problem = useWatch(runs.problem);
  return (
    <>
      <RunTabs />
      {problem !== undefined && (
        <div className={own.problem} role="alert">
          <p>{problem.text}</p>
          <div>
            {problem.entry &&
              problem.others.map((other) => (
                <button key={other} type="button" onClick={() => void runs.run(problem.entry, { by: other })}>
                  {runs.wordsOf(other, problem.entry!).does}
                </button>
              ))}
            <button type="button" onClick={() => runs.problem.set(undefined)}>
              Close
            </button>
          </div>
        </div>
      )}
      <div className={classes.body} data-form={asksForm}>
        {asksForm && <RunForm />}
        {tabs.map((tab) => (
          <RunView key={tab.key} tab={tab} shown={tab.live === front} />
        ))}
        {tabs.length === 0 && <Going />}
        {tabs.length === 0 && <TerminalPlace />}
      </div>
    </>
  );
}
