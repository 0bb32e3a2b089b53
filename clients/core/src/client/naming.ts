import { Limits } from "../limits.ts";
import { isNodeName } from "../rooms/NodeName.ts";
import { type NameFault, nameFault } from "../rooms/Payloads/Name.ts";
import { utf8 } from "../wire/Bytes.ts";
import { type NodeId, parseId, ROOT } from "../wire/Ids.ts";
import { RoomError } from "./RoomError.ts";

/** What is wrong with a name of a person, a room, a file or a folder, in words for who types it (T9). */
export function nameProblem(name: string): string | undefined {
  const fault = nameFault(name);
  return fault && SAID[fault](name);
}

/** What is wrong with the name of a file or folder (T6). */
export function nodeNameProblem(name: string): string | undefined {
  return nameProblem(name) ?? (isNodeName(name) ? undefined : NO_NODE_NAME);
}

/** @throws RoomError where a file or folder may not be called so. */
export function checkNodeName(name: string): void {
  const problem = nodeNameProblem(name);
  if (problem !== undefined) throw new RoomError(0, problem);
}

/** @throws RoomError where a person or a room may not be called so. */
export function checkName(name: string): void {
  const problem = nameProblem(name);
  if (problem !== undefined) throw new RoomError(0, problem);
}

/** @throws RoomError where it is no id; none is the root. */
export function nodeId(id: string | undefined): NodeId {
  if (id === undefined) return ROOT;
  const node = parseId<NodeId>(id);
  if (node === undefined) throw new RoomError(0, "There is no such file or folder.");
  return node;
}

const NO_NODE_NAME = "A file or folder has no slash in its name and is not . or ..: choose another.";

const SAID: Record<NameFault, (name: string) => string> = {
  length: (name) => {
    const over = utf8(name).length - Limits.MaxNameBytes;
    if (over <= 0) return "A name has at least one letter: type one.";
    return `Too long by ${over}: a name has room for ${Limits.MaxNameBytes} plain letters. Letters with accents take 2, other scripts 2 or 3, emoji 4 and more.`;
  },
  control: () => "A name holds no line break and no control character: type it anew.",
  hidden: () => "This name holds an invisible character, by which it could pass for another: type it anew.",
  blank: () => "Nothing of this name would be seen: add a letter.",
};
