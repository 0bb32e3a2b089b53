import type { ITheme } from "@xterm/xterm";

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

/** The terminal in the colours that the page has now. */
export function palette(): ITheme {
  const style = getComputedStyle(document.documentElement);
  const of = (token: string) => style.getPropertyValue(`--${token}`).trim();
  const colours = Object.fromEntries(
    names.flatMap((name) => [
      [name, of(`ansi-${name}`)],
      [`bright${name.charAt(0).toUpperCase()}${name.slice(1)}`, of(`ansi-bright-${name}`)],
    ]),
  );
  return {
    ...colours,
    background: of("sunken"),
    foreground: of("ink"),
    cursor: of("brand"),
    cursorAccent: of("brand-ink"),
    selectionBackground: of("ansi-selection"),
    scrollbarSliderBackground: of("line-strong"),
  };
}
