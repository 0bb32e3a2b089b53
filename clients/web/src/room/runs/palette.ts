import type { ISearchDecorationOptions } from "@xterm/addon-search";
import type { ITheme } from "@xterm/xterm";

const names = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"] as const;

function colours(): (token: string) => string {
  const style = getComputedStyle(document.documentElement);
  return (token) => style.getPropertyValue(`--${token}`).trim();
}

/** What a search found, marked in the colours that the page has now. */
export function foundColours(): ISearchDecorationOptions {
  const of = colours();
  return {
    matchBorder: of("ansi-yellow"),
    matchOverviewRuler: of("ansi-yellow"),
    activeMatchBackground: of("ansi-selection"),
    activeMatchBorder: of("ansi-red"),
    activeMatchColorOverviewRuler: of("ansi-red"),
  };
}

/** The terminal in the colours that the page has now. */
export function palette(): ITheme {
  const of = colours();
  const named = Object.fromEntries(
    names.flatMap((name) => [
      [name, of(`ansi-${name}`)],
      [`bright${name.charAt(0).toUpperCase()}${name.slice(1)}`, of(`ansi-bright-${name}`)],
    ]),
  );
  return {
    ...named,
    background: of("sunken"),
    foreground: of("ink"),
    cursor: of("brand"),
    cursorAccent: of("brand-ink"),
    selectionBackground: of("ansi-selection"),
    scrollbarSliderBackground: of("line-strong"),
  };
}
