import type { Outlined } from "./CodeSymbol.ts";
import { type Engine, engineFor } from "./engine.ts";
import type { Grammar } from "./grammars.ts";
import { outlineOf } from "./outline.ts";

export interface Question {
  readonly grammar: Grammar;
  readonly text: string;
}

/** "begun" once the language is there, then what came of it. */
export type Answer = "begun" | Outlined;

/** Outlines one text after the other, off the page's thread. Whoever asks ends it where that takes too long, and after any trouble. */
addEventListener("message", async ({ data }: MessageEvent<Question>) => {
  const say = (answer: Answer) => postMessage(answer);
  let engine: Engine;
  try {
    engine = await engineFor(data.grammar);
  } catch (error) {
    console.warn("symbols:", error);
    return say("unreachable");
  }
  say("begun");
  try {
    say(outlineOf(engine, data.text));
  } catch (error) {
    console.warn("symbols:", error);
    say("failed");
  }
});
