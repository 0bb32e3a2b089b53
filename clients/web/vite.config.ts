import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

/**
 * Every asset is addressed relative to `<base href>` of index.html, which the server rewrites to its base path: so one
 * build serves under any path. Nothing is inlined as a data URL, because the content security policy forbids it.
 */
export default defineConfig({
  base: "./",
  plugins: [react()],
  worker: { format: "es" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 6000,
    manifest: true,
  },
});
