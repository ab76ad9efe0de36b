import { ACTIVITY } from "@crm/core/activity/activity.domain.ts";
import { Activities, type ActivityRecord } from "@crm/core/activity/activity.entity.ts";
import { ACTIVITY_TYPES } from "@crm/core/activity/activity.masters.ts";
import { Agenda } from "@crm/core/activity/agenda.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { defaultId } from "@crm/core/masters/id.ts";
import { placesOf } from "@crm/core/storage/table/place.ts";
import { type App, startApp } from "@crm/local/app.ts";
import type { CoreOptions } from "./core.ts";
import { store } from "./load.ts";
import { flatness, type Section } from "./stats.ts";

/** What a user has to do, of one who has done little and one who has done more than anybody: the month that is shown is as full in both. */

const TENANT = "ten_000000000000000001";
const FEW = "usr_000000000000000001";
const MANY = "usr_000000000000000002";
const DAY = 86_400_000;
const iso = (ms: number): string => new Date(ms).toISOString();

export async function benchAgenda({ rounds, runs, small, large }: CoreOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const started = performance.now();
    await store(app.ports, TENANT, activitiesOf(FEW, small));
    await store(app.ports, TENANT, activitiesOf(MANY, large));
    console.error(`wrote ${small + large} activities in ${Math.round((performance.now() - started) / 1000)} s`);
    const day = iso(Clock.ms()).slice(0, 10);
    const month = { from: day, to: iso(Clock.ms() + 30 * DAY).slice(0, 10) };
    const views: readonly [string, () => Promise<unknown>][] = [
      ["calendar of a month", () => Agenda.calendar(month)],
      ["my day", () => Agenda.myDay({})],
      ["page of what is overdue", () => Agenda.overdue({ owner: "me" })],
    ];
    const sections: Section[] = [];
    for (const [name, view] of views) {
      const of = (user: string) => runIn(as(app, user), view);
      const few = { count: small, work: () => of(FEW) };
      const many = { count: large, work: () => of(MANY) };
      sections.push(await flatness(`${name}, by activities of the user`, { rounds, runs, bound: 1.3 }, { few, many }));
    }
    return sections;
  } finally {
    await app.stop();
  }
}

/** The user, who sees all. */
const as = (app: App, id: string): Context => {
  const context = systemContext(app.ports, TENANT, "bench");
  return { ...context, actor: { type: "system", tenant_id: TENANT, id } };
};

/** In the next month and the last two weeks two a day, of which some are open; all others were done in the twenty years before. */
function* activitiesOf(user: string, count: number): Generator<ReturnType<typeof itemsOf>> {
  const now = Clock.ms();
  const near = 2 * 45;
  for (let n = 0; n < near; n++) yield itemsOf(user, now + (n / 2 - 14) * DAY, n % 4 === 0 ? "COMPLETED" : "NOT_STARTED");
  const years = 20 * 365 * DAY;
  for (let n = near; n < count; n++) yield itemsOf(user, now - 20 * DAY - Math.floor((years * (n - near)) / count), "COMPLETED");
}

function itemsOf(user: string, at: number, status: ActivityRecord["status"]) {
  const written = Math.min(at, Clock.ms());
  const created_at = iso(written);
  const activity = {
    ...Object.fromEntries(Activities.fields.map((field) => [field, null])),
    id: newId(ACTIVITY, { at: written }),
    version: 1,
    created_at,
    created_by: user,
    updated_at: created_at,
    updated_by: user,
    deleted_at: null,
    activity_number: "A-2026-000001",
    subject: "Call about the renewal of the fleet",
    activity_type_id: defaultId(ACTIVITY_TYPES, "call"),
    status,
    is_completed: status === "COMPLETED",
    assigned_to_id: user,
    start_datetime: iso(at),
    end_datetime: iso(at + 30 * 60_000),
    happens_at: iso(at),
    participants: [],
    attending: [],
    reminders: [],
    has_reminder: false,
    reminders_from: created_at,
  } as unknown as ActivityRecord;
  const context = JSON.stringify({ actor: user, request: "load" });
  return [Activities.toItem(TENANT, activity, context), ...placesOf(TENANT, Activities, activity)];
}
