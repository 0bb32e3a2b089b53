import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { defineConfig, type Plugin } from "vite";

/** Monaco's language definitions call our `registerLanguage` in the place of Monaco's. */
const patientLanguages: Plugin = {
  name: "patient-languages",
  enforce: "pre",
  resolveId(source, importer) {
    const ours = source === "../_.contribution.js" && importer?.includes("/languages/definitions/");
    return ours ? fileURLToPath(new URL("src/editor/registerLanguage.ts", import.meta.url)) : undefined;
  },
};

/**
 * Every asset is addressed relative to `<base href>` of index.html, which the server rewrites to its base path: so one
 * build serves under any path. Nothing is inlined as a data URL, because the content security policy forbids it.
 */
export default defineConfig({
  base: "./",
  plugins: [react(), patientLanguages],
  worker: {
    format: "es",
    // Tree-sitter would evaluate script that a grammar brings: none brings any, and the content security policy forbids it.
    rolldownOptions: { checks: { eval: false } },
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 6000,
    manifest: true,
  },
});
