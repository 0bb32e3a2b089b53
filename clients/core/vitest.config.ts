import { defineConfig } from "vitest/config";

// Real keys, a real password hash and several members in one process: on a busy machine a test may take long and be well.
export default defineConfig({ test: { testTimeout: 30_000 } });
