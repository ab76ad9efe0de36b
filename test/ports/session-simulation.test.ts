import { describe, expect, it } from "vitest";
import { type SimulationOptions, simulateSessions } from "../../bench/session-simulation.ts";
import { startProcess } from "../../bench/tenants.ts";

/** A small sample of `npm run bench -- --only=tenants`. The seed, the virtual clock and so the counts are the same in each run. */
const simulate = (options: Partial<SimulationOptions>) =>
  simulateSessions({
    tenants: 500,
    distribution: "even",
    requestsPerSecond: 20,
    warmUpSeconds: 600,
    measuredSeconds: 60,
    startProcess,
    ...options,
  });

describe("simulated sessions", () => {
  it("are requested once for each process and tenant, so that calls fall while the caches fill", async () => {
    const [even, zipf] = [await simulate({}), await simulate({ distribution: "zipf" })];
    for (const { start, steady } of [even, zipf]) {
      expect(start.sessions).toBeLessThanOrEqual(2 * start.requests);
      expect(steady.sessions / steady.requests).toBeLessThan((0.9 * start.sessions) / start.requests);
      expect([steady.throttled, steady.refused]).toEqual([0, 0]);
    }
    expect(zipf.steady.sessions).toBeLessThan(0.9 * even.steady.sessions);
  });

  it("are refused beyond the quota of STS, which the other requests use up", async () => {
    const quota = 10;
    const { start } = await simulate({ requestsPerSecond: 2 * quota, quota, warmUpSeconds: 60, measuredSeconds: 0 });
    expect(start.throttled).toBeGreaterThan(start.refused);
    expect(start.refused).toBeGreaterThan(0);
    expect([start.sessions >= 60 * quota, start.sessions <= 61 * quota]).toEqual([true, true]);
  });
});
