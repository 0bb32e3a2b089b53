import { useEffect } from "react";
import { About } from "../delivery/About.tsx";
import { OtherVersion } from "../delivery/OtherVersion.tsx";
import { openQuestion, version } from "../delivery/version.ts";
import { Landing } from "../landing/Landing.tsx";
import { removeLeftSoon } from "../room/zip/ownFiles.ts";
import { Caught } from "./Caught.tsx";
import { Chunk, useChunk } from "./Chunk.ts";
import { missing } from "./capabilities.ts";
import { route } from "./route.ts";
import { Faulty, Stop, Unloaded } from "./Stop.tsx";
import { Toasts } from "./Toasts.tsx";
import { useWatch } from "./useWatch.ts";
import { Waiting } from "./Waiting.tsx";

const door = new Chunk(() => import("../join/Door.tsx"));
const lacking = missing();
if (!lacking && route.get().name === "room") void door.fetch();

/** Which screen stands: what the browser lacks, the landing page, or a room's door and the room behind it. */
export function App() {
  const where = useWatch(route);
  const asks = useWatch(version, (now) => openQuestion(now) !== undefined);
  useEffect(() => removeLeftSoon(), []);
  useEffect(() => {
    if (where.name === "landing") document.title = "Coterie";
  }, [where]);
  if (lacking) return <Stop {...lacking} home={false} />;
  return (
    <>
      <Caught key={where.name === "landing" ? "" : where.id} instead={<Faulty />}>
        {where.name === "landing" ? <Landing /> : <AtDoor id={where.id} fragment={where.fragment} />}
      </Caught>
      <Toasts asks={asks}>
        <OtherVersion />
      </Toasts>
      <About />
    </>
  );
}

function AtDoor(way: { id: string; fragment: string }) {
  const { module, problem } = useChunk(door);
  if (module) return <module.default {...way} />;
  if (problem === "broken") return <Faulty />;
  return problem ? <Unloaded /> : <Waiting what="Opening the room" />;
}
