import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import react from "@vitejs/plugin-react";
import { build, defineConfig, type Plugin } from "vite";

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
 * `room.html`, which the server sends for a room's address: index.html, and word of the door and the room behind it, so that both are fetched at
 * once and not one after the other. The editor is asked for by the door: compiling it would keep the door waiting. The landing page fetches none of it.
 */
const roomPage: Plugin = {
  name: "room-page",
  enforce: "post",
  generateBundle: {
    order: "post",
    handler(_, bundle) {
      const page = bundle["index.html"];
      if (page?.type !== "asset") return;
      const html = String(page.source);
      const named = new Set(Object.keys(bundle).filter((file) => html.includes(file)));
      const links: string[] = [];
      const add = (file: string, priority: "high" | "low") => {
        if (named.has(file)) return;
        named.add(file);
        const kind = file.endsWith(".css") ? 'rel="preload" as="style"' : 'rel="modulepreload"';
        links.push(`    <link ${kind} crossorigin fetchpriority="${priority}" href="./${file}">\n`);
        const chunk = bundle[file];
        if (chunk?.type !== "chunk") return;
        for (const needed of [...chunk.imports, ...(chunk.viteMetadata?.importedCss ?? [])]) add(needed, priority);
      };
      const chunks = Object.values(bundle).filter((one) => one.type === "chunk");
      for (const module of ["join/Door.tsx", "room/RoomScreen.tsx"]) {
        const chunk = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(`/src/${module}`));
        if (chunk === undefined) this.error(`No chunk begins with ${module}.`);
        add(chunk.fileName, module.startsWith("join/") ? "high" : "low");
      }
      // Most of their functions run before somebody types. Chromium then compiles them on another thread while they arrive, and not each on the page's.
      for (const file of named) {
        const chunk = bundle[file];
        if (chunk?.type === "chunk") chunk.code = `//# allFunctionsCalledOnLoad\n${chunk.code}`;
      }
      const source = html.replace("  </head>", `${links.join("")}  </head>`);
      this.emitFile({ type: "asset", fileName: "room.html", source });
    },
  },
};

/** The worker that keeps a version stands beside the pages that it is for, under a name that stays, in one file. */
const keeper: Plugin = {
  name: "keeper",
  async generateBundle() {
    const input = fileURLToPath(new URL("worker/sw.ts", import.meta.url));
    const rolldownOptions = { input, output: { format: "iife", entryFileNames: "sw.js" } } as const;
    const options = { write: false, target: "es2022", rolldownOptions } as const;
    const made = await build({ configFile: false, publicDir: false, logLevel: "warn", build: options });
    const [chunk] = "output" in made ? made.output : [];
    if (chunk?.type !== "chunk") this.error("The worker that keeps a version was not built.");
    this.emitFile({ type: "asset", fileName: "sw.js", source: chunk.code });
  },
};

/**
 * Every asset is addressed relative to `<base href>` of index.html, which the server rewrites to its base path: so one
 * build serves under any path. Nothing is inlined as a data URL, because the content security policy forbids it.
 */
export default defineConfig({
  base: "./",
  plugins: [react(), patientLanguages, pdfParts, roomPage, keeper],
  worker: {
    format: "es",
    // Tree-sitter would evaluate script that a grammar brings: none brings any, and the content security policy forbids it.
    rolldownOptions: { checks: { eval: false, bundlerTimings: false } },
  },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 6000,
    manifest: true,
    rolldownOptions: {
      checks: { bundlerTimings: false },
      input: ["index.html", "drive.html"],
      // Whoever makes an Error while a module begins has all of its chunk parsed anew where somebody debugs or measures: such modules stand in small ones.
      output: {
        codeSplitting: {
          groups: [
            { name: "contextKeys", test: /monaco-editor.esm.vs.platform.contextkey.common.contextkey\.js/ },
            { name: "lib0", test: /node_modules.lib0/ },
            { name: "react", test: /node_modules.(react|react-dom|scheduler)[\\/]/ },
          ],
        },
      },
    },
  },
});
