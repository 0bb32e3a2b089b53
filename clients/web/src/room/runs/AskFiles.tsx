import { megabytes } from "../bring/plan.ts";
import { AllPaths, firstOf } from "./AllPaths.tsx";
import { Ask } from "./Ask.tsx";
import type { Answer } from "./Asking.ts";
import type { Gathered } from "./gather.ts";

interface Props {
  readonly gathered: Gathered;
  readonly server: string;
  readonly answer: Answer;
}

/** What leaves the room for a run, said before the first one. */
export function AskFiles({ gathered, server, answer }: Props) {
  const { files, bytes, partly } = gathered;
  const many = files.length === 1 ? "One file" : `${files.length.toLocaleString()} files`;
  const paths = files.map(({ path }) => path);
  return (
    <Ask title="The server reads what it runs" yes="Run" notAgain="Do not ask again in this room" answer={answer}>
      <p>
        {many}, {megabytes(bytes)}, {files.length === 1 ? "goes" : "go"} to <strong>{server}</strong>, which can read
        them: {firstOf(paths)}.
        {partly && " The room has more; only what stands at its root and in the program's folder goes along."}
      </p>
      <AllPaths paths={paths} />
      <p>
        Whoever runs that server could keep them. The rest of the room stays sealed; that you ran this, and what it
        says, everyone in the room can see. In this visit you are not asked again, also for other programs.
      </p>
    </Ask>
  );
}
