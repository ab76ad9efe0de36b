import { stdoutLog } from "@crm/aws/log.ts";
import { recordDeadLetters } from "@crm/aws/metrics.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import type { Log } from "@crm/core/kernel/ports.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { newLead, signUp, startTestApp } from "../support/app.ts";
import { createFakeClient } from "./fake-aws-client.ts";

/** Log lines whose numbers become metrics: their format, and the code that writes them. */
type LogLine = Parameters<Log["write"]>;

const lines: LogLine[] = [];
const log: Log = { write: (...line) => void lines.push(line) };
const findLines = (name: string): LogLine[] => lines.filter(([, message]) => message === name);

afterEach(() => {
  vi.unstubAllEnvs();
  lines.length = 0;
});

describe("Lambda's log", () => {
  const writeLine = (stage: string) => {
    vi.stubEnv("CRM_STAGE", stage);
    const texts: string[] = [];
    stdoutLog((line) => texts.push(line)).write(
      "info",
      "request",
      { tenant: "ten_1", ms: 3, status: 200 },
      { ms: "Milliseconds", failed: "Count" },
    );
    return JSON.parse(texts[0] ?? "");
  };

  it("has numbers as metrics of the stage, with the tenant beside them", () => {
    const line = writeLine("production");
    expect(line).toMatchObject({ message: "request", tenant: "ten_1", ms: 3, stage: "production" });
    expect(line._aws).toEqual({
      Timestamp: Date.parse(line.at),
      CloudWatchMetrics: [{ Namespace: "CRM/request", Dimensions: [["stage"]], Metrics: [{ Name: "ms", Unit: "Milliseconds" }] }],
    });
  });

  it("has no metrics without a stage", () => {
    expect(writeLine("")._aws).toBeUndefined();
  });
});

describe("the metric of dead letters", () => {
  it("counts all pages with the age of the oldest, or 0", async () => {
    const buildObject = (seconds: number) => ({ Key: "k", LastModified: new Date(Clock.ms() - seconds * 1000) });
    const pages = [
      { Contents: [buildObject(60), buildObject(7200)], NextContinuationToken: "more" },
      { Contents: [buildObject(30)] },
    ];
    const client = createFakeClient({ ListObjectsV2: () => pages.shift() ?? {} });
    await recordDeadLetters(client, "dead", log);
    await recordDeadLetters(client, "dead", log);
    const totals = { waiting: "Count", oldest_s: "Seconds" };
    expect(lines.map(([, message, , units]) => [message, units])).toEqual([
      ["parked", totals],
      ["parked", totals],
    ]);
    expect(lines.map(([, , fields]) => fields?.waiting)).toEqual([3, 0]);
    expect(Number(lines[0]?.[2]?.oldest_s)).toBeGreaterThanOrEqual(7200);
    expect(lines[1]?.[2]?.oldest_s).toBe(0);
    expect(client.commands[1]?.input).toMatchObject({ Bucket: "dead", Prefix: "aws/lambda/", ContinuationToken: "more" });
  });
});

describe("metrics of a tenant", () => {
  let app: Awaited<ReturnType<typeof startTestApp>>;
  beforeAll(async () => {
    app = await startTestApp({ log });
  });
  afterAll(() => app.stop());

  it("count requests by their outcome, and changes by their projection delay", async () => {
    const tenant = await signUp(app);
    await app.settle();
    lines.length = 0;
    await tenant.admin.createLead(newLead());
    await tenant.admin.listLeads();
    await expect(tenant.admin.getLead({ id: "led_none" })).rejects.toMatchObject({ status: 404 });
    await app.settle();
    const ends = findLines("request").map(([, , fields]) => [
      fields?.operation,
      fields?.tenant,
      fields?.written,
      fields?.refused,
    ]);
    expect(ends).toEqual([
      ["createLead", tenant.id, 1, undefined],
      ["listLeads", tenant.id, undefined, undefined],
      ["getLead", tenant.id, undefined, 1],
    ]);
    const derived = findLines("derived").map(([, , fields]) => fields);
    expect(derived.reduce((sum, fields) => sum + Number(fields?.changes), 0)).toBeGreaterThanOrEqual(2);
    for (const fields of derived) {
      expect(fields?.tenant).toBe(tenant.id);
      expect(Number(fields?.lag_ms)).toBeGreaterThanOrEqual(0);
    }
    for (const [, , , totals] of [...findLines("request"), ...findLines("derived")])
      expect(Object.keys(totals ?? {})).not.toContain("tenant");
  });
});
