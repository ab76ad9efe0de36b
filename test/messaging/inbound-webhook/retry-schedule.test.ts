import {
  computeBackoff as askedAgain,
  computePreparationBackoff,
  LEASE_SECONDS,
  MAX_TRIES,
} from "@crm/core/agreements/signature/provider-work.rules.ts";
import { SETTLE_SECONDS } from "@crm/core/lib/provider-http/fault.ts";
import {
  computeBackoff,
  computeNextCheck,
  MAX_ATTEMPTS,
  MAX_WAIT_SECONDS,
} from "@crm/core/messaging/inbound-webhook/retry-schedule.rules.ts";
import { describe, expect, it } from "vitest";

const HOUR_SECONDS = 60 * 60;

describe("a delivery", () => {
  it.each([
    [0, 60],
    [1, 60],
    [2, 5 * 60],
    [3, 30 * 60],
    [4, 2 * HOUR_SECONDS],
    [5, 6 * HOUR_SECONDS],
    [6, 24 * HOUR_SECONDS],
    [7, 24 * HOUR_SECONDS],
    [1000, 24 * HOUR_SECONDS],
  ])("after %i failed attempts is retried after %i seconds", (tries, seconds) => {
    expect(computeBackoff(tries)).toBe(seconds);
  });

  it("is retried for most of a day", () => {
    const all = Array.from({ length: MAX_ATTEMPTS - 1 }, (_, index) => computeBackoff(index + 1)).reduce(
      (sum, delay) => sum + delay,
      0,
    );
    expect([MAX_ATTEMPTS, all]).toEqual([6, 8 * HOUR_SECONDS + 36 * 60]);
  });

  it("waiting for its record is checked until the end of seven days, and not later", () => {
    const arrivalTime = Date.parse("2028-02-28T23:30:00Z");
    const ends = arrivalTime + MAX_WAIT_SECONDS * 1000;
    expect(new Date(ends).toISOString()).toBe("2028-03-06T23:30:00.000Z");
    expect(computeNextCheck(arrivalTime, 1, arrivalTime)).toBe(arrivalTime + 60_000);
    expect(computeNextCheck(arrivalTime, 9, ends - 5000)).toBe(ends);
    expect(computeNextCheck(arrivalTime, 9, ends - 1)).toBe(ends);
    expect(computeNextCheck(arrivalTime, 9, ends)).toBeUndefined();
    expect(computeNextCheck(arrivalTime, 1, ends + 1)).toBeUndefined();
  });
});

describe("polling of a signature provider", () => {
  it.each([
    [0, undefined, SETTLE_SECONDS],
    [1, undefined, SETTLE_SECONDS],
    [2, undefined, 2 * SETTLE_SECONDS],
    [5, undefined, 16 * SETTLE_SECONDS],
    [8, undefined, 128 * SETTLE_SECONDS],
    [9, undefined, 6 * HOUR_SECONDS],
    [100, undefined, 6 * HOUR_SECONDS],
    [1, 45, SETTLE_SECONDS],
    [1, HOUR_SECONDS, HOUR_SECONDS],
    [9, HOUR_SECONDS, 6 * HOUR_SECONDS],
  ])("after %i failed requests with a retry delay of %s seconds continues after %i", (tries, retryAfter, seconds) => {
    expect(askedAgain(tries, retryAfter)).toBe(seconds);
  });

  it("requests a file that is not ready after seconds, then less often", () => {
    expect([1, 2, 3, 4].map((tries) => computePreparationBackoff(tries))).toEqual([10, 40, 160, 640]);
    expect([computePreparationBackoff(1, 90), computePreparationBackoff(9)]).toEqual([90, 6 * HOUR_SECONDS]);
  });

  it("continues for more than a day, with one worker at a time", () => {
    for (const computePause of [askedAgain, computePreparationBackoff]) {
      const pauses = Array.from({ length: MAX_TRIES - 1 }, (_, index) => computePause(index + 1));
      expect(pauses.reduce((sum, delay) => sum + delay, 0)).toBeGreaterThan(24 * HOUR_SECONDS);
    }
    // A request without an answer is looked up only after the provider's lists must contain it.
    expect(LEASE_SECONDS).toBeGreaterThan(SETTLE_SECONDS);
  });
});
