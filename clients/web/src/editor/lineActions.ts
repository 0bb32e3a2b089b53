import { copyText } from "../app/copyText.ts";
import type { Draft } from "../room/chat/Draft.ts";
import type { monaco } from "./monaco.ts";

/** What the editor's menu offers for the line one is in: to name it in the chat, or to copy what the chat turns into a link to it. */
export function offerLines(editor: monaco.editor.IStandaloneCodeEditor, path: () => string, draft: Draft): void {
  const here = () => `${path()}:${editor.getPosition()?.lineNumber ?? 1}`;
  editor.addAction({
    id: "coterie.mention-line",
    label: "Mention This Line in Chat",
    contextMenuGroupId: "9_cutcopypaste",
    contextMenuOrder: 10,
    run: () => draft.add(here()),
  });
  editor.addAction({
    id: "coterie.copy-line",
    label: "Copy Link to This Line",
    contextMenuGroupId: "9_cutcopypaste",
    contextMenuOrder: 11,
    run: () => copyText(here(), "Copied. In the chat it becomes a link to this line."),
  });
}
