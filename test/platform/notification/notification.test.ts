import { Clock } from "@crm/core/kernel/clock.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, inProcessTransport, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { createLeadFor, createNotifications, DAY_MS, listNotifications, signInAgain } from "./support.ts";

/** Operations of users on their notifications. */
let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

/** A new user with `count` notifications and the leads that they are about, oldest first. */
async function createUserWithNotifications(count: number): Promise<{ user: TestUser; leads: string[] }> {
  const user = await addUser(app, tenant, "SALES_REP");
  const leads: string[] = [];
  for (let n = 0; n < count; n++) leads.push((await createLeadFor(tenant, user)).id);
  await app.settle();
  return { user, leads };
}

const listIds = async (user: TestUser, query = {}) => (await listNotifications(user, query)).rows.map(({ id }) => id);

describe("the list", () => {
  it("contains the user's own notifications, newest first, with totals, paginated", async () => {
    const { user, leads } = await createUserWithNotifications(5);
    const { rows, total, unread } = await listNotifications(user);
    expect(rows.map(({ record_id }) => record_id)).toEqual(leads.toReversed());
    expect([total, unread]).toEqual([5, 5]);
    expect(rows[0]).toMatchObject({
      user_id: user.id,
      type: "lead_assigned",
      record_kind: "lead",
      actor_id: tenant.userId,
      read_at: null,
      links: { record: `/api/v1/leads/${leads[4]}`, actor: `/api/v1/users/${tenant.userId}` },
    });
    expect(rows[0]).not.toHaveProperty("unread_by");
    const first = await user.client.listNotifications({ limit: 2 });
    const second = await user.client.listNotifications({ limit: 2, cursor: String(first.meta.next_cursor) });
    expect([...first.data, ...second.data].map(({ id }) => id)).toEqual(rows.slice(0, 4).map(({ id }) => id));
  });

  it("is filtered by unread state and type, with exact totals", async () => {
    const { user, leads } = await createUserWithNotifications(3);
    await user.client.updateLead({ id: String(leads[0]), next_contact_date: new Date(Clock.ms() - 1000).toISOString() });
    await app.scheduler.run("due");
    await app.settle();
    const [due] = (await listNotifications(user)).rows;
    await user.client.readNotification({ id: String(due?.id) });
    await app.settle();
    const readCounts = async (query: Record<string, unknown>) => {
      const { rows, total, unread } = await listNotifications(user, query);
      return [rows.length, total, unread];
    };
    expect(await readCounts({})).toEqual([4, 4, 3]);
    expect(await readCounts({ unread: "true" })).toEqual([3, 3, 3]);
    expect(await readCounts({ type: "lead_follow_up_due" })).toEqual([1, 1, 3]);
    expect(await readCounts({ type: "lead_assigned" })).toEqual([3, 3, 3]);
    expect(await readCounts({ type: "lead_assigned", unread: "true" })).toEqual([3, 3, 3]);
    expect(await readCounts({ type: "lead_follow_up_due", unread: "true" })).toEqual([0, 0, 3]);
    expect(await readCounts({ type: "lead_converted" })).toEqual([0, 0, 3]);
    for (const query of [{ unread: "false" }, { type: "nothing" }, { deleted: "true" }])
      await expect(listNotifications(user, query)).rejects.toMatchObject({
        status: 400,
        details: [{ field: Object.keys(query)[0] }],
      });
  });
});

describe("one", () => {
  it("is marked as read and unread once each, and counted", async () => {
    const { user } = await createUserWithNotifications(2);
    const [id = ""] = await listIds(user);
    const { data: read } = await user.client.readNotification({ id });
    expect(read.read_at).not.toBeNull();
    expect((await user.client.readNotification({ id })).data).toEqual(read);
    await app.settle();
    expect((await listNotifications(user)).unread).toBe(1);
    expect(await listIds(user, { unread: "true" })).not.toContain(id);
    const { data: unread } = await user.client.unreadNotification({ id });
    expect([unread.read_at, unread.version]).toEqual([null, 3]);
    await app.settle();
    expect((await listNotifications(user)).unread).toBe(2);
    expect(await listIds(user, { unread: "true" })).toContain(id);
  });

  it("is deleted permanently, and removed from the counts", async () => {
    const { user } = await createUserWithNotifications(2);
    const [id = "", otherId] = await listIds(user);
    await user.client.deleteNotification({ id });
    await expect(user.client.getNotification({ id })).rejects.toMatchObject({ status: 404 });
    await expect(user.client.deleteNotification({ id })).rejects.toMatchObject({ status: 404 });
    await app.settle();
    expect(await listNotifications(user)).toMatchObject({ rows: [{ id: otherId }], total: 1, unread: 1 });
  });

  it("is hidden from managers, administrators and other tenants", async () => {
    const { user } = await createUserWithNotifications(1);
    const [id = ""] = await listIds(user);
    const manager = await addUser(app, tenant, "MANAGER");
    await tenant.admin.updateUser({ id: user.id, manager_id: manager.id });
    const stranger = await signUp(app);
    const { admin: administrator } = tenant;
    for (const as of [manager.client, administrator, stranger.admin]) {
      for (const attempt of [as.getNotification, as.readNotification, as.unreadNotification, as.deleteNotification]) {
        await expect(attempt({ id })).rejects.toMatchObject({ status: 404, code: "NOT_FOUND" });
      }
      expect((await as.listNotifications()).data.map((notification) => notification.id)).not.toContain(id);
      await as.readAllNotifications();
    }
    await app.settle();
    expect(await listNotifications(user)).toMatchObject({ total: 1, unread: 1 });
    expect((await user.client.getNotification({ id })).data).toMatchObject({ id, version: 1 });
  });

  it("is masked in the audit trail", async () => {
    const { user } = await createUserWithNotifications(1);
    const [id = ""] = await listIds(user);
    const [entry] = (await tenant.admin.listAuditEntries({ record_id: id })).data;
    const { data } = await tenant.admin.getAuditEntry({ id: String(entry?.id) });
    expect(data.new_values).toMatchObject({ title: "***", body: "***", type: "lead_assigned" });
  });
});

it("an API key has no notifications", async () => {
  const { data: key } = await tenant.admin.createApiKey({ name: "Key", role: "ADMIN" });
  const as = createClient(inProcessTransport(app, (key as { key: string }).key));
  for (const attempt of [as.listNotifications, as.getNotificationPreferences, as.readAllNotifications])
    await expect(attempt()).rejects.toMatchObject({ status: 403 });
});

describe("marking all notifications as read", () => {
  it("completes in the request if they fit into one transaction", async () => {
    const { user } = await createUserWithNotifications(3);
    expect((await user.client.readAllNotifications()).data).toEqual({ count: 3, is_complete: true });
    expect((await user.client.readAllNotifications()).data).toEqual({ count: 0, is_complete: true });
    await app.settle();
    expect(await listNotifications(user)).toMatchObject({ total: 3, unread: 0 });
  });

  it("continues in slices, and skips those that are new or marked as unread meanwhile", async () => {
    const user = await addUser(app, tenant, "SALES_REP");
    await createNotifications(app, tenant, user, 205);
    await app.settle();
    const all = await listIds(user, { page: 3, limit: 100 });
    const oldest = String(all.at(-1));
    expect((await user.client.readAllNotifications({}, { idempotencyKey: "all" })).data).toEqual({
      count: 98,
      is_complete: false,
    });
    expect((await user.client.readAllNotifications({}, { idempotencyKey: "all" })).data.count).toBe(98);
    await user.client.unreadNotification({ id: oldest });
    const { id: lead } = await createLeadFor(tenant, user);
    await app.settle();
    const { rows, total, unread } = await listNotifications(user, { unread: "true" });
    expect(rows.map(({ record_id, id }) => (record_id === lead ? "new" : id))).toEqual(["new", oldest]);
    expect([total, unread]).toEqual([2, 2]);
    expect((await listNotifications(user)).total).toBe(206);
  });

  it("skips those newer than the given time", async () => {
    const { user } = await createUserWithNotifications(2);
    const up_to = Clock.now();
    const { id: lead } = await createLeadFor(tenant, user);
    await app.settle();
    expect((await user.client.readAllNotifications({ up_to })).data.count).toBe(2);
    await app.settle();
    expect(await listNotifications(user, { unread: "true" })).toMatchObject({ rows: [{ record_id: lead }], total: 1, unread: 1 });
    const future = new Date(Clock.ms() + DAY_MS).toISOString();
    expect((await user.client.readAllNotifications({ up_to: future })).data.count).toBe(1);
  });

  it("loses none during concurrent new ones and marks, and the counts are correct", async () => {
    const { user } = await createUserWithNotifications(20);
    const ids = await listIds(user);
    await Promise.all([
      user.client.readAllNotifications(),
      ...ids.slice(0, 5).map((id) => user.client.readNotification({ id })),
      ...[1, 2, 3, 4].map(async () => {
        await createLeadFor(tenant, user);
        await app.settle();
      }),
      user.client.readAllNotifications(),
    ]);
    await app.settle();
    const { rows, total, unread } = await listNotifications(user);
    expect([rows.length, total]).toEqual([24, 24]);
    expect(unread).toBe(rows.filter(({ read_at }) => read_at === null).length);
    expect(rows.slice(4).every(({ read_at }) => read_at !== null)).toBe(true);
    expect((await listNotifications(user, { unread: "true" })).total).toBe(unread);
  });
});

it("a notification is removed after 90 days from list, counts and table", async () => {
  const { user } = await createUserWithNotifications(3);
  const [id = ""] = await listIds(user);
  await user.client.readNotification({ id });
  try {
    app.setClock({ advance: 90 * DAY_MS - 60_000 });
    let returningUser = await signInAgain(app, tenant, user);
    await app.scheduler.run("due");
    await app.settle();
    expect(await listNotifications(returningUser)).toMatchObject({ total: 3, unread: 2 });
    // Expired notifications are hidden even before the sweep deletes them.
    app.setClock({ advance: 120_000 });
    returningUser = await signInAgain(app, tenant, user);
    await expect(returningUser.client.getNotification({ id })).rejects.toMatchObject({ status: 404 });
    await expect(returningUser.client.readNotification({ id })).rejects.toMatchObject({ status: 404 });
    expect((await listNotifications(returningUser)).rows).toEqual([]);
    await Promise.all([app.scheduler.run("due"), app.scheduler.run("due")]);
    await app.settle();
    expect(await listNotifications(returningUser)).toEqual({ rows: [], total: 0, unread: 0 });
  } finally {
    app.setClock({ reset: true });
  }
  // After the clock is reset, it would be visible if it still existed.
  const back = await signInAgain(app, tenant, user);
  await expect(back.client.getNotification({ id })).rejects.toMatchObject({ status: 404 });
});
