import { Button, Group, Stack } from "@mantine/core";
import { type KeyboardEvent, useCallback, useEffect, useRef, useState } from "react";
import { moment } from "../../app/moment.ts";
import rows from "../../app/Rows.module.css";
import { mostAtOnce } from "../bring/leave.ts";
import { megabytes } from "../bring/plan.ts";
import { incoming, pathFolder } from "../bring/sources.ts";
import { useRoom } from "../RoomContext.ts";
import { safeName } from "../zip/safeNames.ts";
import { AskingGoogle } from "./AskingGoogle.tsx";
import classes from "./Drive.module.css";
import { type Archive, type Asker, content, type Listed, list } from "./drive.ts";
import { received } from "./received.ts";
import { useGoogle } from "./useGoogle.ts";
import { fromDrive } from "./ways.ts";

/** The archives that were saved from here, of which one is fetched and brought in as any ZIP is. */
export function OpenFromDrive({ onDone }: { onDone: () => void }) {
  const { grant, download, bring } = useRoom();
  const [listed, setListed] = useState<Listed>();
  const { stage, problem, go, stop } = useGoogle();
  const archives = useRef<HTMLUListElement>(null);

  const look = useCallback(async (asker: Asker) => setListed(await list(asker)), []);
  const lookOn = async (asker: Asker) => {
    const more = await list(asker, listed?.next);
    setListed({ archives: [...(listed?.archives ?? []), ...more.archives], next: more.next });
  };
  const open = (archive: Archive) => async (asker: Asker) => {
    const answer = await contentWhile(asker, archive.id);
    onDone();
    const name = archiveName(archive.name);
    let file: File | undefined;
    await download.run(fromDrive, name, archive.bytes, async (signal, tellDone) => {
      file = await received(answer, name, archive.bytes, (bytes) => tellDone(bytes, name), signal);
    });
    if (file) await bring.begin(pathFolder([incoming(file, name)]), undefined);
  };

  useEffect(() => {
    if (grant.token !== undefined) void go(look);
  }, [grant, go, look]);
  useEffect(() => {
    if (listed) archives.current?.querySelector<HTMLElement>("button:not(:disabled)")?.focus();
  }, [listed]);

  if (stage === "asking") return <AskingGoogle again={() => void go(look)} stop={stop} />;
  const working = stage === "working";
  const known = listed !== undefined;
  const asks = grant.token === undefined;
  const most = mostAtOnce(bring.space.view.get());
  return (
    <Stack>
      <p className={classes.text} role="status">
        {saidOf(listed, working, asks)}
      </p>
      {known && listed.archives.length > 0 && (
        <ul ref={archives} className={rows.list} aria-label="Archives" onKeyDown={walk}>
          {listed.archives.map((archive) => (
            <li key={archive.id}>
              <button
                type="button"
                className={`${rows.row} ${classes.archive}`}
                disabled={archive.bytes > most}
                aria-disabled={working}
                onClick={() => working || void go(open(archive))}
              >
                <strong>{archive.name}</strong>
                <span>
                  {megabytes(archive.bytes)}, {moment(archive.modified, Date.now())}
                  {archive.bytes > most && ": more than this room has space for"}
                </span>
              </button>
            </li>
          ))}
        </ul>
      )}
      <div className={classes.problem} role="alert">
        {problem}
      </div>
      <Group justify="flex-end">
        <Button variant="default" onClick={onDone}>
          Cancel
        </Button>
        {listed?.next !== undefined && (
          <Button variant="default" loading={working} onClick={() => void go(lookOn)}>
            Show more
          </Button>
        )}
        {(!known || problem !== undefined) && (
          <Button data-autofocus loading={working} onClick={() => void go(look)}>
            {asks ? "Ask Google" : "Look again"}
          </Button>
        )}
      </Group>
    </Stack>
  );
}

function saidOf(listed: Listed | undefined, working: boolean, asks: boolean): string {
  if (listed === undefined && working) return "Looking at your Google Drive…";
  if (listed === undefined)
    return asks
      ? "Google asks you in a window of its own whether this page may see what was saved from here. It sees nothing else of your Drive."
      : "";
  if (listed.archives.length === 0)
    return "There is no ZIP in your Google Drive that was saved from here. Others are brought in from your disk: download them first.";
  return "What is in it comes into this room, for everyone here.";
}

/** The answer's body goes on when the dialog is closed; until it begins, the dialog's end ends it. */
async function contentWhile(asker: Asker, id: string): Promise<Response> {
  const fetching = new AbortController();
  const end = () => fetching.abort(asker.signal.reason);
  asker.signal.addEventListener("abort", end);
  try {
    return await content({ ...asker, signal: fetching.signal }, id);
  } finally {
    asker.signal.removeEventListener("abort", end);
  }
}

/** In Drive it may have been given any name; here it is a ZIP. */
function archiveName(name: string): string {
  const safe = safeName(name);
  return /\.zip$/i.test(safe) ? safe : `${safe}.zip`;
}

function walk(event: KeyboardEvent<HTMLElement>): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const buttons = [...event.currentTarget.querySelectorAll<HTMLElement>("button:not(:disabled)")];
  buttons[buttons.indexOf(document.activeElement as HTMLElement) + step]?.focus();
}
