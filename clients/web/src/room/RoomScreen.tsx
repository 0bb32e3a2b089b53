import { Observable, type Room } from "@coterie/core";
import { Button } from "@mantine/core";
import { useMediaQuery } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { Stop } from "../app/Stop.tsx";
import { withdraw } from "../app/toast.ts";
import { useWatch } from "../app/useWatch.ts";
import { EditorConfigs } from "../editor/form/EditorConfigs.ts";
import { OwnChoices } from "../editor/form/OwnChoices.ts";
import { LiveEditors } from "../editor/LiveEditors.ts";
import { tabKeys } from "../editor/tabCommands.ts";
import { closeRoom } from "../join/entrance.ts";
import { endOf } from "../join/stops.ts";
import { Attention } from "./Attention.ts";
import { Bring } from "./bring/Bring.ts";
import { BringCard } from "./bring/BringCard.tsx";
import { BringDialog } from "./bring/BringDialog.tsx";
import { takeDrops } from "./bring/takeDrops.ts";
import { takePastes } from "./bring/takePastes.ts";
import { Draft } from "./chat/Draft.ts";
import { PageTitle } from "./chat/PageTitle.tsx";
import { Unread } from "./chat/Unread.ts";
import { openPalette } from "./commands/openPalette.ts";
import { Palette } from "./commands/Palette.tsx";
import { Desk } from "./Desk.ts";
import { Grant } from "./drive/Grant.ts";
import { Shelf } from "./files/Shelf.ts";
import { Banners } from "./header/Banners.tsx";
import { Header } from "./header/Header.tsx";
import { KeepsNothing } from "./header/KeepsNothing.tsx";
import { Knocks } from "./header/Knocks.tsx";
import { NotTaken } from "./header/NotTaken.tsx";
import { RecoveryOffer } from "./header/RecoveryOffer.tsx";
import { Dock } from "./layout/Dock.tsx";
import { Narrow } from "./layout/Narrow.tsx";
import { walkPanes } from "./layout/walkPanes.ts";
import { NeverSent } from "./NeverSent.tsx";
import { Pointer } from "./Pointer.ts";
import { type DialogName, RoomContext, type RoomParts } from "./RoomContext.ts";
import classes from "./RoomScreen.module.css";
import { reachedOf } from "./reachedOf.ts";
import { RunDesk } from "./runs/RunDesk.ts";
import { RunPanel } from "./runs/RunPanel.tsx";
import { runKeys } from "./runs/runKeys.ts";
import { StayGuard } from "./StayGuard.tsx";
import { openSearch } from "./search/openSearch.ts";
import { Search } from "./search/Search.ts";
import { settleIn } from "./settleIn.ts";
import { SymbolIndex } from "./symbols/SymbolIndex.ts";
import { tellRecovered } from "./tellRecovered.ts";
import { tellRole } from "./tellRole.ts";
import { invite } from "./together/invite.ts";
import { keepHighlights } from "./together/keepHighlights.ts";
import { keepUp } from "./together/keepUp.ts";
import { Download } from "./zip/Download.ts";
import { DownloadStrip } from "./zip/DownloadStrip.tsx";

/** A room, from the first moment inside until one goes. */
export default function RoomScreen({ room }: { room: Room }) {
  const [parts] = useState(() => partsOf(room));
  const id = useWatch(room.view, (view) => view.id);
  const kind = useWatch(room.view, (view) => view.kind);
  const narrow = useMediaQuery("(max-width: 720px)", undefined, { getInitialValueInEffect: false });
  const wide = useMediaQuery("(min-width: 1100px)", undefined, { getInitialValueInEffect: false });

  useEffect(() => settleIn(parts, id), [parts, id]);
  useEffect(() => tellRecovered(parts), [parts]);
  useEffect(() => tellRole(parts), [parts]);
  useEffect(() => walkPanes(), []);
  useEffect(() => openPalette(parts), [parts]);
  useEffect(() => openSearch(parts), [parts]);
  useEffect(() => tabKeys(parts), [parts]);
  useEffect(() => runKeys(parts), [parts]);
  useEffect(() => () => parts.runs.end(), [parts]);
  useEffect(() => takeDrops(parts), [parts]);
  useEffect(() => takePastes(parts), [parts]);
  useEffect(() => {
    void parts.bring.resume();
    return () => parts.bring.stop();
  }, [parts]);
  useEffect(() => () => parts.search.close(), [parts]);
  useEffect(() => () => parts.download.cancel(), [parts]);
  useEffect(() => () => parts.grant.forget(), [parts]);
  useEffect(() => () => closeRoom(room), [room]);
  useEffect(() => withdraw, []);
  useEffect(() => parts.attention.begin(), [parts]);
  useEffect(() => () => parts.symbols.close(), [parts]);
  useEffect(() => keepUp(parts), [parts]);
  useEffect(() => invite(parts), [parts]);
  useEffect(() => keepHighlights(parts), [parts]);

  const over = useWatch(room.view, (view) => (view.connection === "ended" ? view.problem : undefined));
  const empty = useWatch(room.tree.view, (nodes) => over !== undefined && nodes.length === 0);

  const end = over && empty ? endOf(kind, over) : undefined;
  if (end)
    return (
      <Stop {...end}>
        <NeverSent room={room} />
        {end.again && <Button onClick={() => location.reload()}>Try again</Button>}
      </Stop>
    );
  return (
    <RoomContext value={parts}>
      <div className={classes.room} data-narrow={narrow}>
        <Header />
        <Banners />
        <Knocks />
        <KeepsNothing />
        <NotTaken />
        <RecoveryOffer />
        <DownloadStrip />
        <main className={classes.panes}>
          {narrow ? (
            <>
              <Narrow />
              <BringCard />
            </>
          ) : (
            <>
              <div className={classes.docked}>
                <Dock key={String(wide)} size={wide ? "wide" : "medium"} />
                <BringCard />
              </div>
              <RunPanel />
            </>
          )}
        </main>
      </div>
      <Palette />
      <BringDialog />
      <PageTitle />
      <StayGuard />
    </RoomContext>
  );
}

function partsOf(room: Room): RoomParts {
  const desk = new Desk(room.view.get().id);
  const pointer = new Pointer(room);
  const attention = new Attention(pointer);
  const shelf = new Shelf(room, desk);
  pointer.onTyped = () => attention.sayAway(false);
  const download = new Download(room);
  return {
    room,
    reached: reachedOf(room),
    desk,
    editors: new LiveEditors(desk),
    choices: new OwnChoices(room.view.get().id),
    configs: new EditorConfigs(room),
    pointer,
    attention,
    unread: new Unread(room),
    draft: new Draft(),
    shelf,
    bring: new Bring(room, shelf),
    runs: new RunDesk(room, desk, download),
    search: new Search(room),
    symbols: new SymbolIndex(room),
    download,
    grant: new Grant(),
    palette: new Observable<string | undefined>(undefined),
    dialog: new Observable<DialogName | undefined>(undefined),
  };
}
