import { readFileSync } from "node:fs";

/**
 * Targets with their due times: the input of a preview and its expected result. `CRM_CASES` names a JSON file with cases of the same form
 * to use instead.
 */

type Window = [from: string, to: string];
type Hours = Partial<Record<"mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun", Window[]>>;

export interface SlaCase {
  id: string;
  calendar: { timezone: string; hours: Hours; holidays?: string[]; extra_days?: Record<string, Window[]> };
  start: string;
  target_minutes: number;
  pauses?: { from: string; to: string }[];
  due: string;
}

const workdays = ["mon", "tue", "wed", "thu", "fri"] as const;
const week = [...workdays, "sat", "sun"] as const;
const hoursOn = (days: readonly (keyof Hours)[], ...windows: Window[]): Hours =>
  Object.fromEntries(days.map((day) => [day, windows]));

const officeHours = { timezone: "UTC", hours: hoursOn(workdays, ["09:00", "17:00"]) };
const nightHours = { timezone: "UTC", hours: hoursOn(workdays, ["22:00", "06:00"]) };
const berlinHours = { timezone: "Europe/Berlin", hours: hoursOn(week, ["00:00", "24:00"]) };

/** 2026-03-16 is a Monday. */
const defaultCases: readonly SlaCase[] = [
  {
    ...{ id: "a pause over closing time", calendar: officeHours, start: "2026-03-16T15:00:00Z", target_minutes: 180 },
    pauses: [{ from: "2026-03-16T16:30:00Z", to: "2026-03-17T09:30:00Z" }],
    due: "2026-03-17T11:00:00Z",
  },
  {
    ...{ id: "a pause between closing and opening", calendar: officeHours, start: "2026-03-16T16:00:00Z", target_minutes: 120 },
    pauses: [{ from: "2026-03-16T17:30:00Z", to: "2026-03-17T08:00:00Z" }],
    due: "2026-03-17T10:00:00Z",
  },
  {
    ...{ id: "a pause over a weekend", calendar: officeHours, start: "2026-03-20T16:00:00Z", target_minutes: 60 },
    pauses: [{ from: "2026-03-20T16:59:59Z", to: "2026-03-23T09:00:00Z" }],
    due: "2026-03-23T09:00:01Z",
  },
  {
    ...{ id: "pauses that meet and overlap", calendar: officeHours, start: "2026-03-16T09:00:00Z", target_minutes: 120 },
    pauses: [
      { from: "2026-03-16T11:00:00Z", to: "2026-03-16T13:00:00Z" },
      { from: "2026-03-16T10:00:00Z", to: "2026-03-16T11:30:00Z" },
      { from: "2026-03-16T13:00:00Z", to: "2026-03-16T13:20:00Z" },
    ],
    due: "2026-03-16T14:20:00Z",
  },
  {
    ...{ id: "a pause from the start on", calendar: officeHours, start: "2026-03-16T10:00:00Z", target_minutes: 60 },
    pauses: [{ from: "2026-03-16T10:00:00Z", to: "2026-03-16T12:00:00Z" }],
    due: "2026-03-16T13:00:00Z",
  },
  {
    ...{ id: "a pause from the second on in which it is due", calendar: officeHours, start: "2026-03-16T10:00:00Z" },
    ...{ target_minutes: 60, pauses: [{ from: "2026-03-16T11:00:00Z", to: "2026-03-16T12:00:00Z" }] },
    due: "2026-03-16T11:00:00Z",
  },
  {
    ...{ id: "at closing on a Friday", calendar: officeHours, start: "2026-03-19T09:00:00Z", target_minutes: 960 },
    due: "2026-03-20T17:00:00Z",
  },
  {
    ...{ id: "from closing on", calendar: officeHours, start: "2026-03-20T17:00:00Z", target_minutes: 1 },
    due: "2026-03-23T09:01:00Z",
  },
  {
    ...{ id: "five weeks", calendar: officeHours, start: "2026-03-16T09:00:00Z", target_minutes: 12_000 },
    due: "2026-04-17T17:00:00Z",
  },
  {
    ...{ id: "a night into Saturday", calendar: nightHours, start: "2026-03-21T05:00:00Z", target_minutes: 120 },
    due: "2026-03-23T23:00:00Z",
  },
  {
    ...{ id: "a night before a holiday", calendar: { ...nightHours, holidays: ["2026-03-17"] }, start: "2026-03-16T22:00:00Z" },
    ...{ target_minutes: 180, due: "2026-03-18T01:00:00Z" },
  },
  {
    id: "windows that overlap, meet, and have a break",
    calendar: {
      timezone: "UTC",
      hours: hoursOn(["mon"], ["09:00", "11:00"], ["10:00", "12:00"], ["12:00", "13:00"], ["14:00", "24:00"]),
    },
    ...{ start: "2026-03-16T08:00:00Z", target_minutes: 300, due: "2026-03-16T15:00:00Z" },
  },
  {
    id: "up to midnight, as 00:00",
    calendar: { timezone: "UTC", hours: hoursOn(["mon", "wed"], ["23:00", "00:00"]) },
    ...{ start: "2026-03-16T12:00:00Z", target_minutes: 60, due: "2026-03-17T00:00:00Z" },
  },
  {
    id: "half a day is a holiday, and a Saturday is none",
    calendar: {
      ...officeHours,
      holidays: ["2026-12-24", "2026-12-25"],
      extra_days: { "2026-12-24": [["09:00", "12:00"]], "2026-12-26": [["10:00", "11:00"]] },
    },
    ...{ start: "2026-12-24T10:00:00Z", target_minutes: 240, due: "2026-12-28T10:00:00Z" },
  },
  {
    id: "an extra night into a holiday",
    calendar: { ...officeHours, holidays: ["2026-03-17"], extra_days: { "2026-03-16": [["22:00", "02:00"]] } },
    ...{ start: "2026-03-16T16:00:00Z", target_minutes: 301, due: "2026-03-18T09:01:00Z" },
  },
  {
    id: "the 29th of February",
    calendar: { timezone: "UTC", hours: hoursOn(week, ["00:00", "12:00"]) },
    ...{ start: "2028-02-28T06:00:00Z", target_minutes: 1440, due: "2028-03-01T06:00:00Z" },
  },
  {
    id: "a zone with half an hour",
    calendar: { timezone: "Asia/Kolkata", hours: hoursOn(workdays, ["09:30", "18:30"]) },
    ...{ start: "2026-01-16T12:30:00Z", target_minutes: 60, due: "2026-01-19T04:30:00Z" },
  },
  {
    id: "a zone with a quarter of an hour, over its New Year",
    calendar: { timezone: "Asia/Kathmandu", hours: hoursOn(week, ["00:00", "24:00"]), holidays: ["2027-01-01"] },
    ...{ start: "2026-12-31T17:15:00Z", target_minutes: 90, due: "2027-01-01T18:45:00Z" },
  },
  {
    id: "an hour that clocks skip, on the Sunday behind",
    calendar: { timezone: "America/New_York", hours: hoursOn(["sun"], ["02:00", "03:00"]) },
    ...{ start: "2026-03-08T05:00:00Z", target_minutes: 60, due: "2026-03-15T07:00:00Z" },
  },
  {
    id: "an hour that clocks show twice",
    calendar: { timezone: "Europe/Berlin", hours: hoursOn(["sun"], ["02:00", "03:00"]) },
    ...{ start: "2026-10-24T22:00:00Z", target_minutes: 120, due: "2026-10-25T02:00:00Z" },
  },
  {
    id: "half an hour that clocks show twice",
    calendar: { timezone: "Australia/Lord_Howe", hours: hoursOn(["sun"], ["01:30", "02:00"]) },
    ...{ start: "2026-04-04T12:00:00Z", target_minutes: 60, due: "2026-04-04T15:30:00Z" },
  },
  {
    ...{ id: "a pause while clocks are put forward", calendar: berlinHours, start: "2026-03-29T00:30:00Z", target_minutes: 60 },
    pauses: [{ from: "2026-03-29T00:45:00Z", to: "2026-03-29T01:15:00Z" }],
    due: "2026-03-29T02:00:00Z",
  },
  {
    ...{ id: "a pause while clocks are put back", calendar: { ...berlinHours, hours: hoursOn(["sun"], ["01:00", "04:00"]) } },
    ...{ start: "2026-10-24T20:00:00Z", target_minutes: 180, due: "2026-10-25T03:00:00Z" },
    pauses: [{ from: "2026-10-25T00:30:00Z", to: "2026-10-25T01:30:00Z" }],
  },
];

const { CRM_CASES: file } = process.env;

export const slaCases: readonly SlaCase[] = file ? (JSON.parse(readFileSync(file, "utf8")) as SlaCase[]) : defaultCases;
