import { spawnSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { createTestEnvironment } from "./test-environment.ts";

/**
 * `npm run test:dates [-- words of a case]`: runs all tests at false dates, in two time zones, with libfaketime (Debian's package `faketime`). Node
 * processes see the false date, also those that tests start. The monotonic clock, browsers and compiled helpers do not.
 * `test/storage/scheduler/fake-date.test.ts` proves that tests see it.
 */
const LIBRARY = "/usr/lib/x86_64-linux-gnu/faketime/libfaketime.so.1";

/** Dates some seconds before a change of daylight saving time, so that it happens while tests run. */
const dates: readonly { name: string; zone: string; at: string }[] = [
  { name: "a Monday afternoon", zone: "Europe/Berlin", at: "2026-11-30T15:00:00Z" },
  { name: "a Monday afternoon", zone: "America/New_York", at: "2026-11-30T21:00:00Z" },
  { name: "a leap day", zone: "Europe/Berlin", at: "2028-02-29T11:00:00Z" },
  { name: "a leap day", zone: "America/New_York", at: "2028-02-29T17:00:00Z" },
  { name: "the end of a year", zone: "Europe/Berlin", at: "2026-12-31T23:59:50Z" },
  { name: "the end of a year", zone: "America/New_York", at: "2026-12-31T23:59:50Z" },
  { name: "to summer time", zone: "Europe/Berlin", at: "2027-03-28T00:59:30Z" },
  { name: "to summer time", zone: "America/New_York", at: "2027-03-14T06:59:30Z" },
  { name: "from summer time", zone: "Europe/Berlin", at: "2027-10-31T00:59:30Z" },
  { name: "from summer time", zone: "America/New_York", at: "2027-11-07T05:59:30Z" },
];

if (!existsSync(LIBRARY)) {
  console.error(`${LIBRARY} is missing: install Debian's package faketime.`);
  process.exit(2);
}
const words = process.argv.slice(2);
const chosenDates = dates.filter(({ name, zone, at: startTime }) =>
  words.every((word) => `${name} ${zone} ${startTime}`.includes(word)),
);
if (chosenDates.length === 0) {
  console.error(`No date has ${words.join(" ")} in its name, zone or time.`);
  process.exit(2);
}
const { folder, variables } = createTestEnvironment();
const failedDates: string[] = [];
for (const { name, zone, at: startTime } of chosenDates) {
  const title = `${name}, ${startTime}, ${zone}`;
  console.log(`\n▶ ${title}`);
  // An offset, not a fixed time: a process that a test starts later sees a later time.
  const offset = Math.round((Date.parse(startTime) - Date.now()) / 1000);
  const dateEnvironment = {
    LD_PRELOAD: LIBRARY,
    FAKETIME: `${offset >= 0 ? "+" : ""}${offset}s`,
    FAKETIME_ONLY_CMDS: "node",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    TZ: zone,
    CRM_FALSE_DATE: startTime,
  };
  const started = performance.now();
  const { status } = spawnSync("vitest", ["run", "--reporter=dot"], {
    stdio: "inherit",
    env: { ...process.env, ...variables, ...dateEnvironment },
  });
  if (status !== 0) failedDates.push(title);
  console.log(`${status === 0 ? "✓" : "✗"} ${title}, ${Math.round((performance.now() - started) / 1000)} s`);
}
rmSync(folder, { recursive: true, force: true });
console.log(
  failedDates.length === 0 ? `\nall tests passed at ${chosenDates.length} dates` : `\nfailed: ${failedDates.join("; ")}`,
);
process.exitCode = failedDates.length === 0 ? 0 : 1;
