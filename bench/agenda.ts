import { Clock } from "@crm/core/kernel/clock.ts";
import { type Context, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { newId } from "@crm/core/kernel/id.ts";
import { Activities, type ActivityRecord } from "@crm/core/people/activity/activity.entity.ts";
import { ACTIVITY } from "@crm/core/people/activity/activity.kind.ts";
import { ACTIVITY_TYPES } from "@crm/core/people/activity/activity.masters.ts";
import { Agenda } from "@crm/core/people/activity/agenda.ts";
import { defaultId } from "@crm/core/platform/master-data/master-id.ts";
import { buildExtraIndexItems } from "@crm/core/storage/table/extra-index.ts";
import { type App, startApp } from "@crm/local/app.ts";
import { storeItems } from "./bulk-load.ts";
import type { CoreOptions } from "./core.ts";
import { measureFlatness, type Section } from "./stats.ts";

/** Agenda of a user with few activities, compared with that of a user with very many. The shown month is equally full for both. */

const TENANT = "ten_000000000000000001";
const FEW = "usr_000000000000000001";
const MANY = "usr_000000000000000002";
const DAY_MS = 86_400_000;
const toIso = (ms: number): string => new Date(ms).toISOString();

export async function benchAgenda({ rounds, runs, small, large }: CoreOptions): Promise<Section[]> {
  const app = await startApp({ data: "memory", logFrom: "error", stream: () => async () => ({ batchItemFailures: [] }) });
  try {
    const started = performance.now();
    await storeItems(app.ports, TENANT, buildActivities(FEW, small));
    await storeItems(app.ports, TENANT, buildActivities(MANY, large));
    console.error(`wrote ${small + large} activities in ${Math.round((performance.now() - started) / 1000)} s`);
    const day = toIso(Clock.ms()).slice(0, 10);
    const month = { from: day, to: toIso(Clock.ms() + 30 * DAY_MS).slice(0, 10) };
    const views: readonly [string, () => Promise<unknown>][] = [
      ["calendar of a month", () => Agenda.readCalendar(month)],
      ["my day", () => Agenda.readMyDay({})],
      ["page of overdue activities", () => Agenda.listOverdue({ owner: "me" })],
    ];
    const sections: Section[] = [];
    for (const [name, view] of views) {
      const runView = (user: string) => runIn(userContext(app, user), view);
      const smallCase = { count: small, work: () => runView(FEW) };
      const largeCase = { count: large, work: () => runView(MANY) };
      sections.push(
        await measureFlatness(
          `${name}, by activities of the user`,
          { rounds, runs, bound: 1.3 },
          { few: smallCase, many: largeCase },
        ),
      );
    }
    return sections;
  } finally {
    await app.stop();
  }
}

/** The context of a user who sees everything. */
const userContext = (app: App, id: string): Context => {
  const context = systemContext(app.ports, TENANT, "bench");
  return { ...context, actor: { type: "system", tenant_id: TENANT, id } };
};

/** Builds activities: two a day for the next month and the last two weeks, some of them open; all others completed in the twenty years before. */
function* buildActivities(user: string, count: number): Generator<ReturnType<typeof buildActivityItems>> {
  const now = Clock.ms();
  const near = 2 * 45;
  for (let n = 0; n < near; n++)
    yield buildActivityItems(user, now + (n / 2 - 14) * DAY_MS, n % 4 === 0 ? "COMPLETED" : "NOT_STARTED");
  const years = 20 * 365 * DAY_MS;
  for (let n = near; n < count; n++)
    yield buildActivityItems(user, now - 20 * DAY_MS - Math.floor((years * (n - near)) / count), "COMPLETED");
}

function buildActivityItems(user: string, time: number, status: ActivityRecord["status"]) {
  const creationTime = Math.min(time, Clock.ms());
  const created_at = toIso(creationTime);
  const activity = {
    ...Object.fromEntries(Activities.fields.map((field) => [field, null])),
    id: newId(ACTIVITY, { at: creationTime }),
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
    start_datetime: toIso(time),
    end_datetime: toIso(time + 30 * 60_000),
    happens_at: toIso(time),
    participants: [],
    attending: [],
    reminders: [],
    has_reminder: false,
    reminders_from: created_at,
  } as unknown as ActivityRecord;
  const context = JSON.stringify({ actor: user, request: "load" });
  return [Activities.toItem(TENANT, activity, context), ...buildExtraIndexItems(TENANT, Activities, activity)];
}
