import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { type ErrorDetail, invalidAll } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { type StoredFields, toStoredFields } from "../../kernel/schema.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import { listKeysAfter } from "../../storage/read/partition-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { createRecordVerbs } from "../../storage/write/record-verbs.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { type CalendarRecord, Calendars, fields, type PublicHoliday, Stored } from "./calendar.entity.ts";
import { NO_HOURS } from "./calendar.schema.ts";
import { requireUnusedCalendar } from "./policy-store.ts";
import { type Calendar, hasHours, weekdays } from "./working-time.rules.ts";

/** Calendars of working time. SLA clocks count working time only, without weekends and holidays. */

export const Info = Stored;
export const Row = rowSchema(Stored, Calendars.definition.row);

export const list = fn(listSchema(Calendars, {}), (input) => listRecords(Calendars, buildListQuery(Calendars, input)));

export const create = fn(z.strictObject(fields), async (input) => {
  const calendar = Records.init(Calendars, await validateCalendar(toStoredFields(fields, input)));
  return transaction().create(Calendars, calendar).commit(calendar);
});

export const { get, replace, update, remove, restore } = createRecordVerbs(Calendars, fields, {
  edit: (current, changes) => validateCalendar({ ...current, ...changes }, current),
  /** A calendar that a policy uses cannot be deleted. */
  async remove(current, tx) {
    await requireUnusedCalendar(current.id, tx);
    return current;
  },
});

/** Years for which holidays are stored: as far ahead as due times are computed. */
const HOLIDAY_YEARS = 10;

/** Checks a calendar and adds its public holidays. Stored holidays of past years stay, because past time was counted by them. */
async function validateCalendar<T extends StoredFields<typeof fields>>(
  calendar: T,
  before?: CalendarRecord,
): Promise<T & { public_holidays: PublicHoliday[] }> {
  const { holiday_country, holiday_region } = calendar;
  const details: ErrorDetail[] = [];
  if (!hasHours(calendar)) details.push({ field: "hours", message: NO_HOURS });
  if (holiday_region !== null && holiday_country === null)
    details.push({ field: "holiday_country", message: "Required if there is a holiday_region" });
  if (details.length > 0) throw invalidAll(details);
  if (holiday_country === null) return { ...calendar, public_holidays: [] };
  const year = Number(Clock.now().slice(0, 4));
  const { listPublicHolidays } = await import("./holidays.ts");
  const isSame = before?.holiday_country === holiday_country && before.holiday_region === holiday_region;
  const past = isSame ? before.public_holidays.filter(({ date }) => Number(date.slice(0, 4)) < year - 1) : [];
  return {
    ...calendar,
    public_holidays: [...past, ...listPublicHolidays(holiday_country, holiday_region, year - 1, year + HOLIDAY_YEARS)],
  };
}

/** The calendar of policies that name none: around the clock. */
export const alwaysOpenCalendar: Calendar = {
  timezone: "UTC",
  hours: Object.fromEntries(weekdays.map((day) => [day, [["00:00", "24:00"] as const]])),
  holidays: [],
  extra_days: {},
};

/** Extracts what the working time rules need. */
const toWorkingCalendar = ({ timezone, hours, holidays, extra_days, public_holidays }: CalendarRecord): Calendar => ({
  ...{ timezone, hours, extra_days },
  holidays: [...holidays, ...public_holidays.map(({ date }) => date)],
});

/** Reads calendars by id in one batch. A deleted calendar still counts for the policies that name it. */
export async function load(ids: readonly string[]): Promise<ReadonlyMap<string, Calendar>> {
  const records = await Records.loadMany(Calendars, ids);
  return new Map(records.flatMap((record) => (record ? [[record.id, toWorkingCalendar(record)]] : [])));
}

/** Returns the id of the oldest calendar of the tenant; undefined if there is none. */
export async function findOldestId(): Promise<string | undefined> {
  const partitions = Calendars.allPartitions("live");
  return (await listKeysAfter(Calendars, partitions, { order: "asc", after: undefined, limit: 1 }))[0];
}

export * as SupportCalendar from "./calendar.ts";
