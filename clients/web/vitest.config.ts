import { defineConfig, mergeConfig } from "vitest/config";
import vite from "./vite.config.ts";

export default mergeConfig(
  vite,
  // A page in Chromium, or members in one process, on a machine of two cores that does something else, too.
  defineConfig({
    test: {
      globalSetup: "tests/served.ts",
      testTimeout: 60_000,
      hookTimeout: 60_000,
      expect: { poll: { timeout: 20_000 } },
    },
  }),
);
