import { attempt, toast } from "./toast.ts";

/** Puts a text on the clipboard and says so; or why not. */
export async function copyText(text: string, said: string): Promise<void> {
  const done = await attempt(navigator.clipboard.writeText(text).then(() => true));
  if (done) toast(said);
}
