import { RuleViolationError } from "@crm/sdk/index.ts";
import { useQueries, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { crm, read } from "../../../api/client.ts";
import { type MasterValue, masterValuesQuery } from "../../../api/master-values.ts";
import { SLA_PATH } from "../../../api/policies.ts";
import { useScope } from "../../../api/session.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { describeCondition } from "../../../ui/kit/filter-builder.tsx";
import type { FilterField } from "../../../ui/kit/filter-field.ts";
import { readConditions } from "../../platform/rule/rule-conditions.ts";
import { createRuleText } from "../../platform/rule/rule-names.ts";
import { formatMinutes } from "./minutes.ts";
import { findDueTime, type PolicyField, type SlaPolicy, toWhen, type WorkSegment } from "./sla-rules.ts";

/** What the pages of service levels read. Reads of the same moment are one request. */

export const CALENDARS_PATH = "/api/v1/support/calendars";
const MAX_ROWS = 100;
const STALE_MS = 5 * 60_000;

export interface CalendarRow {
  readonly id: string;
  readonly name: string;
  readonly description: string | null;
  readonly timezone: string;
  readonly holiday_country: string | null;
  readonly holiday_region: string | null;
}

export function useCalendars() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "support_calendar", "own"],
    queryFn: async () => (await read<CalendarRow[]>(CALENDARS_PATH, { limit: MAX_ROWS, sort: "name" })).data,
  });
}

const MASTERS = ["priorities", "ticket_categories", "urgency_levels"] as const;
type MasterName = (typeof MASTERS)[number];

/** The master data that policies name. */
export function useSlaMasters(): Readonly<Record<MasterName, readonly MasterValue[]>> | undefined {
  const scope = useScope();
  const results = useQueries({
    queries: MASTERS.map((master) => masterValuesQuery(scope, master)),
  });
  const [priorities, categories, levels] = results.map(({ data }) => data);
  return useMemo(
    () =>
      priorities && categories && levels ? { priorities, ticket_categories: categories, urgency_levels: levels } : undefined,
    [priorities, categories, levels],
  );
}

const TICKET_TYPES = [
  ...["QUESTION", "INCIDENT", "PROBLEM", "BUG_REPORT", "FEATURE_REQUEST"],
  ...["BILLING_ISSUE", "ACCOUNT_ISSUE", "COMPLAINT", "OTHER"],
];
const TIERS = ["BRONZE", "SILVER", "GOLD", "PLATINUM"];

/** The conditions that a policy can have, as those of a filter. */
export function usePolicyFields(): readonly PolicyField[] {
  const t = useText();
  const masters = useSlaMasters();
  return useMemo(() => {
    const text = createRuleText(t);
    const tiers: Readonly<Record<string, string>> = {
      BRONZE: t("Bronze"),
      SILVER: t("Silver"),
      GOLD: t("Gold"),
      PLATINUM: t("Platinum"),
    };
    const list = (name: string, label: string, values: readonly MasterValue[] = []): PolicyField => ({
      ...{ name, label, type: "choice", operators: ["in"], storedAs: "list" },
      options: values.map(({ id, name: value }) => ({ id, label: value })),
      names: Object.fromEntries(values.map(({ id, name: value }) => [id, value])),
    });
    const fixed = (
      name: string,
      label: string,
      values: readonly string[],
      nameValue: (value: string) => string,
    ): PolicyField => ({
      ...{ name, label, type: "choice", operators: ["in"], storedAs: "list" },
      options: values.map((id) => ({ id, label: nameValue(id) })),
    });
    return [
      list("priority_ids", t("Priority"), masters?.priorities),
      list("category_ids", t("Category"), masters?.ticket_categories),
      fixed("ticket_types", t("Type of ticket"), TICKET_TYPES, (value) => text.nameChoice("ticket_types", value)),
      list("urgency_level_ids", t("Urgency"), masters?.urgency_levels),
      fixed("customer_tiers", t("Customer tier"), TIERS, (value) => tiers[value] ?? value),
      { name: "is_vip", label: t("VIP customer"), type: "boolean", operators: ["eq"], storedAs: "boolean" },
    ];
  }, [t, masters]);
}

type Sentence = Pick<SlaPolicy, "first_response_minutes" | "next_response_minutes" | "resolution_minutes" | "calendar_id"> &
  Parameters<typeof toWhen>[0];

/** Says to which tickets a policy applies, and what it promises. */
export function describePolicy(
  policy: Sentence,
  fields: readonly PolicyField[],
  calendarName: string | undefined,
  { t, locale }: { readonly t: Translate; readonly locale: string },
): string {
  const list = new Intl.ListFormat(locale, { type: "conjunction" });
  const conditions = list.format(
    readConditions(toWhen(policy), fields).flatMap((condition) => {
      const field: FilterField | undefined = fields.find(({ name }) => name === condition.field);
      if (!field) return [];
      const isSingle = condition.operator === "in" && condition.values.length === 1;
      const { verb, text } = describeCondition(t, locale, field, isSingle ? { ...condition, operator: "eq" } : condition);
      return [[field.label, verb, text].filter((part) => part !== "").join(" ")];
    }),
  );
  const { first_response_minutes, next_response_minutes, resolution_minutes, calendar_id } = policy;
  const promises = list.format([
    first_response_minutes === null || first_response_minutes === undefined
      ? t("first response by the urgency")
      : t("first response in {time}", { time: formatMinutes(first_response_minutes, locale) }),
    ...(next_response_minutes === null || next_response_minutes === undefined
      ? []
      : [t("further responses in {time}", { time: formatMinutes(next_response_minutes, locale) })]),
    ...(resolution_minutes === null || resolution_minutes === undefined
      ? []
      : [t("resolution in {time}", { time: formatMinutes(resolution_minutes, locale) })]),
  ]);
  const hours =
    calendar_id === null || calendar_id === undefined
      ? t("around the clock")
      : t("in the hours of {calendar}", { calendar: calendarName ?? "…" });
  return conditions === ""
    ? t("All tickets: {promises}, {hours}", { promises, hours })
    : t("If {conditions}: {promises}, {hours}", { conditions, promises, hours });
}

/** The fields of a calendar by which working time is counted. */
export interface CalendarTime {
  readonly timezone: string;
  readonly hours: Readonly<Record<string, readonly (readonly [string, string])[]>>;
  readonly holidays?: readonly string[];
  readonly extra_days?: Readonly<Record<string, readonly (readonly [string, string])[]>>;
}

interface StoredCalendar extends CalendarTime, CalendarRow {
  readonly public_holidays?: readonly { readonly date: string; readonly name: string }[];
}

const MAX_DAYS = 1000;

/** A calendar with its public holidays as days without working hours. */
export function useCalendarTime(id: string | null) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "record", "support_calendar", id, "time"],
    queryFn: async (): Promise<CalendarTime> => {
      const { data } = await read<StoredCalendar>(`${CALENDARS_PATH}/${id}`);
      const { timezone, hours, holidays = [], extra_days = {}, public_holidays = [] } = data;
      const days = [...new Set([...holidays, ...public_holidays.map(({ date }) => date)])].slice(0, MAX_DAYS);
      return { timezone, hours, holidays: days, extra_days };
    },
    enabled: id !== null,
    staleTime: STALE_MS,
  });
}

/** Each minute of the week counts. */
export const alwaysOpen = (timezone: string): CalendarTime => ({
  timezone,
  hours: Object.fromEntries(["mon", "tue", "wed", "thu", "fri", "sat", "sun"].map((day) => [day, [["00:00", "24:00"] as const]])),
});

/** When a target is due, or why that cannot be computed. */
interface DueTime {
  readonly minutes: number;
  readonly due?: string | undefined;
  readonly error?: unknown;
}

/**
 * When targets are due by a calendar, computed by the API. Nothing is stored. The working time of the longest target has that of the others, so one request
 * is enough. If the calendar has too little time for it, the next one is asked for.
 */
export function useDueTimes(calendar: CalendarTime | undefined, start: string | undefined, targets: readonly number[]) {
  const scope = useScope();
  const longest = [...new Set(targets)].sort((a, b) => b - a);
  return useQuery({
    queryKey: [...scope, "sla-preview", calendar, start, longest],
    queryFn: async ({ signal }): Promise<readonly DueTime[]> => {
      const failed: DueTime[] = [];
      for (const [index, minutes] of longest.entries())
        try {
          const body = { calendar, start, target_minutes: minutes };
          const { segments } = await crm.request<{ segments: WorkSegment[] }>("POST", `${SLA_PATH}/preview`, { body, signal });
          const known = longest.slice(index).map((target) => ({ minutes: target, due: findDueTime(segments, target * 60) }));
          return [...failed, ...known];
        } catch (error) {
          if (!(error instanceof RuleViolationError)) throw error;
          failed.push({ minutes, error });
        }
      return failed;
    },
    enabled: calendar !== undefined && start !== undefined && longest.length > 0,
    retry: false,
    staleTime: STALE_MS,
  });
}
