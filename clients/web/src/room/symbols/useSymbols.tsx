import type { RoomView } from "@coterie/core";
import { useEffect, useMemo, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { type Choice, mostShown } from "../commands/Choice.ts";
import { type Found, find } from "../commands/find.ts";
import { marked } from "../commands/marked.tsx";
import { IN_FILE, IN_ROOM } from "../commands/openPalette.ts";
import { useRoom } from "../RoomContext.ts";
import type { CodeSymbol, Outlined } from "./CodeSymbol.ts";
import { SymbolIcon } from "./SymbolIcon.tsx";
import type { RoomSymbols } from "./SymbolIndex.ts";
import classes from "./Symbols.module.css";
import { type FrontSymbols, useFrontSymbols } from "./useFrontSymbols.ts";

/** An outline is read from top to bottom, too: more of it is shown than of what one only looks for. */
const mostOfFile = 300;
const none: readonly never[] = [];

type Connection = RoomView["connection"];

/** The symbols that go with what was typed, and what is to be said of them; undefined where it asks for none. */
export function useSymbols(
  typed: string,
): { readonly choices: readonly Choice[]; readonly said: string | undefined } | undefined {
  const inFile = typed.startsWith(IN_FILE);
  const inRoom = typed.startsWith(IN_ROOM);
  const wanted = typed.slice(1);
  const { room, desk } = useRoom();
  const front = useFrontSymbols(inFile);
  const all = useRoomSymbols(inRoom);
  const nodes = useWatch(room.tree.view);
  const connection = useWatch(room.view, (view) => view.connection);
  const ofFile = symbolsOf(front);
  const inFront = useMemo(() => find(ofFile, nameOf, inFile ? wanted : "", mostOfFile), [ofFile, inFile, wanted]);
  const inAll = useMemo(
    () => find(inRoom ? all.symbols : none, nameOf, wanted, mostShown),
    [all.symbols, inRoom, wanted],
  );

  if (inFile) {
    const file = front.what === "outlined" ? front.file : "";
    const choices = inFront.map((found) => choiceOf(found, file, undefined, desk.open.bind(desk)));
    return { choices, said: saidOfFile(front, choices.length, wanted) };
  }
  if (inRoom) {
    const paths = new Map(nodes.map(({ id, path }) => [id, path]));
    const choices = inAll
      .filter(({ item }) => paths.has(item.file))
      .map((found) => choiceOf(found, found.item.file, paths.get(found.item.file), desk.open.bind(desk)));
    return { choices, said: saidOfRoom(all, connection, choices.length, wanted) };
  }
  return undefined;
}

/** All files are read while it is wanted, and no longer. */
function useRoomSymbols(wanted: boolean): RoomSymbols & { readonly trouble: boolean; readonly begun: boolean } {
  const { symbols } = useRoom();
  const view = useWatch(symbols.view);
  const [trouble, setTrouble] = useState(false);
  const [begun, setBegun] = useState(false);
  useEffect(() => {
    if (!wanted) return;
    let end: (() => void) | undefined;
    let over = false;
    setTrouble(false);
    import("../../editor/language.ts").then(
      ({ languageOf }) => {
        if (over) return;
        end = symbols.begin(languageOf);
        setBegun(true);
      },
      () => setTrouble(true),
    );
    return () => {
      over = true;
      end?.();
      setBegun(false);
    };
  }, [wanted, symbols]);
  return { ...view, trouble, begun };
}

function choiceOf(
  { item, marks }: Found<CodeSymbol>,
  file: string,
  path: string | undefined,
  open: (file: string, where: { line: number; column: number }) => void,
): Choice {
  const { kind, name, container, line, column } = item;
  return {
    id: `${file} ${line}:${column}`,
    icon: <SymbolIcon kind={kind} />,
    label: (
      <>
        {marked(name, marks, 0, name.length)}
        {container && <span className={classes.container}> {container}</span>}
      </>
    ),
    side: path !== undefined && <span className={classes.path}>{path}</span>,
    goesAway: true,
    run: () => open(file, { line, column }),
  };
}

function symbolsOf(front: FrontSymbols): readonly CodeSymbol[] {
  return front.what === "outlined" && typeof front.outlined === "object" ? front.outlined.symbols : none;
}

function saidOfFile(front: FrontSymbols, shown: number, wanted: string): string | undefined {
  if (front.what === "looking") return "Looking for symbols…";
  if (front.what === "nowhere") return "No file is open. Open one to go to its symbols.";
  if (front.what === "unknown") return `Symbols are not available for ${front.language}.`;
  const { outlined, name } = front;
  if (typeof outlined === "string") return troubles[outlined](name);
  if (shown > 0) return outlined.cut ? `${name} has more symbols than these were looked for in.` : undefined;
  return outlined.symbols.length === 0 || wanted.trim() === ""
    ? `There are no symbols in ${name}.`
    : "There is no such symbol in the file.";
}

const troubles: Readonly<Record<Exclude<Outlined, object>, (name: string) => string>> = {
  large: (name) => `${name} is too large to be looked through for symbols.`,
  slow: (name) => `It took too long to look through ${name} for symbols.`,
  failed: (name) => `${name} could not be looked through for symbols.`,
  unreachable: () => "What that needs could not be fetched from the server. Try it again later.",
};

function saidOfRoom(
  all: ReturnType<typeof useRoomSymbols>,
  connection: Connection,
  shown: number,
  wanted: string,
): string | undefined {
  const { symbols, reading, left, cut, trouble, begun } = all;
  if (trouble) return troubles.unreachable("");
  if (!begun) return "Looking for symbols…";
  if (reading) return readingWords(reading, connection);
  const lacks = left > 0 || cut ? lacking(left, cut) : undefined;
  if (shown > 0) return lacks;
  const empty =
    symbols.length === 0 || wanted.trim() === ""
      ? "There are no symbols in the files of this room."
      : "There is no such symbol in the room.";
  return lacks ? `${empty} ${lacks}` : empty;
}

function readingWords({ read, total }: { read: number; total: number }, connection: Connection): string {
  const sofar = `${read} of ${total} files`;
  if (connection === "connected") return `Reading ${sofar}…`;
  if (connection === "ended") return `Only ${sofar} had been read here before the room ended for you.`;
  return `${sofar} are read; the others come with the connection.`;
}

function lacking(left: number, cut: boolean): string {
  if (cut) return "The room has more symbols than can be listed.";
  return left === 1
    ? "One file was left out or cut: too large, or it took too long."
    : `${left} files were left out or cut: too large, or they took too long.`;
}

function nameOf({ name }: CodeSymbol): string {
  return name;
}
