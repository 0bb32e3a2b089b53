import { useState } from "react";
import { Middle } from "../../app/Middle.tsx";
import { Bar } from "../Bar.tsx";
import type { Shown } from "../Shown.ts";
import { Unshown } from "../Unshown.tsx";
import { useObjectUrl } from "../useObjectUrl.ts";
import classes from "../Viewer.module.css";
import own from "./Audio.module.css";

/** Sound, by the browser's own player. */
export function AudioViewer({ shown }: { shown: Shown }) {
  const url = useObjectUrl(shown.bytes, shown.sort.type);
  const [broken, setBroken] = useState(false);
  return (
    <div className={classes.viewer}>
      <Bar shown={shown} />
      {broken ? (
        <Unshown
          shown={shown}
          why={`This browser cannot play it: the file is damaged, or this kind of ${shown.sort.called} is not known here. Download it to try another program.`}
        />
      ) : (
        <Middle>
          {url && (
            // biome-ignore lint/a11y/useMediaCaption: nobody wrote captions for somebody's file
            <audio
              className={own.player}
              data-stage
              controls
              preload="metadata"
              src={url}
              aria-label={shown.name}
              onError={() => setBroken(true)}
            />
          )}
        </Middle>
      )}
    </div>
  );
}
