import { DatabaseSync } from "node:sqlite";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { newLead, signUp, startTestApp } from "../../support/app.ts";

/** How SQLite goes about each statement that the runner has it do while a server works. */
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

/** Reads all that there is, because all of it is asked for: what was sent by mail, for a person who looks. */
const FULL_READ = /FROM mails ORDER BY rowid$/;

describe("I3 a poll of the runner", () => {
  it("is planned by an index or a position, and sorts nothing, in each of its statements", () => {
    const bad = [...plans].filter(
      ([sql, steps]) =>
        !FULL_READ.test(sql) && steps.some((step) => /^SCAN (?!CONSTANT ROW|waiting$|\(subquery)|TEMP B-TREE/.test(step)),
    );
    expect(bad).toEqual([]);
  });

  it("finds events that wait by their subscriber, past those that were set aside", () => {
    const events = [...plans].filter(([sql]) => / FROM events /.test(sql) && !sql.startsWith("DELETE"));
    expect(events.length).toBeGreaterThanOrEqual(2);
    for (const [, steps] of events) expect(steps.join("\n")).toMatch(/INDEX events_waiting/);
  });
});
