import { type PointerEvent, useLayoutEffect, useRef, useState } from "react";
import { Bar, Zoom } from "../Bar.tsx";
import type { Shown } from "../Shown.ts";
import { Stage } from "../Stage.tsx";
import { Unshown } from "../Unshown.tsx";
import { useObjectUrl } from "../useObjectUrl.ts";
import { useView } from "../useView.ts";
import { useWheelZoom } from "../useWheelZoom.ts";
import classes from "../Viewer.module.css";
import { clampZoom, stepped, type ZoomWish, zoomKey } from "../zoom.ts";
import { fitted, type Size } from "./fitted.ts";
import own from "./Image.module.css";

/** Above this, one sees pixels and not a blur. */
const pixelsFrom = 2;

/** A place of the picture that stays where it is on the screen while the picture grows or shrinks. */
interface Hold {
  readonly x: number; // 0 to 1, of the picture
  readonly y: number;
  readonly left: number; // on the screen
  readonly top: number;
}

/** A picture by the browser's own means: as an image, it loads nothing and runs nothing, whatever stands in it. */
export function ImageViewer({ shown }: { shown: Shown }) {
  const url = useObjectUrl(shown.bytes, shown.sort.type);
  const [size, setSize] = useState<Size>();
  const [broken, setBroken] = useState(false);
  const [wish, setWish] = useState<number | "fit">("fit");
  const stage = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const hold = useRef<Hold>(undefined);
  const drag = useRef<{ x: number; y: number }>(undefined);
  const view = useView(stage);
  const scale = wish === "fit" ? fitted(size, view) : wish;

  const zoomTo = (next: number | "fit", x?: number, y?: number) => {
    hold.current = image.current && stage.current ? held(image.current, stage.current, x, y) : undefined;
    setWish(next === "fit" ? next : clampZoom(next));
  };
  const zoom = (to: ZoomWish) => zoomTo(to === "fit" ? to : to === "actual" ? 1 : stepped(scale, to === "in"));

  // biome-ignore lint/correctness/useExhaustiveDependencies: each new scale moves the picture once
  useLayoutEffect(() => {
    const kept = hold.current;
    hold.current = undefined;
    if (!kept || !image.current || !stage.current) return;
    const box = image.current.getBoundingClientRect();
    stage.current.scrollLeft += box.left + kept.x * box.width - kept.left;
    stage.current.scrollTop += box.top + kept.y * box.height - kept.top;
  }, [scale]);

  useWheelZoom(stage, (by, x, y) => zoomTo(scale * by, x, y));

  const pan = (event: PointerEvent<HTMLDivElement>) => {
    const from = drag.current;
    if (!from) return;
    event.currentTarget.scrollLeft -= event.clientX - from.x;
    event.currentTarget.scrollTop -= event.clientY - from.y;
    drag.current = { x: event.clientX, y: event.clientY };
  };

  if (broken)
    return (
      <div className={classes.viewer}>
        <Bar shown={shown} />
        <Unshown
          shown={shown}
          why={`This ${shown.sort.called} picture is damaged or incomplete: it cannot be shown.`}
        />
      </div>
    );
  return (
    <div className={classes.viewer}>
      <Bar shown={shown} facts={size && `${size.width} × ${size.height} pixels`}>
        <Zoom scale={scale} fit="Fit the picture" onZoom={zoom} />
      </Bar>
      <Stage
        ref={stage}
        className={own.stage}
        label={`Picture ${shown.name}: + and − zoom, 0 is its actual size, Shift+0 fits it in`}
        onKeyDown={(event) => {
          const asked = zoomKey(event);
          if (!asked) return;
          event.preventDefault();
          zoom(asked);
        }}
        onPointerDown={(event) => {
          if (event.button !== 0 || event.pointerType === "touch") return; // fingers scroll by themselves
          const box = event.currentTarget.getBoundingClientRect();
          const onBars = event.clientX - box.left > event.currentTarget.clientWidth;
          if (onBars || event.clientY - box.top > event.currentTarget.clientHeight) return;
          event.currentTarget.setPointerCapture(event.pointerId);
          drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={pan}
        onPointerUp={() => {
          drag.current = undefined;
        }}
        onPointerCancel={() => {
          drag.current = undefined;
        }}
      >
        {url && (
          <img
            ref={image}
            className={own.picture}
            src={url}
            alt={shown.name}
            draggable={false}
            data-pixels={scale > pixelsFrom}
            data-known={size !== undefined}
            style={size && { width: size.width * scale, height: size.height * scale }}
            onLoad={({ currentTarget }) =>
              // a drawing may say no size
              setSize({ width: currentTarget.naturalWidth || 300, height: currentTarget.naturalHeight || 150 })
            }
            onError={() => setBroken(true)}
          />
        )}
      </Stage>
    </div>
  );
}

/** @param x on the screen, as y; the middle of the stage if not given */
function held(image: HTMLImageElement, stage: HTMLElement, x?: number, y?: number): Hold {
  const box = image.getBoundingClientRect();
  const around = stage.getBoundingClientRect();
  const left = x ?? around.left + stage.clientWidth / 2;
  const top = y ?? around.top + stage.clientHeight / 2;
  const part = (at: number, from: number, length: number) =>
    length === 0 ? 0.5 : Math.min(1, Math.max(0, (at - from) / length));
  return { x: part(left, box.left, box.width), y: part(top, box.top, box.height), left, top };
}
