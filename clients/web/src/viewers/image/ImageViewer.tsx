import { Strip } from "../../app/Strip.tsx";
import { Bar } from "../Bar.tsx";
import type { Shown } from "../Shown.ts";
import { Unshown } from "../Unshown.tsx";
import classes from "../Viewer.module.css";
import { usePicture } from "./usePicture.ts";
import { Zoomed } from "./Zoomed.tsx";

/** A picture by the browser's own means. */
export function ImageViewer({ shown }: { shown: Shown }) {
  const { called, type } = shown.sort;
  const { drawn, fault } = usePicture(shown.bytes, type);
  if (fault === "broken")
    return (
      <div className={classes.viewer}>
        <Bar shown={shown} />
        <Unshown shown={shown} why={`This ${called} picture is damaged or incomplete: it cannot be shown.`} />
      </div>
    );
  return (
    <div className={classes.viewer}>
      <Zoomed shown={shown} drawn={drawn}>
        {fault === "damaged" && (
          <Strip role="alert">This {called} picture is damaged or cut off: this is what there is of it.</Strip>
        )}
      </Zoomed>
    </div>
  );
}
