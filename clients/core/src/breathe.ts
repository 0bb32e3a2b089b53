/**
 * Lets what else waits for this thread go first, keys and drawing above all. By a message: timers of a page in the background fire once a
 * second, or once a minute.
 */
export function breathe(): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  return new Promise((resolve) => {
    port1.onmessage = () => {
      port1.close();
      resolve();
    };
    port2.postMessage(undefined);
  });
}
