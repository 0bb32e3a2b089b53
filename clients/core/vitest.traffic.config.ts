import { defineConfig } from "vitest/config";

// Recorded traffic of the simulator, named by COTERIE_TRAFFIC: ./test simulation records it and runs this.
export default defineConfig({
  test: { testTimeout: 60_000, include: ["test/vectors/traffic.replay.ts"], maxWorkers: 2 },
});
