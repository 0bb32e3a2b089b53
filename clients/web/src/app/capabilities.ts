import type { StopText } from "./Stop.tsx";

/** What this browser or address lacks to encrypt, in words for a person; undefined when nothing is missing. */
export function missing(): StopText | undefined {
  if (!isSecureContext || !globalThis.crypto?.subtle) {
    return {
      title: "Encryption needs https",
      text: `Browsers give pages their encryption only over https, or on localhost. This page was opened as ${location.protocol}//${location.host}, so nothing could be sealed here.`,
      next: "Open the same address with https://. If the server has none yet, whoever runs it can start it with a certificate (coterie serve --tls-cert … --tls-key …).",
    };
  }
  const lacks = [
    typeof WebSocket === "undefined" && "WebSocket",
    typeof CompressionStream === "undefined" && "CompressionStream",
    typeof structuredClone === "undefined" && "structuredClone",
    typeof Array.prototype.toSorted === "undefined" && "ES2023",
  ].filter(Boolean);
  if (lacks.length === 0) return undefined;
  return {
    title: "This browser is too old",
    text: `Coterie encrypts everything before it leaves your machine, and this browser lacks what it needs for that: ${lacks.join(", ")}.`,
    next: "Open the link in a current Firefox, Chrome, Edge or Safari.",
  };
}
