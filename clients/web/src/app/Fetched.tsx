import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { WayBack } from "../delivery/WayBack.tsx";
import { type Chunk, useChunk } from "./Chunk.ts";
import classes from "./Fetched.module.css";
import { Middle } from "./Middle.tsx";

interface Props<Module> {
  readonly chunk: Chunk<Module>;
  /** What stands there until it has come. */
  readonly meanwhile: ReactNode;
  readonly children: (module: Module) => ReactNode;
}

/** A part of the page that is drawn with what is fetched for it. Where that does not come this says so in its place, and takes nothing else with it. */
export function Fetched<Module>({ chunk, meanwhile, children }: Props<Module>) {
  const { module, problem, again } = useChunk(chunk);
  if (module) return children(module);
  if (problem === undefined) return meanwhile;
  const isLost = problem === "lost";
  return (
    <Middle>
      <p role="alert">
        {isLost
          ? "This part of the page could not be loaded from the server. If trying again does not help, load the page again: the server may have a newer version."
          : "This part of the page has a fault: it came from the server and failed as it began. Load the page again. If that does not help, tell whoever runs the server."}
      </p>
      <div className={classes.actions}>
        {isLost && (
          <Button size="compact-sm" variant="default" onClick={again}>
            Try again
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={() => location.reload()}>
          Load the page again
        </Button>
        {isLost && <WayBack size="compact-sm" />}
      </div>
    </Middle>
  );
}
