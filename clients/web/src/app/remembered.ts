/** Small conveniences kept in this browser only; a browser that keeps nothing just forgets them. */
function read(key: string): string | undefined {
  try {
    return localStorage.getItem(`coterie.${key}`) ?? undefined;
  } catch {
    return undefined;
  }
}

function write(key: string, value: string): void {
  try {
    localStorage.setItem(`coterie.${key}`, value);
  } catch {
    // Storage is full or switched off: the convenience is lost, nothing else.
  }
}

function remove(key: string): void {
  try {
    localStorage.removeItem(`coterie.${key}`);
  } catch {
    // Nothing was kept, then.
  }
}

export const remembered = {
  name: () => read("name") ?? "",
  rememberName: (name: string) => write("name", name),
  layout: (size: string) => read(`layout.${size}`),
  rememberLayout: (size: string, layout: string) => write(`layout.${size}`, layout),
  minimap: () => read("minimap"),
  rememberMinimap: (minimap: string) => write("minimap", minimap),
  desk: (room: string) => read(`desk.${room}`),
  rememberDesk: (room: string, desk: string) => write(`desk.${room}`, desk),
  choices: (room: string) => read(`choices.${room}`),
  rememberChoices: (room: string, choices: string) => write(`choices.${room}`, choices),
  lastSeenMessage: (room: string) => read(`seen.${room}`),
  rememberLastSeenMessage: (room: string, message: string) => write(`seen.${room}`, message),
  runs: (room: string) => read(`runs.${room}`),
  rememberRuns: (room: string, runs: string) => write(`runs.${room}`, runs),
  bringing: (room: string) => read(`bringing.${room}`),
  rememberBringing: (room: string, lots: string) => write(`bringing.${room}`, lots),
  forgetBringing: (room: string) => remove(`bringing.${room}`),
  pipelines: () => read("pipelines"),
  rememberPipelines: (pipelines: string) => write("pipelines", pipelines),
  runsHeight: () => read("runs.height"),
  rememberRunsHeight: (height: string) => write("runs.height", height),
  settled: () => read("version.settled"),
  rememberSettled: (settled: string) => write("version.settled", settled),
  forgetRoom: (room: string) => {
    remove(`desk.${room}`);
    remove(`choices.${room}`);
    remove(`seen.${room}`);
    remove(`runs.${room}`);
    remove(`bringing.${room}`);
  },
};
