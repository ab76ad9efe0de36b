import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import { runThroughKills } from "../../support/kill-point.ts";
import { isExhaustive } from "../../support/sample.ts";

const folder = mkdtempSync(join(tmpdir(), "crm-flows-killed-"));
afterAll(() => rmSync(folder, { recursive: true }));

it("SIGKILLs with 40 approvals under way leave one outcome for each", async () => {
  const kills = await runThroughKills(join(import.meta.dirname, "crash-process.run.ts"), folder, (lives) => 40 + lives * 37);
  expect(kills).toBeGreaterThan(isExhaustive ? 4 : 0);
  const rawLines = readFileSync(join(folder, "told"), "utf8").trim().split("\n");
  const lines = rawLines.map((line) => JSON.parse(line) as [string, string, unknown, string[]?]);
  const filterLines = (stepName: string) => lines.filter(([step]) => step === stepName);
  const ends = filterLines("end").slice(-40);
  expect(new Set(ends.map(([, name]) => name)).size).toBe(40);
  for (const [, name, status, types] of ends) {
    expect([name, status]).toEqual([name, "SUCCEEDED"]);
    expect(types).toEqual([
      ...["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskSubmitted", "TaskSucceeded", "TaskStateExited"],
      ...["TaskStateEntered", "TaskScheduled", "TaskSucceeded", "TaskStateExited", "ExecutionSucceeded"],
    ]);
  }
  // Repeated requests had the same token, and no answer counted twice.
  expect(new Set(filterLines("ask").map((line) => JSON.stringify(line))).size).toBe(40);
  const accepted = filterLines("answer")
    .filter(([, , answer]) => answer === "accepted")
    .map(([, name]) => name);
  expect(new Set(accepted).size).toBe(accepted.length);
  expect(filterLines("answer").filter(([, , answer]) => answer === "unknown")).toEqual([]);
});
