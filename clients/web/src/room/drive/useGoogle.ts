import { useCallback, useEffect, useRef, useState } from "react";
import { driveSite } from "../../app/drive.ts";
import { words } from "../../app/toast.ts";
import { useRoom } from "../RoomContext.ts";
import { askGoogle } from "./askGoogle.ts";
import { DriveProblem } from "./DriveProblem.ts";
import type { Asker } from "./drive.ts";

export type Stage = "rest" | "asking" | "working";

/**
 * Does things that need Google's leave, one at a time: a newer one, `stop`, and the end of the dialog end the one before. `go` asks the
 * person in Google's window first where there is no leave, so that it has to be called while a press of a button is handled.
 */
export function useGoogle() {
  const { grant } = useRoom();
  const [stage, setStage] = useState<Stage>("rest");
  const [problem, setProblem] = useState<string>();
  const current = useRef(new AbortController());
  useEffect(() => () => current.current.abort(), []);

  const stop = useCallback(() => {
    current.current.abort();
    setStage("rest");
  }, []);

  const go = useCallback(
    async (work: (asker: Asker) => Promise<void>) => {
      current.current.abort();
      const mine = new AbortController();
      current.current = mine;
      const { signal } = mine;
      setProblem(undefined);
      try {
        if (grant.token === undefined) {
          setStage("asking");
          const { token, forMs } = await askGoogle(driveSite!, signal);
          signal.throwIfAborted();
          grant.keep(token, forMs);
        }
        setStage("working");
        await work({ site: driveSite!, token: grant.token!, signal });
      } catch (error) {
        if (signal.aborted) return;
        if (error instanceof DriveProblem && error.kind === "ask") grant.forget();
        setProblem(words(error));
      }
      if (!signal.aborted) setStage("rest");
    },
    [grant],
  );

  return { stage, problem, go, stop };
}
