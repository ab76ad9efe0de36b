import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { runIn, useActorId, useRequest, useSettings, withFullVisibility } from "../../kernel/context.ts";
import { type ErrorDetail, invalidAll, isFailure, notFound, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { text, toStoredFields } from "../../kernel/schema.ts";
import { buildActorContext } from "../../platform/sign-in/actor-context.ts";
import { Directory } from "../../platform/user/directory.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { takePlaces } from "../../storage/write/open-record-limit.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, type Transaction, transaction } from "../../storage/write/transaction.ts";
import { requireReadable } from "./delivery-recipient.ts";
import { prepareReport, runAtTime } from "./preparation.ts";
import type { ReportRecord } from "./report.entity.ts";
import { Report } from "./report.ts";
import { fields, MAX_RECIPIENTS, ReportSchedules, type ScheduleRecord, Stored } from "./report-schedule.entity.ts";
import { ReportRun } from "./run.ts";
import { findNextDue, listTimingErrors } from "./schedule.rules.ts";

/** The schedules of a report: when it is sent by mail, and to whom (docs/analytics/reports.md). A user sees their own schedules. */

export const Info = Stored;
export const Row = rowSchema(Stored, ReportSchedules.definition.row);

/** Text, so that an address is refused with the reason. */
const recipients = z
  .array(text(254).meta({ "x-record": USER.name }))
  .min(1)
  .max(MAX_RECIPIENTS)
  .describe("Users with whom the report is shared. Each gets the rows of their own rights");
const inputFields = { ...fields, recipients };
const Create = z.strictObject({ id: text(64), ...inputFields });
const ScheduleInput = z.strictObject({ id: text(64), schedule_id: text(64) });
const Replace = z.strictObject({ ...ScheduleInput.shape, ...inputFields });

export const list = fn(listSchema(ReportSchedules, {}).extend({ id: text(64) }), async ({ id, ...input }) => {
  await Report.readReport(id);
  const query = buildListQuery(ReportSchedules, input);
  return listRecords(ReportSchedules, { ...query, filters: { ...query.filters, report_id: id, owner: useActorId() } });
});

export const get = fn(ScheduleInput, ({ id, schedule_id }) => readOwn(id, schedule_id));

export const create = fn(Create, async ({ id, ...input }) => {
  const report = await Report.readReport(id);
  const schedule = await resolveSchedule(report, input);
  const initial = { report_id: id, owner_id: useActorId(), ...schedule, last_due_at: null, skipped: [] };
  const record = Records.init(ReportSchedules, initial);
  return retryOnConflict(async () => {
    const tx = transaction().create(ReportSchedules, record);
    if (record.is_active) await limitActive(tx, record);
    return tx.commit(record);
  });
});

/** Active schedules of a report, and of an owner over all reports: each is delivered again and again. */
const MAX_ACTIVE = { report: 20, owner: 100 };

/** Adds to the transaction that an active schedule takes a place among those of its report and its owner. */
function limitActive(tx: Transaction, record: ScheduleRecord): Promise<void> {
  const { report_id, owner_id } = record;
  const common = { collection: ReportSchedules, isOpen: ({ is_active }: ScheduleRecord) => is_active };
  return takePlaces(
    tx,
    record,
    {
      ...{ ...common, scope: ["report", report_id], max: MAX_ACTIVE.report },
      findFormer: () => listActive({ report_id }),
      rejection: () =>
        ruleViolation(
          `The report has ${MAX_ACTIVE.report} active schedules of all users, which is the maximum: delete one, or set its is_active to false`,
        ),
    },
    {
      ...{ ...common, scope: ["owner", owner_id], max: MAX_ACTIVE.owner },
      findFormer: () => listActive({ owner: owner_id }),
      rejection: () =>
        ruleViolation(
          `You have ${MAX_ACTIVE.owner} active schedules, which is the maximum: delete one, or set its is_active to false`,
        ),
    },
  );
}

/** Lists active schedules of all users that an earlier release stored. More than the largest limit are not needed. */
async function listActive(filters: Record<string, string>): Promise<readonly string[]> {
  const query = buildListQuery(ReportSchedules, { limit: MAX_ACTIVE.owner });
  const { rows } = await withFullVisibility(() =>
    listRecords(ReportSchedules, { ...query, filters: { ...query.filters, ...filters } }),
  );
  return rows.filter(({ is_active }) => is_active).map(({ id }) => id);
}

/** Replaces a schedule. The next instant is computed anew. */
export const replace = fn(Replace, async ({ id, schedule_id, ...input }) => {
  const report = await Report.readReport(id);
  await readOwn(id, schedule_id);
  const schedule = await resolveSchedule(report, input);
  return Records.change(ReportSchedules, schedule_id, async (current, tx) => {
    const next = { ...requireOf(id, current), ...schedule };
    if (next.is_active && !current.is_active) await limitActive(tx, next);
    return next;
  });
});

export const remove = fn(ScheduleInput, ({ id, schedule_id }) =>
  Records.remove(ReportSchedules, schedule_id, (current) => requireOf(id, current)),
);

const readOwn = async (report: string, id: string): Promise<ScheduleRecord> =>
  requireOf(report, await Records.read(ReportSchedules, id));

/** A schedule is its owner's, and below its report; for all other users and paths it does not exist. */
function requireOf(report: string, schedule: ScheduleRecord): ScheduleRecord {
  if (schedule.report_id !== report || schedule.owner_id !== useActorId()) throw notFound();
  return schedule;
}

type ScheduleFields = Omit<z.output<typeof Create>, "id">;

/** Checks a schedule and returns the fields that its user writes, with the next instant. */
async function resolveSchedule(report: ReportRecord, input: ScheduleFields) {
  const schedule = toStoredFields(fields, input);
  ReportRun.requireFormat(report, schedule.format);
  if (schedule.recipients.some((recipient) => recipient.includes("@")))
    throw ruleViolation("Reports are sent to users only: name the ids of users in recipients, not addresses");
  const recipients = [...new Set(schedule.recipients)];
  const details: ErrorDetail[] = listTimingErrors(schedule);
  for (const [index, user] of recipients.entries())
    if (!(await Directory.findActive(user)))
      details.push({ field: `recipients[${index}]`, message: "No active user has this id" });
  if (details.length > 0) throw invalidAll(details);
  for (const user of recipients) await requireRecipient(report, user);
  const next_at = schedule.is_active ? findNextDue(schedule, useSettings().timezone, Clock.now()) : null;
  return { ...schedule, recipients, next_at };
}

/** A recipient must be able to read the report and its kind, with the rights of their own account. */
async function requireRecipient(report: ReportRecord, user: string): Promise<void> {
  const context = await buildActorContext(user, { authority: "reader", request: useRequest().id, isReadOnly: true });
  try {
    if (!context) throw notFound();
    await runIn(context, async () => {
      await requireReadable({ report_id: report.id });
      await runAtTime(Clock.now(), () => prepareReport(report.kind, report.definition));
    });
  } catch (error) {
    if (!isFailure(error)) throw error;
    throw ruleViolation(`The user ${user} cannot read this report: share it with them, or leave them out`);
  }
}

export * as ReportSchedule from "./report-schedule.ts";
