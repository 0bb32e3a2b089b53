import { type PointerEvent, type ReactNode, useLayoutEffect, useRef, useState } from "react";
import { Bar, type BarProps, Zoom } from "../Bar.tsx";
import { Stage } from "../Stage.tsx";
import { useView } from "../useView.ts";
import { useWheelZoom } from "../useWheelZoom.ts";
import { clampZoom, stepped, type ZoomWish, zoomKey } from "../zoom.ts";
import { fitted, pixels } from "./fitted.ts";
import own from "./Image.module.css";
import type { Picture } from "./usePicture.ts";

/** Above this, one sees pixels and not a blur. */
const pixelsFrom = 2;

/** A place of the picture that stays where it is on the screen while the picture grows or shrinks. */
interface Hold {
  readonly x: number; // 0 to 1, of the picture
  readonly y: number;
  readonly left: number; // on the screen
  readonly top: number;
}

interface Props {
  readonly shown: BarProps["shown"];
  readonly drawn: Picture["drawn"];
  /** What is to be said of it, above it. */
  readonly children?: ReactNode;
}

/** A picture that is zoomed by buttons, keys and the wheel about the pointer, and dragged. */
export function Zoomed({ shown, drawn, children }: Props) {
  const [wish, setWish] = useState<number | "fit">("fit");
  const stage = useRef<HTMLDivElement>(null);
  const image = useRef<HTMLImageElement>(null);
  const hold = useRef<Hold>(undefined);
  const drag = useRef<{ x: number; y: number }>(undefined);
  const view = useView(stage);
  const scale = wish === "fit" ? fitted(drawn?.size, view) : wish;

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

  return (
    <>
      <Bar shown={shown} facts={pixels(drawn?.size)}>
        <Zoom scale={scale} fit="Fit the picture" onZoom={zoom} />
      </Bar>
      {children}
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
        {drawn && (
          <img
            ref={image}
            className={own.picture}
            src={drawn.url}
            alt={shown.name}
            draggable={false}
            data-pixels={scale > pixelsFrom}
            style={{ width: drawn.size.width * scale, height: drawn.size.height * scale }}
          />
        )}
      </Stage>
    </>
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
