import { TextInput } from "@mantine/core";
import { type FormEvent, type KeyboardEvent, useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { Strip } from "../../app/Strip.tsx";
import { Bar } from "../Bar.tsx";
import type { Shown } from "../Shown.ts";
import { Stage } from "../Stage.tsx";
import { utf32 } from "../sniff.ts";
import { useView } from "../useView.ts";
import classes from "../Viewer.module.css";
import own from "./Hex.module.css";
import { offsetText, RowScale, readOffset, rowOf } from "./rows.ts";

const rowHeight = 20; // as in the style sheet
const narrowBelow = 640; // pixels that 16 bytes beside their letters take

/** Any file, byte for byte. Of all rows, those in view alone are made. */
export function HexViewer({ shown }: { shown: Shown }) {
  const { bytes, name } = shown;
  const stage = useRef<HTMLDivElement>(null);
  const view = useView(stage);
  const [first, setFirst] = useState(0); // the byte that the row on top begins with, or has in it
  const [marked, setMarked] = useState<number>();
  const [wanted, setWanted] = useState("");
  const [wrong, setWrong] = useState<string>();
  const set = useRef(0); // where the scroller was put by us
  const perRow = view && view.width < narrowBelow ? 8 : 16;
  const height = view?.height ?? 0;
  const scale = useMemo(
    () => new RowScale(Math.ceil(bytes.length / perRow), rowHeight, height),
    [bytes, perRow, height],
  );
  const top = scale.clamp(Math.floor(first / perRow));

  const scrollTo = (row: number) => setFirst(scale.clamp(row) * perRow);
  useLayoutEffect(() => {
    if (!stage.current || scale.rowAt(stage.current.scrollTop) === top) return;
    stage.current.scrollTop = scale.topOf(top);
    set.current = stage.current.scrollTop;
  }, [scale, top]);

  const turn = useRef<(event: WheelEvent) => void>(undefined);
  const turned = useRef(0); // pixels that made no row yet
  turn.current = (event) => {
    if (event.ctrlKey || event.shiftKey || !scale.isCoarse(rowHeight)) return;
    event.preventDefault();
    turned.current += event.deltaMode === 0 ? event.deltaY : event.deltaY * rowHeight;
    const rows = Math.trunc(turned.current / rowHeight);
    turned.current -= rows * rowHeight;
    if (rows !== 0) scrollTo(top + rows);
  };
  useEffect(() => {
    const element = stage.current;
    const onWheel = (event: WheelEvent) => turn.current?.(event);
    element?.addEventListener("wheel", onWheel, { passive: false });
    return () => element?.removeEventListener("wheel", onWheel);
  }, []);

  const page = Math.max(1, Math.floor(height / rowHeight) - 1);
  const onKey = (event: KeyboardEvent) => {
    if (event.altKey || event.metaKey) return;
    const rows = { ArrowDown: 1, ArrowUp: -1, PageDown: page, PageUp: -page, Home: -scale.rows, End: scale.rows };
    const by = rows[event.key as keyof typeof rows];
    if (by === undefined) return;
    event.preventDefault();
    scrollTo(top + by);
  };

  const go = (event: FormEvent) => {
    event.preventDefault();
    const offset = readOffset(wanted);
    const known = offset !== undefined && offset < bytes.length;
    setWrong(known ? undefined : offset === undefined ? "Such as 1024 or 0x400" : "Behind the end");
    if (!known) return;
    setMarked(offset);
    scrollTo(Math.floor(offset / perRow) - Math.floor(page / 3));
  };

  const count = Math.min(scale.rows - top, Math.ceil(height / rowHeight) + 1);
  const rows = Array.from({ length: Math.max(0, count) }, (_, nth) => top + nth);
  return (
    <div className={classes.viewer}>
      <Bar shown={shown}>
        <form onSubmit={go} className={classes.group}>
          <TextInput
            className={own.go}
            size="xs"
            aria-label="Go to offset"
            placeholder="Go to offset"
            title="Go to an offset (Enter): 1024, 0x400 or 400h"
            spellCheck={false}
            autoComplete="off"
            value={wanted}
            error={wrong}
            errorProps={{ role: "alert" }}
            onChange={(event) => {
              setWanted(event.currentTarget.value);
              setWrong(undefined);
            }}
          />
        </form>
      </Bar>
      {shown.sort.called === utf32 && (
        <Strip>
          It is a text in UTF-32, which browsers do not read: save it as UTF-8 elsewhere, and bring it in again.
        </Strip>
      )}
      <Stage
        ref={stage}
        className={own.stage}
        label={`Bytes of ${name}: arrow keys, Page Up, Page Down, Home and End scroll`}
        onKeyDown={onKey}
        onScroll={({ currentTarget: { scrollTop } }) => {
          if (Math.abs(scrollTop - set.current) < 1) return;
          set.current = -1;
          scrollTo(scale.rowAt(scrollTop));
        }}
      >
        {bytes.length === 0 && <p className={own.empty}>It is empty.</p>}
        <div style={{ height: scale.height }}>
          <div className={own.rows} style={{ height }}>
            {rows.map((row) => (
              <Row key={row} bytes={bytes} row={row} perRow={perRow} marked={marked} />
            ))}
          </div>
        </div>
      </Stage>
    </div>
  );
}

interface RowProps {
  readonly bytes: Uint8Array;
  readonly row: number;
  readonly perRow: number;
  readonly marked: number | undefined;
}

function Row({ bytes, row, perRow, marked }: RowProps) {
  const [offset, hex, ascii] = rowOf(bytes, row, perRow);
  const at = marked !== undefined && Math.floor(marked / perRow) === row ? marked % perRow : undefined;
  const from = at === undefined ? 0 : at * 3 + Math.floor(at / 8);
  return (
    <div className={own.row} data-offset={offset} aria-current={at === undefined ? undefined : "true"}>
      <span className={own.offset}>{offset}</span>
      {"  "}
      {at === undefined ? (
        hex
      ) : (
        <>
          {hex.slice(0, from)}
          <mark className={own.mark} title={`Offset ${marked}, 0x${offsetText(marked ?? 0)}`}>
            {hex.slice(from, from + 2)}
          </mark>
          {hex.slice(from + 2)}
        </>
      )}
      {"  "}
      <span className={own.ascii}>{ascii}</span>
    </div>
  );
}
