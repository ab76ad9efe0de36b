import { DatabaseSync } from "node:sqlite";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newLead, signUp, startTestApp } from "../../support/app.ts";

/** SQLite's query plans for the statements that the runner executes while a server works. */
const plans = new Map<string, string[]>();
let app: App;

beforeAll(async () => {
  const { prepare } = DatabaseSync.prototype;
  const spied = vi.spyOn(DatabaseSync.prototype, "prepare").mockImplementation(function (this: DatabaseSync, sql, ...rest) {
    if (/^\s*(SELECT|WITH|DELETE|UPDATE)\b/i.test(sql)) {
      const steps = prepare.call(this, `EXPLAIN QUERY PLAN ${sql}`).all();
      plans.set(
        sql.replaceAll(/\s+/g, " ").trim(),
        steps.map(({ detail }) => String(detail)),
      );
    }
    return prepare.call(this, sql, ...rest);
  });
  app = await startTestApp();
  const tenant = await signUp(app);
  await tenant.admin.createLead(newLead({}));
  await tenant.admin.createUser({ email: "new@plans.example", first_name: "New", last_name: "User", role: "USER" });
  await app.settle();
  app.mail.sent();
  spied.mockRestore();
});
afterAll(() => app.stop());

/** The list of sent emails for a person to look at, which is meant to read every row. */
const FULL_READ = /FROM mails ORDER BY rowid$/;

describe("I3 a poll of the runner", () => {
  it("uses an index or a position in each statement, without sorting", () => {
    const bad = [...plans].filter(
      ([sql, steps]) =>
        !FULL_READ.test(sql) && steps.some((step) => /^SCAN (?!CONSTANT ROW|waiting$|\(subquery)|TEMP B-TREE/.test(step)),
    );
    expect(bad).toEqual([]);
  });

  it("finds waiting events by subscriber, without scanning those set aside", () => {
    const events = [...plans].filter(([sql]) => / FROM events /.test(sql) && !sql.startsWith("DELETE"));
    expect(events.length).toBeGreaterThanOrEqual(2);
    for (const [, steps] of events) expect(steps.join("\n")).toMatch(/INDEX events_waiting/);
  });
});
