import { HELD, lookAgain, pauseAfter, TRIES } from "@crm/core/inbound-webhook/wait.rules.ts";
import { SETTLES } from "@crm/core/provider/fault.ts";
import { pauseAfter as askedAgain, LEASE, MOST_TRIES } from "@crm/core/signature/work.rules.ts";
import { describe, expect, it } from "vitest";

const HOUR = 60 * 60;

describe("a delivery", () => {
  it.each([
    [0, 60],
    [1, 60],
    [2, 5 * 60],
    [3, 30 * 60],
    [4, 2 * HOUR],
    [5, 6 * HOUR],
    [6, 24 * HOUR],
    [7, 24 * HOUR],
    [1000, 24 * HOUR],
  ])("that was tried %i times in vain is tried again after %i seconds", (tries, seconds) => {
    expect(pauseAfter(tries)).toBe(seconds);
  });

  it("is tried for most of a day", () => {
    const all = Array.from({ length: TRIES - 1 }, (_, at) => pauseAfter(at + 1)).reduce((sum, each) => sum + each, 0);
    expect([TRIES, all]).toEqual([6, 8 * HOUR + 36 * 60]);
  });

  it("that waits for its record is looked at to the last of seven days, and not after it", () => {
    const came = Date.parse("2028-02-28T23:30:00Z");
    const ends = came + HELD * 1000;
    expect(new Date(ends).toISOString()).toBe("2028-03-06T23:30:00.000Z");
    expect(lookAgain(came, 1, came)).toBe(came + 60_000);
    expect(lookAgain(came, 9, ends - 5000)).toBe(ends);
    expect(lookAgain(came, 9, ends - 1)).toBe(ends);
    expect(lookAgain(came, 9, ends)).toBeUndefined();
    expect(lookAgain(came, 1, ends + 1)).toBeUndefined();
  });
});

describe("a provider of signatures", () => {
  it.each([
    [0, undefined, SETTLES],
    [1, undefined, SETTLES],
    [2, undefined, 2 * SETTLES],
    [5, undefined, 16 * SETTLES],
    [8, undefined, 128 * SETTLES],
    [9, undefined, 6 * HOUR],
    [100, undefined, 6 * HOUR],
    [1, 45, SETTLES],
    [1, HOUR, HOUR],
    [9, HOUR, 6 * HOUR],
  ])("asked %i times in vain, which names %s seconds, is asked again after %i", (tries, said, seconds) => {
    expect(askedAgain(tries, said)).toBe(seconds);
  });

  it("is asked for more than a day, and by one at a time", () => {
    const all = Array.from({ length: MOST_TRIES - 1 }, (_, at) => askedAgain(at + 1)).reduce((sum, each) => sum + each, 0);
    expect(all).toBeGreaterThan(24 * HOUR);
    // A sending without an answer is looked for once the lists of its provider have it.
    expect(LEASE).toBeGreaterThan(SETTLES);
  });
});
