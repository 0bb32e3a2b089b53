// PermanentUserData of real Yjs, as JSON. With updates (base64, a line each) on the standard input: what Yjs knows of them.
// With the argument `write`: a document that two users wrote in and deleted from, and what Yjs knows of it.
import { text } from "node:stream/consumers";
import { setTimeout as pass } from "node:timers/promises";
import * as Y from "yjs";

const base64 = (bytes) => Buffer.from(bytes).toString("base64");

/** Each client id's user, and of each clock of each client who deleted it. */
function known(doc) {
  const users = new Y.PermanentUserData(doc);
  const deleters = {};
  for (const [client, structs] of doc.store.clients)
    deleters[client] = clocks(structs).map((clock) => users.getUserByDeletedId(Y.createID(client, clock)));
  return { users: Object.fromEntries(users.clients), deleters };
}

function clocks(structs) {
  const last = structs.at(-1);
  return Array.from({ length: last.id.clock + last.length }, (_, clock) => clock);
}

async function write() {
  const docs = [1, 2].map((id) => {
    const doc = new Y.Doc({ gc: false });
    doc.clientID = id;
    return doc;
  });
  const [one, other] = docs;
  const exchange = async () => {
    await pass(5);
    Y.applyUpdate(one, Y.encodeStateAsUpdate(other), "remote");
    Y.applyUpdate(other, Y.encodeStateAsUpdate(one), "remote");
    await pass(5);
  };
  const people = docs.map((doc) => new Y.PermanentUserData(doc));
  people[0].setUserMapping(one, 1, "Ada");
  one.getText("t").insert(0, "what Ada wrote");
  await exchange();
  people[1].setUserMapping(other, 2, "Bob");
  other.getText("t").insert(4, " and Bob");
  other.getText("t").delete(0, 2);
  await exchange();
  one.getText("t").delete(3, 5);
  people[0].setUserMapping(one, 77, "Ada");
  await exchange();
  return one;
}

let doc = new Y.Doc();
if (process.argv[2] === "write") doc = await write();
else
  for (const line of (await text(process.stdin)).split("\n").filter((each) => each !== ""))
    Y.applyUpdate(doc, Buffer.from(line, "base64"));
process.stdout.write(JSON.stringify({ update: base64(Y.encodeStateAsUpdate(doc)), ...known(doc) }));
