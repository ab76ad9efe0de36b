import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { ActivityRecord } from "@crm/core/people/activity/activity.entity.ts";
import { migrate } from "@crm/core/storage/scheduler/migration.ts";
import { recount } from "@crm/core/storage/stream/recount.ts";
import { writeAll } from "@crm/core/storage/table/database.ts";
import type { Item } from "@crm/core/storage/table/item.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** Activities stored by the previous release, which wrote no visibility entries for participants. */
let app: App;
let tenant: Tenant;
let ann: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  ann = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const runAsSystem = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const listSubjects = async () => {
  const { data, meta } = await ann.client.listActivities({ limit: 100 });
  return [data.map(({ subject }) => subject).sort(), meta.total];
};

/** The record shape of activities without those entries. */
const FORMER_SHAPE = 5;

/** Stores activities and their projection as the previous release did. */
async function storeAsBefore(activities: readonly Pick<ActivityRecord, "id" | "assigned_to_id">[]): Promise<void> {
  const owners = new Map(activities.map(({ id, assigned_to_id }) => [id, assigned_to_id ?? "none"]));
  const hasKeyPart = (part: string) => (item: Item) => String(item.pk).includes(part);
  const records = dumpItems(app, tenant.id).filter(
    (item) => (hasKeyPart("#E#")(item) || hasKeyPart("#P#")(item)) && owners.has(String(item.sk)),
  );
  await runAsSystem(() => writeAll(records.map((record) => ({ PutRequest: { Item: { ...record, shape: FORMER_SHAPE } } }))));
  await app.settle();
  const all = dumpItems(app, tenant.id);
  const derived = all.filter(
    (item) => hasKeyPart("#SEEN#activity#")(item) || (hasKeyPart("#COUNT#activity")(item) && String(item.sk).startsWith("seen@")),
  );
  const checkpoints = all.flatMap(({ entries: _entries, turn: _turn, ...item }) => {
    const owner = owners.get(String(item.sk).slice(1));
    return owner === undefined ? [] : [{ ...item, owner }];
  });
  await runAsSystem(() =>
    writeAll([
      ...checkpoints.map((item) => ({ PutRequest: { Item: item } })),
      ...derived.map(({ pk, sk }) => ({ DeleteRequest: { Key: { pk, sk } } })),
    ]),
  );
}

it("an activity of the previous release is found by its participants once migrated, and is counted once", async () => {
  const meeting = { activity_type_id: "meeting", due_date: "2040-01-01", participants: [{ user_id: ann.id }] };
  const make = async (subject: string, assigned_to_id: string) =>
    (await tenant.admin.createActivity({ ...meeting, subject, assigned_to_id })).data as ActivityRecord;
  const createdActivities = [await make("Theirs", tenant.userId), await make("Hers", ann.id)];
  // A short list checks every record, so create more activities than she can see.
  const { data: lead } = await tenant.admin.createLead(newLead());
  const activityInput = { subject: "About another", activity_type_id: "call", due_date: "2040-01-01", related_to_id: lead.id };
  for (let index = 0; index < 5; index++)
    createdActivities.push((await tenant.admin.createActivity(activityInput)).data as ActivityRecord);
  await app.settle();
  await storeAsBefore(createdActivities);
  expect(await listSubjects()).toEqual([["Hers"], 1]);
  expect(await migrate(app.ports)).toMatchObject({ rewritten: createdActivities.length, failed: [], done: true });
  await app.settle();
  expect(await listSubjects()).toEqual([["Hers", "Theirs"], 2]);
  expect((await runAsSystem(() => recount())).differences).toEqual([]);
});
