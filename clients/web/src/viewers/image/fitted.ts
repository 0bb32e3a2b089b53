import { leastZoom } from "../zoom.ts";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Around a picture that fits, in pixels. */
const margin = 16;

/** How large a picture can be to be seen whole; a small one is not made larger. */
export function fitted(size: Size | undefined, view: Size | undefined): number {
  if (!size || !view) return 1;
  const across = (view.width - 2 * margin) / size.width;
  const down = (view.height - 2 * margin) / size.height;
  return Math.max(Math.min(1, across, down), Math.min(leastZoom, 1 / Math.max(size.width, size.height)));
}

export function pixels(size: Size | undefined): string | undefined {
  return size && `${size.width} × ${size.height} pixels`;
}
