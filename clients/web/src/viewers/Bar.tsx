import { ActionIcon, Tooltip } from "@mantine/core";
import { IconDownload, IconMaximize, IconZoomIn, IconZoomOut } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { megabytes } from "../room/bring/plan.ts";
import type { Shown } from "./Shown.ts";
import classes from "./Viewer.module.css";
import { leastZoom, mostZoom, percent, type ZoomWish } from "./zoom.ts";

export interface BarProps {
  /** Without `onHex` it is not shown as bytes. */
  readonly shown: Pick<Shown, "name" | "bytes" | "sort" | "onDownload"> & Partial<Pick<Shown, "asHex" | "onHex">>;
  /** What is known of it beside its kind and size. */
  readonly facts?: string | undefined;
  /** The viewer's own controls. */
  readonly children?: ReactNode;
}

/** What a file is, what its viewer can do, and the way out of the room. */
export function Bar({ shown, facts, children }: BarProps) {
  const { name, bytes, sort, asHex = false, onHex, onDownload } = shown;
  const kind = sort.what === "bytes" ? undefined : sort.called;
  return (
    <div className={classes.bar}>
      <p className={classes.about}>
        <span className={classes.name} title={name}>
          {name}
        </span>
        <span className={classes.facts}>{[kind, facts, megabytes(bytes.length)].filter(Boolean).join(" · ")}</span>
      </p>
      {children && <span className={classes.controls}>{children}</span>}
      <span className={classes.ends}>
        {onHex && sort.what !== "bytes" && (
          <Tooltip label={asHex ? `Show the ${sort.called}` : "Show the bytes"}>
            <button type="button" className={classes.toggle} aria-pressed={asHex} onClick={onHex}>
              Hex
            </button>
          </Tooltip>
        )}
        <Act label="Download" icon={<IconDownload size={18} />} onClick={onDownload} />
      </span>
    </div>
  );
}

interface ActProps {
  readonly label: string;
  readonly keys?: string;
  readonly icon: ReactNode;
  readonly disabled?: boolean;
  readonly onClick: () => void;
}

/** One button of a bar; its keys stand in its title. */
export function Act({ label, keys, icon, disabled = false, onClick }: ActProps) {
  return (
    <Tooltip label={keys ? `${label} (${keys})` : label}>
      <ActionIcon
        className={classes.act}
        variant="subtle"
        color="gray"
        aria-label={label}
        disabled={disabled}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
}

interface ZoomProps {
  readonly scale: number;
  /** What "fit" means here, such as "Fit the width". */
  readonly fit: string;
  readonly onZoom: (wish: ZoomWish) => void;
}

export function Zoom({ scale, fit, onZoom }: ZoomProps) {
  return (
    <span className={classes.group}>
      <Act
        label="Zoom out"
        keys="−"
        icon={<IconZoomOut size={18} />}
        disabled={scale <= leastZoom}
        onClick={() => onZoom("out")}
      />
      <Tooltip label="Actual size (0)">
        <button
          type="button"
          className={classes.percent}
          aria-label={`Actual size; now ${percent(scale)}`}
          onClick={() => onZoom("actual")}
        >
          {percent(scale)}
        </button>
      </Tooltip>
      <Act
        label="Zoom in"
        keys="+"
        icon={<IconZoomIn size={18} />}
        disabled={scale >= mostZoom}
        onClick={() => onZoom("in")}
      />
      <Act label={fit} keys="Shift+0" icon={<IconMaximize size={18} />} onClick={() => onZoom("fit")} />
    </span>
  );
}
