// Hocuspocus 4 with its SQLite extension, set up as its documentation shows. Usage: node hocuspocus.mjs FILE.sqlite
import { SQLite } from "@hocuspocus/extension-sqlite";
import { Server } from "@hocuspocus/server";

const server = new Server({
  address: "127.0.0.1",
  port: 0,
  quiet: true,
  extensions: [new SQLite({ database: process.argv[2] })],
});
await server.listen();
console.log(`listening on http://127.0.0.1:${server.address.port}`);
