import { IconChevronDown, IconChevronUp } from "@tabler/icons-react";
import { type CSSProperties, useMemo, useState } from "react";
import { useWatch } from "../../app/useWatch.ts";
import { useRoom } from "../../room/RoomContext.ts";
import { orderOf, type Sorting } from "./orderOf.ts";
import type { TableText } from "./table.ts";
import { ViewNote } from "./ViewNote.tsx";
import classes from "./Views.module.css";
import { useView, type Viewed } from "./viewing.ts";

const rowHeight = 28;
/** Rows drawn above and below what is in view. */
const spare = 12;
/** Browsers draw nothing that is higher. */
const mostHeight = 8_000_000;

const tableIn = (viewed: Viewed) => ("table" in viewed ? viewed.table : undefined);

/** A text of commas or tabs as a table, live: to be looked at and sorted, not to be written in. Only the rows in view are drawn. */
export default function Table({ file }: { file: string }) {
  const { room } = useRoom();
  const view = useView(file, "table", tableIn);
  const name = useWatch(room.tree.view).find(({ id }) => id === file)?.shownName ?? "File";
  if (view.state === "none") return <ViewNote again={view.again}>{view.why}</ViewNote>;
  if (view.state === "coming") return <ViewNote busy>Fetching the file…</ViewNote>;
  const { shown, cut } = view;
  if (shown.header.length === 0) return <ViewNote>There is nothing in it yet.</ViewNote>;
  return <Rows table={shown} cut={cut || shown.cut} name={name} />;
}

function Rows({ table: { header, rows }, cut, name }: { table: TableText; cut: boolean; name: string }) {
  const [sorting, setSorting] = useState<Sorting>();
  const [seen, setSeen] = useState({ top: 0, height: 1_000 });
  const order = useMemo(() => orderOf(rows, sorting), [rows, sorting]);
  const widths = useMemo(() => widthsOf(header, rows), [header, rows]);
  const height = Math.min(rows.length * rowHeight, mostHeight);
  const room = Math.max(height - seen.height, 1);
  const first =
    height < mostHeight
      ? seen.top / rowHeight
      : (Math.min(seen.top / room, 1) * (rows.length * rowHeight - seen.height)) / rowHeight;
  const from = Math.max(0, Math.floor(first) - spare);
  const to = Math.min(rows.length, Math.ceil(first + seen.height / rowHeight) + spare);
  const columns: CSSProperties = { gridTemplateColumns: `64px ${widths.map((width) => `${width}ch`).join(" ")}` };

  const shift = height < mostHeight ? from * rowHeight : seen.top - (first - from) * rowHeight;

  return (
    <div className={classes.sheet}>
      <section
        className={classes.table}
        aria-label={`Table of ${name}`}
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is reached by the keyboard
        tabIndex={0}
        onScroll={({ currentTarget }) => setSeen({ top: currentTarget.scrollTop, height: currentTarget.clientHeight })}
      >
        <table aria-rowcount={rows.length + 1} aria-colcount={header.length}>
          <thead>
            <tr aria-rowindex={1} className={classes.row} style={columns}>
              <td className={classes.number} aria-hidden />
              {header.map((title, column) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: columns are their places
                <th key={column} scope="col" aria-sort={sortOf(sorting, column)} className={classes.title}>
                  <button type="button" title={title} onClick={() => setSorting(nextOf(sorting, column))}>
                    <span>{inOneLine(title) || `Column ${column + 1}`}</span>
                    {sorting?.column === column &&
                      (sorting.down ? <IconChevronDown size={14} /> : <IconChevronUp size={14} />)}
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody style={{ height }}>
            {order.slice(from, to).map((row, nth) => (
              <tr
                key={row}
                aria-rowindex={from + nth + 2}
                className={classes.row}
                style={{ ...columns, transform: `translateY(${shift}px)` }}
              >
                <td className={classes.number} aria-hidden>
                  {(row + 1).toLocaleString()}
                </td>
                {header.map((_, column) => (
                  // biome-ignore lint/suspicious/noArrayIndexKey: columns are their places
                  <td key={column} className={classes.cell} title={rows[row]![column]}>
                    {inOneLine(rows[row]![column])}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      <p className={classes.count} role="status">
        {rows.length === 1 ? "One row" : `${rows.length.toLocaleString()} rows`}
        {cut && ", the beginning of it: it is too long to be shown whole"}
        {sorting && `, sorted by ${header[sorting.column] || `column ${sorting.column + 1}`} for you`}
      </p>
    </div>
  );
}

/** A row is one line high: a sign stands where a cell's text goes on in another. */
function inOneLine(cell: string | undefined): string | undefined {
  return cell?.replace(/\r\n|\r|\n/g, " ↵ ");
}

function sortOf(sorting: Sorting | undefined, column: number): "ascending" | "descending" | "none" {
  if (sorting?.column !== column) return "none";
  return sorting.down ? "descending" : "ascending";
}

/** Up, down, and as the text has it. */
function nextOf(sorting: Sorting | undefined, column: number): Sorting | undefined {
  if (sorting?.column !== column) return { column, down: false };
  return sorting.down ? undefined : { column, down: true };
}

/** Letters wide, by what is in the first rows. */
function widthsOf(header: readonly string[], rows: TableText["rows"]): readonly number[] {
  const looked = rows.slice(0, 200);
  return header.map((title, column) => {
    const longest = looked.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), title.length + 2);
    return Math.min(Math.max(longest, 4), 40) + 3;
  });
}
