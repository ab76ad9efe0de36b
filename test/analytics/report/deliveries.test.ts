import { Reports } from "@crm/core/analytics/report/report.entity.ts";
import { REPORT_RUN } from "@crm/core/analytics/report/report.kind.ts";
import { ReportRuns } from "@crm/core/analytics/report/report-run.entity.ts";
import { ReportSchedules } from "@crm/core/analytics/report/report-schedule.entity.ts";
import { run as runSlice } from "@crm/core/analytics/report/run-worker.ts";
import { onDeliveryDue } from "@crm/core/analytics/report/schedule-delivery.ts";
import { collectBytes } from "@crm/core/kernel/bytes.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { derivedId } from "@crm/core/kernel/id.ts";
import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { pageLetters, readPages } from "../../lib/pdf/pdf-text.ts";
import { callOperation, parseCsv } from "../../platform/export/export-client.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let rep: TestUser;
let other: TestUser;
let report: string;

/** With their long names, more rows than a page has. */
const COMPANIES = 9;
const LONG_NAME = "Import & Export ".repeat(14);
const DAY = 24 * 60 * 60_000;
const definition = {
  name: "Companies",
  kind: "lead",
  group_by: [{ field: "company" }, { field: "lead_status_id" }],
  measures: [
    { as: "n", do: "count" },
    { as: "score", do: "avg", field: "lead_score" },
  ],
  visibility: "EVERYONE",
};

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  [rep, other] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
  await tenant.admin.createLead(newLead({ company: "=1+2", owner_id: rep.id }));
  await tenant.admin.createLead(newLead({ company: "مرحبا 漢字", owner_id: other.id }));
  report = (await tenant.admin.createReport(definition)).data.id;
  await app.settle();
});
afterAll(() => app.stop());

type Client = Tenant["admin"];
const schedule = (as: Client, more: object = {}) =>
  as.createReportSchedule({
    id: report,
    frequency: "DAILY",
    time: "07:30",
    recipients: [rep.id],
    format: "csv",
    ...more,
  });

const getFile = (token: string, run_id: string) => callOperation(app, token, "getReportFile", { id: report, run_id });
const readRows = async (token: string, run_id: string) => parseCsv(Buffer.from((await getFile(token, run_id)).body, "base64"));

const inSystem = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const loadRun = (id: string) => inSystem(() => Records.load(ReportRuns, id));
const loadSchedule = (id: string) => inSystem(() => Records.load(ReportSchedules, id));

/** The runs to which the mails of a user link. */
const listMailedRuns = (user: Pick<TestUser, "email">): string[] =>
  app.mail.sent(user.email).flatMap(({ text }) => /\?run=(\w+)/.exec(text)?.[1] ?? []);

async function readCompanies(run_id: string): Promise<(string | undefined)[]> {
  const object = await app.ports.objects.open(String((await loadRun(run_id))?.object_key));
  if (!object) throw new Error(`${run_id} has no file`);
  const [, ...rows] = parseCsv(Buffer.from(await collectBytes(object.read())));
  return rows.map(([company]) => company);
}

describe("an export", () => {
  it("has the day of the organization in its name", async () => {
    const day = (ahead: number): string => new Date(Date.now() + ahead * DAY).toISOString().slice(0, 10);
    app.setClock({ now: `${day(1)}T20:00:00.000Z` });
    const { admin } = await signUp(app, { timezone: "Pacific/Auckland" });
    const { data: own } = await admin.createReport(definition);
    const { data } = await admin.exportReport({ id: own.id, format: "csv" });
    app.setClock({ reset: true });
    expect(data.file?.file_name).toBe(`Companies ${day(2)}.csv`);
  });

  it("has the rows of its reader, with labels, and formulas defused", async () => {
    const { status, data } = await rep.client.exportReport({ id: report, format: "csv" });
    expect([status, data.status, data.file?.size]).toEqual([202, "running", null]);
    await app.settle();
    const [header, ...rows] = await readRows(rep.token, String(data.run_id));
    expect(header).toEqual(["Company", "Lead status", "n", "score"]);
    expect(rows.map(([company, status, n]) => [company, status, n])).toEqual([["'=1+2", "New", "1"]]);
    const { data: done } = await rep.client.getReportRun({ id: report, run_id: String(data.run_id) });
    expect(done).toMatchObject({ status: "ready", row_count: 1, file: { format: "csv", size: expect.any(Number) } });
  });

  it("is read by no one else, only with the same rights, and for seven days", async () => {
    const { data } = await rep.client.exportReport({ id: report, format: "xlsx" });
    const run_id = String(data.run_id);
    expect((await getFile(rep.token, run_id)).status).toBe(422);
    await app.settle();
    expect((await getFile(rep.token, run_id)).status).toBe(200);
    expect((await getFile(tenant.token, run_id)).status).toBe(404);
    await tenant.admin.updateUser({ id: rep.id, role: "MANAGER" });
    app.setClock({ advance: 2 * 60_000 });
    expect((await getFile(rep.token, run_id)).status).toBe(422);
    await tenant.admin.updateUser({ id: rep.id, role: "SALES_REP" });
    app.setClock({ advance: 2 * 60_000 });
    expect((await getFile(rep.token, run_id)).status).toBe(200);
    const key = String((await loadRun(run_id))?.object_key);
    app.setClock({ advance: 7 * DAY });
    await app.settle();
    expect(await app.ports.objects.open(key)).toBeUndefined();
    expect(await loadRun(run_id)).toMatchObject({ object_key: null, parts: 0 });
    app.setClock({ reset: true });
  });

  it("as PDF has the conditions, the totals and a table with its head on each page, in the language of its reader", async () => {
    const { admin, token } = await signUp(app);
    await admin.updateMyPreferences({ language: "de" });
    for (let index = 0; index < COMPANIES; index++)
      await admin.createLead(newLead({ company: `Straße ${index} ${LONG_NAME}`, lead_score: index }));
    const { data: shown } = await admin.createReport({
      ...definition,
      name: "مبيعات 売上 Übersicht",
      where: { company: { prefix: "Straße" }, created_at: "this_year" },
      chart: { kind: "line", series: ["n"] },
    });
    await app.settle();
    const { data } = await admin.exportReport({ id: shown.id, format: "pdf" });
    await app.settle();
    const file = await callOperation(app, token, "getReportFile", { id: shown.id, run_id: String(data.run_id) });
    expect([file.status, file.headers?.["content-type"]]).toEqual([200, "application/pdf"]);
    const pages = (await readPages(new Uint8Array(Buffer.from(file.body, "base64")))).map(pageLetters);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.every((page) => page.includes("CompanyLeadstatusNScore"))).toBe(true);
    const year = data.as_of.slice(0, 4);
    expect(pages[0]).toContain("Companybeginntmit“Straße”");
    expect(pages[0]).toContain(`Createdat=01.01.${year}–31.12.${year}`);
    expect(pages[0]).toContain(`AlleDatensätze${COMPANIES}`);
    expect(pages[0]).toContain("売上Übersicht");
    expect(pages.at(-1)).toContain(`${pages.length}/${pages.length}`);
  });

  it("as PDF is refused with more than twelve columns, also by a schedule", async () => {
    const measures = Array.from({ length: 12 }, (_, index) => ({ as: `n${index}`, do: "count" }));
    const { data } = await rep.client.createReport({ ...definition, name: "Wide", measures, visibility: "PRIVATE" });
    const refusal = { status: 400, details: [{ field: "format", message: expect.stringContaining("choose xlsx or csv") }] };
    await expect(rep.client.exportReport({ id: data.id, format: "pdf" })).rejects.toMatchObject(refusal);
    await expect(schedule(rep.client, { id: data.id, format: "pdf" })).rejects.toMatchObject(refusal);
  });

  it("refuses another format", async () => {
    await expect(rep.client.exportReport({ id: report, format: "docx" })).rejects.toMatchObject({ status: 400 });
  });
});

describe("a schedule", () => {
  it.each([
    ["an address without an account", { recipients: ["a@b.example"] }, 422],
    ["an unknown user", { recipients: ["usr_01JZZZZZZZZZZZZZZZZZZZZZZZ"] }, 400],
    ["a week without its day", { frequency: "WEEKLY" }, 400],
    ["a time that is none", { time: "25:00" }, 400],
    ["more than 50 recipients", { recipients: Array.from({ length: 51 }, () => "usr_1") }, 400],
  ])("is refused for %s", async (_, more, status) => {
    await expect(schedule(tenant.admin, more)).rejects.toMatchObject({ status });
  });

  it("is refused for a user with whom the report is not shared, and is seen by its owner only", async () => {
    const { data: own } = await rep.client.createReport({ ...definition, visibility: "PRIVATE" });
    await expect(
      rep.client.createReportSchedule({
        id: own.id,
        frequency: "DAILY",
        time: "07:30",
        recipients: [other.id],
        format: "csv",
      }),
    ).rejects.toMatchObject({ status: 422 });
    const { data } = await schedule(rep.client, { recipients: [rep.id] });
    await app.settle();
    expect((await rep.client.listReportSchedules({ id: report })).data.map(({ id }) => id)).toEqual([data.id]);
    expect((await tenant.admin.listReportSchedules({ id: report })).data).toEqual([]);
    await expect(tenant.admin.getReportSchedule({ id: report, schedule_id: data.id })).rejects.toMatchObject({ status: 404 });
    await expect(rep.client.getReportSchedule({ id: own.id, schedule_id: data.id })).rejects.toMatchObject({ status: 404 });
    await rep.client.deleteReportSchedule({ id: report, schedule_id: data.id });
  });

  it("sends each recipient one mail although two workers deliver it at once", async () => {
    const { data: own } = await tenant.admin.createReport({ ...definition, name: "Twice" });
    const { data } = await schedule(tenant.admin, { id: own.id, recipients: [rep.id, other.id] });
    const due_at = String(data.next_at);
    app.setClock({ now: due_at });
    app.setClock({ advance: 60_000 });
    const deliver = () => inSystem(() => onDeliveryDue({ id: "evt_2", record_id: data.id, due_at } as DomainEvent));
    await Promise.all([deliver(), deliver()]);
    const runs = [rep, other].map(({ id }) => derivedId(REPORT_RUN, Date.parse(due_at), `${data.id} ${due_at}`, id));
    await Promise.all([...runs, ...runs].map((run) => inSystem(() => runSlice(run))));
    await deliver();
    await app.settle();
    for (const [index, user] of [rep, other].entries()) {
      expect(listMailedRuns(user).filter((run) => runs.includes(run))).toEqual([runs[index]]);
      expect(await loadRun(String(runs[index]))).toMatchObject({ status: "completed", row_count: 1 });
    }
    await inSystem(() => Records.remove(ReportSchedules, data.id));
    app.setClock({ reset: true });
  });

  it("sends each recipient the rows of their own rights, once each, also after an outage", async () => {
    const { data } = await schedule(tenant.admin, { recipients: [rep.id, other.id, rep.id] });
    expect(data.recipients).toEqual([rep.id, other.id]);
    const earlier = new Set([rep, other].flatMap(listMailedRuns));
    const listNewRuns = (user: TestUser) => listMailedRuns(user).filter((run) => !earlier.has(run));
    app.setClock({ now: String(data.next_at) });
    app.setClock({ advance: 60_000 });
    await app.settle();
    const [mine, theirs] = [listNewRuns(rep), listNewRuns(other)];
    expect([mine.length, theirs.length]).toEqual([1, 1]);
    expect([await readCompanies(String(mine[0])), await readCompanies(String(theirs[0]))]).toEqual([["'=1+2"], ["مرحبا 漢字"]]);
    // The event comes again.
    const event = { id: "evt_1", record_id: data.id, due_at: String(data.next_at) } as DomainEvent;
    await inSystem(() => onDeliveryDue(event));
    app.setClock({ advance: 5 * DAY });
    await app.settle();
    expect([listNewRuns(rep).length, new Set(listNewRuns(rep)).size, listNewRuns(other).length]).toEqual([2, 2, 2]);
    const after = await loadSchedule(data.id);
    expect(Date.parse(String(after?.next_at)) - Date.parse(String(after?.last_due_at))).toBeGreaterThan(4 * DAY);
    // A recipient is no longer among those with whom the report is shared.
    await inSystem(() => Records.change(Reports, report, (current) => ({ ...current, audience: tenant.userId })));
    app.setClock({ now: String(after?.next_at) });
    app.setClock({ advance: 60_000 });
    await app.settle();
    expect([listNewRuns(rep).length, listNewRuns(other).length]).toEqual([2, 2]);
    expect((await loadSchedule(data.id))?.skipped.map(({ user_id }) => user_id).sort()).toEqual([rep.id, other.id].sort());
    const told = await inSystem(() => Records.load(ReportSchedules, data.id));
    expect(told?.skipped[0]?.reason).toContain("no longer shared");
    // Its report is deleted: the schedule ends.
    await inSystem(() => Records.remove(Reports, report));
    app.setClock({ advance: DAY });
    await app.settle();
    expect(await loadSchedule(data.id)).toMatchObject({ is_active: false, next_at: null });
    app.setClock({ reset: true });
    const { data: notifications } = await tenant.admin.listNotifications({ type: "report_recipient_skipped" });
    expect(notifications.length).toBeGreaterThan(0);
  });
});

describe("the number of active schedules", () => {
  const newReport = async (admin: Client) => (await admin.createReport(definition)).data.id;
  const add = (admin: Client, id: string, recipient: string, more: object = {}) =>
    admin.createReportSchedule({
      ...{ id, frequency: "DAILY", time: "07:30", recipients: [recipient], format: "csv" },
      ...more,
    });

  it("is limited for a report, also for schedules that are added at once or activated", async () => {
    const { admin, userId } = await signUp(app);
    const id = await newReport(admin);
    const off = (await add(admin, id, userId, { is_active: false })).data;
    const outcomes = await Promise.allSettled(Array.from({ length: 23 }, () => add(admin, id, userId)));
    const added = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.data] : []));
    expect(added).toHaveLength(20);
    await expect(add(admin, id, userId)).rejects.toThrow("The report has 20 active schedules of all users, which is the maximum");
    const replace = (schedule_id: string, is_active: boolean) =>
      admin.replaceReportSchedule({
        ...{ id, schedule_id, frequency: "DAILY", time: "08:00", recipients: [userId], format: "csv", is_active },
      });
    const first = added[0]?.id as string;
    await expect(replace(off.id, true)).rejects.toMatchObject({ status: 422 });
    await replace(first, false);
    await replace(first, true);
    await expect(replace(off.id, true)).rejects.toMatchObject({ status: 422 });
    await replace(first, false);
    await replace(off.id, true);
    await admin.deleteReportSchedule({ id, schedule_id: off.id });
    await add(admin, id, userId);
    await expect(add(admin, id, userId)).rejects.toMatchObject({ status: 422 });
  });

  it("counts schedules that an earlier release stored, which stay and can be changed", async () => {
    const fresh = await signUp(app);
    const id = await newReport(fresh.admin);
    const first = (await add(fresh.admin, id, fresh.userId)).data;
    await runIn(systemContext(app.ports, fresh.id, "test"), async () => {
      const stored = await Records.load(ReportSchedules, first.id);
      if (!stored) throw new Error("The schedule was stored");
      const scopes = [`report#${id}`, `owner#${fresh.userId}`];
      const tx = transaction();
      for (const sk of scopes) tx.delete({ pk: tenantKey(fresh.id, "OPEN", ReportSchedules.name), sk });
      for (let count = 0; count < 21; count++) tx.create(ReportSchedules, Records.init(ReportSchedules, stored));
      await tx.commit(undefined);
    });
    await expect(add(fresh.admin, id, fresh.userId)).rejects.toMatchObject({ status: 422 });
    const change = { frequency: "DAILY", time: "09:15", recipients: [fresh.userId], format: "csv" };
    await fresh.admin.replaceReportSchedule({ id, schedule_id: first.id, ...change });
  });

  it("is limited for an owner over all reports", async () => {
    const { admin, userId } = await signUp(app);
    const reports = [];
    for (let count = 0; count < 6; count++) reports.push(await newReport(admin));
    const [last = "", ...others] = reports;
    for (const id of others) await Promise.all(Array.from({ length: 20 }, () => add(admin, id, userId)));
    await expect(add(admin, last, userId)).rejects.toThrow("You have 100 active schedules, which is the maximum");
  });
});
