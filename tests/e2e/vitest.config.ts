import { defineConfig } from "vitest/config";

/** One browser and one server at a time, and as much patience in polls as in the page: the machine that runs this may have two cores. */
export default defineConfig({
  test: { fileParallelism: false, testTimeout: 60_000, hookTimeout: 60_000, expect: { poll: { timeout: 20_000 } } },
});
