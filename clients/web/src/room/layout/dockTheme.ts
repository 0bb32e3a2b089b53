import type { DockviewTheme } from "dockview-react";

/** Dockview drawn with our tokens (dock.css). */
export const dockTheme: DockviewTheme = { name: "coterie", className: "dock", gap: 0, tabGroupIndicator: "none" };
