import type { Room, TreeNode } from "@coterie/core";
import { readTexts } from "../../symbols/readTexts.ts";
import { namedLanguage } from "../pipelines/languages.ts";

const site = "https://www.onlinegdb.com/";

/** Its page for programs of this name; its first page, where one chooses the language, of others. */
export function onlineGdbPage(file: string): string {
  return `${site}${namedLanguage(file)?.onlineGdb ?? ""}`;
}

/** Opens a page of another company's in a tab of its own, which learns nothing of this one. */
export function openApart(address: string): void {
  window.open(address, "_blank", "noopener,noreferrer");
}

/** A file's text as it is here; without a connection it is waited for. @throws Error whose text is for a person */
export async function textOf(room: Room, { id, shownName }: TreeNode, signal: AbortSignal): Promise<string> {
  const text = await new Promise<string | undefined>((resolve, reject) => {
    const end = readTexts(room, [id], { take: async (_, read) => resolve(read) });
    signal.addEventListener("abort", () => {
      end();
      reject(signal.reason);
    });
  });
  if (text === undefined) throw new Error(`${shownName} could not be read.`);
  return text;
}
