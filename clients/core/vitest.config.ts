import { defineConfig } from "vitest/config";

// Real keys, a real password hash and several members in one process: on a busy machine a test may take long and be well.
// Two workers also on two cores, where vitest would take one: most of its tests wait for the platform's cryptography.
// No test leaves anything behind in a module, so that a worker loads each module once (a third of the time).
export default defineConfig({ test: { testTimeout: 30_000, maxWorkers: 2, isolate: false } });
