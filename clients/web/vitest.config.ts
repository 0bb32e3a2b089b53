import { defineConfig, mergeConfig } from "vitest/config";
import vite from "./vite.config.ts";

export default mergeConfig(
  vite,
  defineConfig({ test: { globalSetup: "tests/served.ts", expect: { poll: { timeout: 10_000 } } } }),
);
