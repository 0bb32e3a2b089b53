/** What the server's answers tell a browser (SecurityHeaders.cs and BrowserClient.cs); the worker's tell it the same, whatever the server says by now. */
const fixed = {
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
  "X-Frame-Options": "DENY",
};

const types: Readonly<Record<string, string>> = {
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  mjs: "text/javascript; charset=utf-8",
  css: "text/css; charset=utf-8",
  json: "application/json",
  webmanifest: "application/manifest+json",
  svg: "image/svg+xml",
  png: "image/png",
  ico: "image/x-icon",
  wasm: "application/wasm",
  ttf: "font/ttf",
  woff2: "font/woff2",
  txt: "text/plain; charset=utf-8",
  bcmap: "application/octet-stream",
  icc: "application/vnd.iccprofile",
  pfb: "application/octet-stream",
};

/** @param elsewhere what the page may ask beside its own server */
export function headersOf(path: string, host: string, elsewhere: readonly string[] = []): Record<string, string> {
  const connect = ["'self'", `ws://${host}`, `wss://${host}`, ...elsewhere].join(" ");
  return {
    ...fixed,
    "Content-Type": types[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream",
    "Content-Security-Policy":
      "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline'; " +
      `connect-src ${connect}; img-src 'self' data: blob:; media-src blob:; font-src 'self' data:; ` +
      "manifest-src 'self'; frame-ancestors 'none'; base-uri 'self'; form-action 'none'",
  };
}

/** For what the server says that is no file of the version: it is shown, and can do nothing. */
export const powerless = {
  ...fixed,
  "Content-Type": "text/plain; charset=utf-8",
  "Content-Security-Policy": "sandbox; default-src 'none'",
};
