// @y/websocket-server as its own server.js sets it up (documents live in memory), but on a free port that it prints.
import http from "node:http";
import { setupWSConnection } from "@y/websocket-server/utils";
import WebSocket from "ws";

const sockets = new WebSocket.Server({ noServer: true });
sockets.on("connection", setupWSConnection);

const server = http.createServer((_request, response) => response.end("okay"));
server.on("upgrade", (request, socket, head) =>
  sockets.handleUpgrade(request, socket, head, (ws) => sockets.emit("connection", ws, request)),
);
server.listen(0, "127.0.0.1", () => console.log(`listening on http://127.0.0.1:${server.address().port}`));
