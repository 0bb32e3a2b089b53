import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../RoomContext.ts";
import { RunForm } from "./RunForm.tsx";
import classes from "./Runs.module.css";
import { RunTabs } from "./RunTabs.tsx";
import { RunView } from "./RunView.tsx";
import { TerminalPlace } from "./TerminalPlace.tsx";

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
        <div className={classes.problem} role="alert">
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
        {tabs.length === 0 && <p className={classes.middle}>Nothing runs here yet.</p>}
        {tabs.length === 0 && <TerminalPlace />}
      </div>
    </>
  );
}
