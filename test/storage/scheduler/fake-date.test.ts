import { execFileSync } from "node:child_process";
import { expect, it } from "vitest";

/** `npm run test:dates` runs all tests at such a date. */
const fakeDate = process.env.CRM_FALSE_DATE;
const HOUR = 60 * 60 * 1000;

it.runIf(fakeDate)("is false for tests and for processes that they start", () => {
  const begun = Date.parse(String(fakeDate));
  const here = Date.now();
  expect(here).toBeGreaterThanOrEqual(begun - 1000);
  expect(here).toBeLessThan(begun + HOUR);
  const child = Number(execFileSync(process.execPath, ["-p", "Date.now()"], { encoding: "utf8" }));
  expect(child).toBeGreaterThanOrEqual(here);
  expect(child).toBeLessThan(here + HOUR);
  expect(Intl.DateTimeFormat().resolvedOptions().timeZone).toBe(process.env.TZ);
});
