import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** A fake date for all tests, set by `npm run test:dates`. */
const fakeDate = process.env.CRM_FALSE_DATE;
const HOUR = 60 * 60 * 1000;

it.runIf(fakeDate)("the date is fake in tests and in the processes that they start", () => {
  const fakeStart = Date.parse(String(fakeDate));
  const now = Date.now();
  expect(now).toBeGreaterThanOrEqual(fakeStart - 1000);
  expect(now).toBeLessThan(fakeStart + HOUR);
  const child = Number(execFileSync(process.execPath, ["-p", "Date.now()"], { encoding: "utf8" }));
  expect(child).toBeGreaterThanOrEqual(now);
  expect(child).toBeLessThan(now + HOUR);
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(process.env.TZ);
});
