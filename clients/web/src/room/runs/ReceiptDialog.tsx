import type { LiveRun, RunView } from "@coterie/core";
import { toHex } from "@coterie/core/wire/Bytes.ts";
import { Button, Group } from "@mantine/core";
import { Dialog } from "../../app/Dialog.tsx";
import { useWatch } from "../../app/useWatch.ts";
import { legible, megabytes } from "../bring/plan.ts";
import { useRoom } from "../RoomContext.ts";
import { endWords, memory, seconds, tookWords } from "./endWords.ts";
import classes from "./Runs.module.css";
import { type Compared, comparedWith, saidTheSame, wasTyped } from "./receipts.ts";

/** So much of a hash is compared by eye; the rest shows to who points at it. */
const shownDigits = 16;
/** So many other runs are listed, the newest. */
const mostListed = 20;

interface Props {
  readonly live: LiveRun;
  readonly view: RunView;
  readonly onClose: () => void;
}

/** What was run, within what, and how it ended, as its author signed it; beside what this page was told, and other runs of that program. */
export function ReceiptDialog({ live, view, onClose }: Props) {
  const { room, runs } = useRoom();
  const told = useWatch(live.state, (state) => state.ended);
  useWatch(room.runs.view);
  const name = useWatch(runs.site, (site) => site?.languages.find(({ id }) => id === view.language)?.name);
  const receipt = room.runs.receiptOf(view.id);
  if (receipt === undefined) return null;
  const { ended, files } = receipt;
  const agrees = told && saidTheSame(told, ended);
  const others = comparedWith(room, view.id).slice(0, mostListed);
  const rows: readonly (readonly [string, string])[] = [
    ["Run by", `${view.mine ? "you" : view.name}, ${new Date(view.time).toLocaleString()}`],
    ["Program", [legible(receipt.entry), ...receipt.arguments.map((word) => JSON.stringify(word))].join(" ")],
    ["Language", [name ?? receipt.language, receipt.version].join(" ")],
    ["Ended", [endWords(ended), ...tookWords(ended)].join(", ")],
    [
      "Allowed",
      `${memory(receipt.memoryBytes)}, ${seconds(receipt.cpuMs)} on processors, ${seconds(receipt.wallMs)} by the clock, ${receipt.processes} processes`,
    ],
    ["Held by", receipt.protections || "not said"],
  ];
  return (
    <Dialog opened onClose={onClose} title="Receipt" size={620}>
      <dl className={classes.receipt}>
        {rows.map(([what, said]) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>{legible(said, Number.POSITIVE_INFINITY)}</dd>
          </div>
        ))}
        <div>
          <dt>Output</dt>
          <dd>
            {megabytes(ended.saidBytes)}, <Hash bytes={ended.saidHash} />
            {wasTyped(ended) && ", something was typed"}
          </dd>
        </div>
        <div>
          <dt>Files</dt>
          <dd>
            <ul>
              {files.map(({ path, hash }) => (
                <li key={path}>
                  {legible(path)} <Hash bytes={hash} />
                </li>
              ))}
            </ul>
          </dd>
        </div>
      </dl>
      {agrees === false && (
        <p className={classes.warning} role="alert">
          The server told this page otherwise: {endWords(told!)}, <Hash bytes={told!.saidHash} />.
        </p>
      )}
      {agrees && <p className={classes.note}>The server told this page the same.</p>}
      {others.length > 0 && (
        <>
          <h3 className={classes.heading}>Other runs of {legible(receipt.entry, 60)}</h3>
          <ul className={classes.again}>
            {others.map((other) => (
              <li key={other.run.id}>
                {other.run.mine ? "You" : other.run.name}, {new Date(other.run.time).toLocaleString()}: {words(other)}
              </li>
            ))}
          </ul>
        </>
      )}
      <Group mt="lg" justify="flex-end">
        <Button variant="default" onClick={onClose}>
          Close
        </Button>
        <Button
          disabled={room.runs.refusal !== undefined}
          title={room.runs.refusal}
          onClick={() => {
            onClose();
            void runs.repeat(live);
          }}
        >
          Run it again and compare
        </Button>
      </Group>
    </Dialog>
  );
}

function words({ run, with: differences, saidTheSame }: Compared): string {
  const before = differences.length === 0 ? "the very same" : `with ${differences.join(", ")}`;
  return `${before}; it said ${saidTheSame ? "the same" : `something else (${endWords(run.ended!)})`}`;
}

function Hash({ bytes }: { bytes: Uint8Array }) {
  const hex = toHex(bytes);
  return <code title={hex}>{hex.slice(0, shownDigits)}</code>;
}
