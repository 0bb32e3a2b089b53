const steps = [0.05, 0.1, 0.15, 0.25, 0.33, 0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 24, 32];
export const leastZoom = 0.05;
export const mostZoom = 32;
const notch = 25; // a wheel's notch is 100 and more, a pinch is some few

/** The next step up or down from any scale. */
export function stepped(scale: number, up: boolean): number {
  const next = up ? steps.find((step) => step > scale * 1.01) : steps.findLast((step) => step < scale * 0.99);
  return next ?? clampZoom(scale);
}

export function clampZoom(scale: number): number {
  return Math.min(mostZoom, Math.max(leastZoom, scale));
}

/** By what a turn of the wheel, or a pinch, multiplies the scale. */
export function wheelFactor({ deltaY, deltaMode }: Pick<WheelEvent, "deltaY" | "deltaMode">): number {
  const pixels = deltaMode === 0 ? deltaY : deltaY * notch;
  return Math.exp(-Math.max(-notch, Math.min(notch, pixels)) / 100);
}

export function percent(scale: number): string {
  const value = scale * 100;
  return `${value < 10 ? Math.round(value * 10) / 10 : Math.round(value)} %`;
}

export type ZoomWish = "in" | "out" | "actual" | "fit";

/** What a key asks for. Digits by their place: with Shift they are another sign on every layout. */
export function zoomKey(event: {
  key: string;
  code: string;
  shiftKey: boolean;
  ctrlKey: boolean;
  metaKey: boolean;
  altKey: boolean;
}): ZoomWish | undefined {
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined;
  if (event.code === "Digit0") return event.shiftKey ? "fit" : "actual";
  if (event.code === "Numpad0") return "actual";
  return event.key === "+" || event.key === "=" ? "in" : event.key === "-" || event.key === "_" ? "out" : undefined;
}
