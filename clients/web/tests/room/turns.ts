/** What a browser lacks of Node for the hub of clients/core's tests: the next turn, in the order in which it was asked for. */
const waiting: (() => void)[] = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = () => waiting.shift()!();

Object.assign(globalThis, {
  setImmediate: (turn: () => void) => {
    waiting.push(turn);
    port2.postMessage(undefined);
  },
});
