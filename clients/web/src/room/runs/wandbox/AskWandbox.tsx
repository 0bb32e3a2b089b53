import { megabytes } from "../../bring/plan.ts";
import { AllPaths, firstOf } from "../AllPaths.tsx";
import { Ask } from "../Ask.tsx";
import type { Answer } from "../Asking.ts";
import { hostOf } from "../pipelines/Pipeline.ts";
import type { Packed } from "./packed.ts";

interface Props {
  readonly site: string;
  readonly packed: Packed;
  readonly answer: Answer;
}

/** What leaves the room for a Wandbox, and to whom, said before anything is asked of it. */
export function AskWandbox({ site, packed: { paths, bytes, left }, answer }: Props) {
  const host = hostOf(site);
  const many = paths.length === 1 ? "One file" : `${paths.length.toLocaleString()} files`;
  return (
    <Ask
      title={`${host} reads what it runs`}
      yes="Send and run"
      notAgain={`Do not ask again for ${host} in this room`}
      answer={answer}
    >
      <p>
        {many}, {megabytes(bytes)}, {paths.length === 1 ? "leaves" : "leave"} the room's encryption, with the arguments
        and the input, for <strong>{site}</strong>: {firstOf(paths)}.
        {left > 0 && " The others stay: what is no text, and what lies outside the program's folder."}
      </p>
      <AllPaths paths={paths} />
      <p>
        It is another server than this one, in other hands. It learns your network address and this server's, can read
        and keep what it is sent, and says what it likes. Nothing was asked of it before. What comes back shows on your
        screen alone: nobody else in the room sees that you ran this. In this visit it is not asked about again, also
        for other programs, and for those that run again when they are saved.
      </p>
    </Ask>
  );
}
