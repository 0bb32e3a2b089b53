import { Observable } from "@coterie/core";
import { Menu } from "@mantine/core";
import { IconAlertCircle, IconAlertTriangle, IconChevronUp } from "@tabler/icons-react";
import { useRef } from "react";
import { useWatch } from "../../../app/useWatch.ts";
import { useRoom } from "../../RoomContext.ts";
import type { ShownRun } from "../ShownRun.ts";
import { openPlace } from "./openPlace.ts";
import type { Problem } from "./Problem.ts";
import classes from "./ProblemMenu.module.css";

const none = new Observable<readonly Problem[]>([]);

/** How many problems a run has, and all of them: each leads to its place. */
export function ProblemMenu({ live }: { live: ShownRun }) {
  const { desk, runs } = useRoom();
  const button = useRef<HTMLButtonElement>(null);
  const problems = useWatch(runs.problems.of(live)?.problems ?? none);
  if (problems.length === 0) return null;
  return (
    <Menu position="top-end" returnFocus={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <button ref={button} type="button" className={classes.button} data-severity={worst(problems)}>
          <Severity of={worst(problems)} />
          {problems.length === 1 ? "1 problem" : `${problems.length} problems`}
          <IconChevronUp size={14} aria-hidden />
        </button>
      </Menu.Target>
      <Menu.Dropdown
        className={classes.list ?? ""}
        onKeyDown={(event) => event.key === "Escape" && button.current?.focus()}
      >
        {problems.map((problem) => (
          <Menu.Item
            key={placeOf(problem) + problem.message}
            leftSection={<Severity of={problem.severity} />}
            onClick={() => openPlace(desk, problem)}
          >
            <span className={classes.message}>{problem.message}</span>
            <span className={classes.place}>{placeOf(problem)}</span>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function Severity({ of }: { of: Problem["severity"] }) {
  const Icon = of === "error" ? IconAlertCircle : IconAlertTriangle;
  return <Icon size={15} className={classes.severity} data-severity={of} aria-label={of} role="img" />;
}

function worst(problems: readonly Problem[]): Problem["severity"] {
  return problems.some(({ severity }) => severity === "error") ? "error" : "warning";
}

function placeOf({ path, line, column }: Problem): string {
  return column === undefined ? `${path}:${line}` : `${path}:${line}:${column}`;
}
