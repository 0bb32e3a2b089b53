import { type Room, RoomError } from "@coterie/core";
import { Code } from "@coterie/core/wire/Refusal.ts";
import { Button } from "@mantine/core";
import { useCallback, useEffect, useState } from "react";
import { Caught } from "../app/Caught.tsx";
import { Chunk, useChunk } from "../app/Chunk.ts";
import { route, server } from "../app/route.ts";
import { Faulty, Stop, type StopText, Unloaded } from "../app/Stop.tsx";
import { words } from "../app/toast.ts";
import { Waiting } from "../app/Waiting.tsx";
import { textEditor } from "../editor/textEditorChunk.ts";
import { closeRoom, hasBeen, join, lookAt, returnTo, type WayIn, type Who } from "./entrance.ts";
import { JoinScreen } from "./JoinScreen.tsx";
import { Knocking, type WaitingState } from "./Knocking.tsx";
import { stopFor } from "./stops.ts";

const screen = new Chunk(() => import("../room/RoomScreen.tsx"));

const wrong = "This password does not open the room. Check its letters: capitals count.";
const wrongEither =
  "This link and this password do not open the room together. Check the password’s letters; if they are right, ask for the link again.";

type State =
  | { readonly at: "opening" }
  | { readonly at: "asking"; readonly way: WayIn; readonly busy: boolean; readonly error?: string }
  | { readonly at: "waiting"; readonly name: string; readonly state: WaitingState; readonly leave: () => void }
  | { readonly at: "inside"; readonly room: Room }
  | { readonly at: "stopped"; readonly stop: StopText };

type Reached = Extract<State, { at: "asking" | "inside" | "stopped" }>;

/** Straight in with kept keys, or what the door asks for. The room's screen and the editor are fetched while the server is asked, and one reads the question. */
async function approach(id: string, fragment: string): Promise<Reached> {
  try {
    const returning = returnTo(server, id);
    const been = hasBeen(id).catch(() => false); // what fails there fails below, too
    void been.then((known) => known && fetchAhead());
    const room = await returning;
    if (room && !(fragment !== "" && mayGainBy(room))) return { at: "inside", room };
    if (room) closeRoom(room);
    const way = lookAt(server, id, fragment);
    fetchAhead();
    return { at: "asking", way: await way, busy: false };
  } catch (reason) {
    return { at: "stopped", stop: stopFor(reason) };
  } finally {
    fetchAhead();
  }
}

function fetchAhead(): void {
  for (const chunk of [screen, textEditor]) chunk.fetch().catch(() => {}); // who shows it says so
}

/** Where a page begins at a room's address the server is asked before the door is drawn. */
const here = route.get();
let begun = here.name === "room" ? { ...here, reached: approach(here.id, here.fragment) } : undefined;

/** From a room's address to the room: straight in with kept keys, else through the question who one is. */
export default function Door({ id, fragment }: { id: string; fragment: string }) {
  const [state, setState] = useState<State>({ at: "opening" });

  const open = useCallback(async () => {
    setState({ at: "opening" });
    const own = begun?.id === id && begun.fragment === fragment ? begun.reached : approach(id, fragment);
    begun = undefined;
    setState(await own);
  }, [id, fragment]);

  useEffect(() => void open(), [open]);

  const enter = async (way: WayIn, who: Who) => {
    setState({ at: "asking", way, busy: true });
    let left = false;
    try {
      const waiting = (state: WaitingState, leave: () => void) => {
        const back = () => {
          left = true;
          leave();
        };
        setState({ at: "waiting", name: who.name, state, leave: back });
      };
      setState({ at: "inside", room: await join(server, id, fragment, who, waiting) });
    } catch (reason) {
      if (left) return setState({ at: "asking", way, busy: false });
      const code = reason instanceof RoomError ? reason.code : Code.None; // none where nothing answered
      const isWrong = code === Code.BadAccess && way.needsPassword && !who.kit;
      const error = isWrong ? (way.hasLink ? wrongEither : wrong) : words(reason);
      const mayTryAgain = isWrong || code === Code.None || (code === Code.BadAccess && who.kit);
      if (mayTryAgain) setState({ at: "asking", way, busy: false, error });
      else setState({ at: "stopped", stop: stopFor(reason) });
    }
  };

  switch (state.at) {
    case "opening":
      return <Waiting what="Opening the room" />;
    case "asking": {
      const { way, busy, error } = state;
      return <JoinScreen {...way} busy={busy} error={error} onJoin={(who) => void enter(way, who)} />;
    }
    case "waiting":
      return <Knocking name={state.name} state={state.state} onLeave={state.leave} />;
    case "inside":
      return (
        <Caught instead={<Failed room={state.room} />}>
          <Inside room={state.room} />
        </Caught>
      );
    case "stopped":
      return <Stop {...state.stop}>{state.stop.again && <Button onClick={() => void open()}>Try again</Button>}</Stop>;
  }
}

function Inside({ room }: { room: Room }) {
  const { module, problem } = useChunk(screen);
  if (module) return <module.default room={room} />;
  if (problem === "broken") return <Failed room={room} />;
  return problem ? <Unloaded /> : <Waiting what="Opening the room" />;
}

/** The screen of a room has failed; its room has not: what was written is kept as when a page is closed. */
function Failed({ room }: { room: Room }) {
  useEffect(() => void room.keepUnsent(), [room]);
  return <Faulty but="It is one of the program, not of the room. What you wrote goes on being sent and kept." />;
}

/** A viewer may become more by a link, and who has no keys any more a member again. */
function mayGainBy(room: Room): boolean {
  const { role, connection, problem } = room.view.get();
  return role === "viewer" || (connection === "ended" && problem?.code === Code.Removed);
}
