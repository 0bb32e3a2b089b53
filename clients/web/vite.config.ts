import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
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

/** What PDF.js fetches when a document needs it stands below its version: code maps of East Asian fonts, two fonts of symbols, decoders, and their licences. */
const pdfParts: Plugin = {
  name: "pdf-parts",
  generateBundle() {
    const manifest = createRequire(import.meta.url).resolve("pdfjs-dist/package.json");
    const { version } = JSON.parse(readFileSync(manifest, "utf8"));
    const wanted =
      /\.bcmap$|\.icc$|^Foxit(Symbol|Dingbats)\.pfb$|^(openjpeg|jbig2|qcms_bg)\.wasm$|^LICENSE(?!_LIBERATION|.*QUICKJS)/;
    for (const folder of ["cmaps", "iccs", "standard_fonts", "wasm"])
      for (const file of readdirSync(join(dirname(manifest), folder)).filter((name) => wanted.test(name))) {
        const name = file.startsWith("LICENSE") ? `${file}_${folder}.txt` : file;
        const source = readFileSync(join(dirname(manifest), folder, file));
        this.emitFile({ type: "asset", fileName: `assets/pdfjs-${version}/${name}`, source });
      }
  },
};

/**
 * Every asset is addressed relative to `<base href>` of index.html, which the server rewrites to its base path: so one
 * build serves under any path. Nothing is inlined as a data URL, because the content security policy forbids it.
 */
export default defineConfig({
  base: "./",
  plugins: [react(), patientLanguages, pdfParts],
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
    rolldownOptions: { input: ["index.html", "drive.html"] },
  },
});
