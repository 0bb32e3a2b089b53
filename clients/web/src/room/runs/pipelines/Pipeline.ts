/** The ways in which a program can be run, in the order in which they are offered. */
export const pipelines = ["server", "wandbox", "package", "onlinegdb"] as const;
export type Pipeline = (typeof pipelines)[number];

/** What is said of one: of which Wandbox where that matters. */
export interface PipelineWords {
  /** In a list of them. */
  readonly label: string;
  /** What a press does with this program. */
  readonly does: string;
}

export function pipelineWords(pipeline: Pipeline, program: string, wandbox: string | undefined): PipelineWords {
  const host = wandbox === undefined ? "a Wandbox" : hostOf(wandbox);
  switch (pipeline) {
    case "server":
      return { label: "On this server", does: `Run ${program}` };
    case "wandbox":
      return {
        label: wandbox === undefined ? "Wandbox" : `Wandbox at ${host}`,
        does: `Run ${program} at ${host}`,
      };
    case "package":
      return { label: "Run package", does: `Download ${program} as a run package` };
    case "onlinegdb":
      return { label: "OnlineGDB", does: `Open ${program} in OnlineGDB` };
  }
}

/** As a person reads an address: without its scheme. */
export function hostOf(address: string): string {
  return address.replace(/^https?:\/\//, "");
}
