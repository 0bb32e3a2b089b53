import { defineConfig } from "vitest/config";

/** The server may start cold on a busy machine. */
export default defineConfig({ test: { hookTimeout: 60_000 } });
