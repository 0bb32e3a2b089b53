const apple = /Mac|iPhone|iPad/.test(navigator.platform);

/** Keys as they are written on this keyboard. @param keys such as "Mod+Shift+P" */
export function keyNames(keys: string): string {
  if (!apple) return keys.replace("Mod", "Ctrl");
  return keys.replace("Mod+", "⌘").replace("Shift+", "⇧").replace("Alt+", "⌥").replace("Ctrl+", "⌃");
}

/** The key that goes with letters to make a command. */
export function hasMod(event: KeyboardEvent): boolean {
  return apple ? event.metaKey && !event.ctrlKey : event.ctrlKey && !event.metaKey;
}
