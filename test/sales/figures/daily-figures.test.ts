import { type MemberRecord, Members } from "@crm/core/engagement/reengagement/member.entity.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { Ports } from "@crm/core/kernel/ports.ts";
import { addDays, instantToDay, startOfDay } from "@crm/core/kernel/time-zone.ts";
import { datedEvents } from "@crm/core/messaging/message/daily-figures.rules.ts";
import { type MessageRecord, Messages } from "@crm/core/messaging/message/message.entity.ts";
import { Snapshots } from "@crm/core/platform/daily-figures/snapshots.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import { type LeadRecord, Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { counterKey } from "@crm/core/storage/read/counter.ts";
import { readIdPages } from "@crm/core/storage/stream/recount-pages.ts";
import { put, query, readItem } from "@crm/core/storage/table/database.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { operateLocally } from "@crm/local/server/maintenance-controls.ts";
import { DateTime } from "luxon";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readMessageId, setUpSmsProvider } from "../../messaging/message/sms-provider-double.ts";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createTestRandom } from "../../support/random.ts";
import { selectSample } from "../../support/sample.ts";
import { signInUser } from "./support.ts";

let app: App;
let ms = Date.parse("2027-03-01T12:00:00.000Z");
beforeEach(async () => {
  app = await startTestApp({ time: () => ms++ });
});
afterEach(() => app.stop());

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const now = (): string => new Date(ms).toISOString();

const runInTenant = <T>({ id }: Pick<Tenant, "id">, work: () => Promise<T>, ports: Ports = app.ports): Promise<T> =>
  runIn(systemContext(ports, id, "test"), () => Tenants.runWithSettings(work)) as Promise<T>;

/** Every record of a kind, loaded directly. */
const loadAll = async <R>(collection: typeof Messages | typeof Members | typeof Leads): Promise<R[]> => {
  const records: unknown[] = [];
  for await (const ids of readIdPages(collection as typeof Messages, undefined))
    records.push(...(await Records.loadMany(collection as typeof Messages, ids)));
  return records as R[];
};

type Numbers = Record<string, number>;
const MESSAGE_COUNTS = ["sent", "delivered", "undelivered", "failed", "refused", "cancelled", "unknown", "held", "received"];

/** Message figures for each day in a time zone, computed only from the messages' timestamps. */
function recountMessages(messages: readonly MessageRecord[], zone: string): Map<string, Numbers> {
  const days = new Map<string, Numbers>();
  const add = (name: string, instant: string | null | undefined, isSo = true): void => {
    if (!instant || !isSo) return;
    const day = String(DateTime.fromISO(instant, { zone }).toISODate());
    const numbers = days.get(day) ?? {};
    days.set(day, { ...numbers, [name]: (numbers[name] ?? 0) + 1 });
  };
  for (const {
    status,
    sent_at,
    delivered_at,
    failed_at,
    received_at,
    tried_at,
    held_reason,
    error_code,
    days: eventDays,
  } of messages) {
    const failed = status === "failed" || status === "cancelled";
    add("sent", sent_at);
    add("delivered", delivered_at);
    add("undelivered", failed_at, status === "undelivered");
    add("failed", failed_at, failed);
    add("cancelled", failed_at, failed && error_code === "canceled");
    add("refused", failed_at, failed && held_reason !== null && error_code !== "canceled");
    add("unknown", tried_at, status === "unknown");
    add("received", received_at);
    add("held", eventDays.held?.at);
  }
  return days;
}

/** Batch figures for each day in a time zone, with running totals, computed only from the members. */
function recountBatch(members: readonly MemberRecord[], zone: string, [first, last]: readonly [string, string]) {
  const toDay = (instant: string): string => String(DateTime.fromISO(instant, { zone }).toISODate());
  const countInstants = (instants: readonly (string | null | undefined)[], isInPeriod: (day: string) => boolean): number =>
    instants.filter((instant) => instant && isInPeriod(toDay(instant))).length;
  const contacts = members.flatMap((member) => member.contacts);
  const sumRevenue = (isInPeriod: (day: string) => boolean): string =>
    members
      .filter(({ converted_at }) => converted_at && isInPeriod(toDay(converted_at)))
      .reduce((sum, { conversion_value }) => sum + Number(conversion_value), 0)
      .toFixed(2);
  const rows = [];
  for (let day = first; day <= last; day = addDays(day, 1)) {
    const [on, upTo] = [(date: string) => date === day, (date: string) => date <= day];
    const counts = (isInPeriod: (date: string) => boolean) => ({
      contacted: countInstants(
        members.map((member) => member.contacts[0]?.at),
        isInPeriod,
      ),
      responses: countInstants(
        members.map(({ responded_at }) => responded_at),
        isInPeriod,
      ),
      conversions: countInstants(
        members.map(({ converted_at }) => converted_at),
        isInPeriod,
      ),
    });
    const [dayCounts, total] = [counts(on), counts(upTo)];
    const percent = (part: number, base: number): string | null =>
      base === 0 ? null : (Math.round((part / base) * 10_000 + 1e-9) / 100).toFixed(2);
    const countByMethod = (method: string) =>
      countInstants(
        contacts.filter((contact) => contact.method === method).map(({ at }) => at),
        on,
      );
    rows.push({
      snapshot_date: day,
      ...{ contacted_count: dayCounts.contacted, response_count: dayCounts.responses, conversion_count: dayCounts.conversions },
      ...{ revenue_generated: sumRevenue(on), total_revenue: sumRevenue(upTo) },
      ...{ total_contacted: total.contacted, total_responses: total.responses, total_conversions: total.conversions },
      ...{
        response_rate: percent(total.responses, total.contacted),
        conversion_rate: percent(total.conversions, total.responses),
      },
      notes: null,
      avg_revenue_per_conversion: total.conversions === 0 ? null : (Number(sumRevenue(upTo)) / total.conversions).toFixed(2),
      ...{ sms_sent: countByMethod("SMS"), email_sent: countByMethod("EMAIL"), phone_calls: countByMethod("PHONE") },
    });
  }
  return rows;
}

const DAY_PARTITIONS = ["TREND", "PIPELINEMOVES", "TICKETDAYS", "MESSAGEDAYS", "BATCHDAYS", "LEADDAYS"];

/** All daily items of a tenant. */
const queryDayItems = (tenant: Tenant) =>
  runInTenant(tenant, async () => {
    const all: unknown[] = [];
    for (const partition of DAY_PARTITIONS) {
      const { Items = [] } = await query({
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": tenantKey(tenant.id, partition) },
      });
      all.push(...Items);
    }
    return all;
  });

const listDays = (items: readonly unknown[], partition: string): string[] =>
  (items as { pk: string; sk: string }[])
    .filter(({ pk, sk }) => pk.endsWith(partition) && sk.startsWith("*@"))
    .map(({ sk }) => sk.slice(2));

async function createApiClient(tenant: Tenant): Promise<Client> {
  const { data: key } = await tenant.admin.createApiKey({ name: "robot", role: "ADMIN" });
  return createClient(inProcessTransport(app, key.key));
}

let personCount = 0;

/** Adds an individual customer to a batch, with a number for messages. */
async function addMember(crm: Client, batch: string): Promise<{ member: string; person: string; customer: string }> {
  const phone = `+1212556${String(1000 + ++personCount)}`;
  const customerInput = { customer_type: "INDIVIDUAL", first_name: "Ida", last_name: `Lund ${personCount}`, phone };
  const { data: customer } = await crm.createCustomer(customerInput);
  const person = String(customer.personal_key_id);
  const { data } = await crm.addReengagementMember({ id: batch, person_id: person });
  return { member: data.id, person, customer: customer.id };
}

describe("daily figures", () => {
  it.each([
    // Each zone with days of clock changes: by half an hour on Lord Howe, at midnight in Beirut, so that one day has no midnight.
    ["Europe/Berlin", ["2027-03-28", "2027-10-31"]],
    ["America/New_York", ["2027-11-07", "2028-03-12"]],
    ["Australia/Lord_Howe", ["2028-04-02", "2028-10-01"]],
    ["Asia/Beirut", ["2029-03-25", "2029-10-28"]],
  ])("equal a recount from members and messages on every day around clock changes in %s", async (zone, all) => {
    const changes = selectSample(all, { name: (day) => `${zone} ${day}`, kind: () => zone });
    const chance = createTestRandom(`Figures of days in ${zone}`);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(chance() * from.length)] as T;
    ms = Date.parse(startOfDay(zone, addDays(changes[0] as string, -3))) + 9 * HOUR_MS;
    const tenant = await signUp(app, {
      timezone: zone,
      currency: "EUR",
      visibility: "own",
      quiet_hours: { from: "00:00", to: "00:00" },
    });
    const crm = await createApiClient(tenant);
    const texts = await setUpSmsProvider(app, { ...tenant, admin: crm });
    const { data: batch } = await crm.createReengagementBatch({ batch_name: "Spring", window_days: 365 });
    await crm.activateReengagementBatch({ id: batch.id });
    const members: Awaited<ReturnType<typeof addMember>>[] = [];
    for (let nth = 0; nth < 8; nth++) members.push(await addMember(crm, batch.id));
    await app.settle();
    let sent = 0;
    const rep = await addUser(app, { ...tenant, admin: crm }, "MANAGER");
    const leads: string[] = [(await crm.createLead(newLead())).data.id];
    const acts: Record<string, () => Promise<unknown>> = {
      async send() {
        const to = chance() < 0.4 ? { person_id: pick(members).person } : { to: `+1212557${String(1000 + ++personCount)}` };
        const answer = pick(["ok", "ok", "ok", "lost", "refused", "rate_limited"]);
        await texts.setAnswer(answer, 1);
        await crm.sendMessage({
          channel: "sms",
          ...to,
          body: `Hello ${++sent}`,
          purpose: pick(["service", "service", "marketing"]),
        });
      },
      async report() {
        const message = pick(await texts.messages());
        if (!message) return;
        for (const action of ["send", pick(["deliver", "undeliver"])])
          await texts.act(readMessageId(message), action).catch(() => undefined);
      },
      async reply() {
        const message = pick(await texts.messages());
        if (message) await texts.act(readMessageId(message), "reply", { reason: "Who is this?" });
      },
      async cancel() {
        const schedule = { send_at: new Date(ms + 48 * HOUR_MS).toISOString() };
        const { data } = await crm.sendMessage({ channel: "sms", to: "+12125580001", body: "Never", ...schedule });
        await crm.cancelMessage({ id: data.id });
      },
      contact: () => crm.contactReengagementMember({ id: pick(members).member, method: pick(["SMS", "EMAIL", "PHONE"]) }),
      // Recorded late, with a time on the previous evening.
      contactLate: () =>
        crm.contactReengagementMember({
          ...{ id: pick(members).member, method: "PHONE" },
          at: new Date(Date.parse(startOfDay(zone, instantToDay(zone, now()))) - 1000).toISOString(),
        }),
      respond: () => crm.respondReengagementMember({ id: pick(members).member }),
      async lead() {
        const { data } = await crm.createLead(newLead({ owner_id: pick([null, rep.id]) }));
        leads.push(data.id);
      },
      convert: () => crm.convertLead({ id: pick(leads), override_reason: "known" }),
      forget: () => crm.deleteLead({ id: pick(leads) }),
      async buy() {
        const { customer: customer_id } = pick(members);
        const { data } = await crm.createOpportunity({
          name: "Fleet",
          customer_id,
          amount: pick(["9.99", "250.50"]),
          currency: "EUR",
        });
        await crm.winOpportunity({ id: data.id });
      },
    };
    const act = async (): Promise<void> => {
      const name = pick([
        "send",
        "send",
        "send",
        "send",
        "report",
        "report",
        "reply",
        "cancel",
        "contact",
        "contact",
        "contactLate",
        "respond",
        "buy",
        ...["lead", "lead", "lead", "convert", "convert", "forget"],
      ]);
      await acts[name]?.().catch((error) => {
        // Ignores actions that are not possible in the current state.
        if (!(error.status >= 400 && error.status < 500)) throw error;
      });
    };
    for (const change of changes) {
      for (let day = addDays(change, -2); day <= addDays(change, 1); day = addDays(day, 1)) {
        const [begin, end] = [Date.parse(startOfDay(zone, day)), Date.parse(startOfDay(zone, addDays(day, 1)))];
        for (const instant of [begin + 1000, begin + 11 * HOUR_MS, end - 15_000]) {
          ms = Math.max(ms, instant);
          await act();
          await act();
          await app.settle();
        }
        // Nothing runs in the night after the clock change; the next night catches up.
        ms = Math.max(ms, end + 11 * MINUTE_MS);
        if (day !== change) await Promise.all([app.scheduler.run("snapshots"), app.scheduler.run("snapshots")]);
      }
    }
    const [first, last] = [addDays(changes[0] as string, -3), instantToDay(zone, now())] as const;
    /** A viewer of all leads, and a viewer of their own and unassigned leads. */
    const viewers: readonly [Client, (lead: LeadRecord) => boolean][] = [
      [crm, () => true],
      [await signInUser(app, tenant, rep), ({ owner_id }) => owner_id === null || owner_id === rep.id],
    ];
    const check = async (): Promise<void> => {
      const storedLeads = await runInTenant(tenant, () => loadAll<LeadRecord>(Leads));
      for (const [as, isVisible] of viewers) {
        const day = (instant: string | null): string => String(instant && DateTime.fromISO(instant, { zone }).toISODate());
        const { data } = await as.getLeadDays({ from: first, to: last });
        expect(data.days.length).toBeGreaterThan(3 * changes.length);
        const visibleLeads = storedLeads.filter(isVisible);
        for (const row of data.days)
          expect(row).toEqual({
            day: row.day,
            created: visibleLeads.filter(({ created_at }) => day(created_at) === row.day).length,
            converted: visibleLeads.filter(({ converted_date }) => day(converted_date) === row.day).length,
          });
      }
      const [messages, storedMembers] = await runInTenant(tenant, () =>
        Promise.all([loadAll<MessageRecord>(Messages), loadAll<MemberRecord>(Members)]),
      );
      const { data: stats } = await crm.getReengagementStats({ id: batch.id, from: first, to: last });
      expect(stats.days).toEqual(recountBatch(storedMembers, zone, [first, last]));
      const countsByDay = recountMessages(messages, zone);
      const { data } = await crm.getMessageStats({ from: first, to: last });
      const zeroCounts = Object.fromEntries(MESSAGE_COUNTS.map((name) => [name, 0]));
      for (const { day, ...numbers } of data.days)
        expect([day, numbers]).toEqual([day, { ...zeroCounts, ...countsByDay.get(day) }]);
      const { totals } = data;
      const all = [...countsByDay.values()];
      const sums = MESSAGE_COUNTS.map((name) => [name, all.reduce((sum, dayCounts) => sum + (dayCounts[name] ?? 0), 0)]);
      expect(totals).toEqual(Object.fromEntries(sums));
      const { data: marketing } = await crm.getMessageStats({ from: first, to: last, purpose: "marketing", channel: "sms" });
      const marketingByDay = recountMessages(
        messages.filter(({ purpose }) => purpose === "marketing"),
        zone,
      );
      expect(marketing.days.map(({ sent }) => sent)).toEqual(data.days.map(({ day }) => marketingByDay.get(day)?.sent ?? 0));
    };
    await check();
    const counts = (await crm.getLeadDays({ from: first, to: last })).data.days;
    expect([counts.some(({ created }) => created > 0), counts.some(({ converted }) => converted > 0)]).toEqual([true, true]);
    const { data: messageStats } = await crm.getMessageStats({ from: first, to: last });
    expect(Object.values(messageStats.totals).filter((n) => n > 0).length).toBeGreaterThan(3 + changes.length);
    const storedMessages = await runInTenant(tenant, () => loadAll<MessageRecord>(Messages));
    for (const message of storedMessages) for (const name of datedEvents) expect(message.days[name]?.day.length ?? 10).toBe(10);
    // Every day has a snapshot, including the missed one. Taking them again, twice at once, changes nothing.
    const dayItems = await queryDayItems(tenant);
    for (const partition of DAY_PARTITIONS)
      for (const change of changes)
        for (const days of [-1, 0, 1]) expect(listDays(dayItems, partition)).toContain(addDays(change, days));
    const again = { action: "snapshots", tenant: tenant.slug, from: first, to: last };
    const results = await Promise.all([operateLocally(app.ports, again), operateLocally(app.ports, again)]);
    expect(results.map((result) => (result as { differences: unknown }).differences)).toEqual([[], []]);
    const isTaken = ({ sk }: { sk: string }): boolean => listDays(dayItems, "").includes(sk.slice(-10));
    expect(((await queryDayItems(tenant)) as { sk: string }[]).filter(isTaken)).toEqual(dayItems);
    await check();
  });

  /** A tenant with a batch, a contacted member, a new lead and an undelivered message on the current day. */
  async function createScene(timezone: string) {
    const tenant = await signUp(app, { timezone, quiet_hours: { from: "00:00", to: "00:00" } });
    const crm = await createApiClient(tenant);
    const { data: batch } = await crm.createReengagementBatch({ batch_name: "Spring" });
    await crm.activateReengagementBatch({ id: batch.id });
    const { member } = await addMember(crm, batch.id);
    await crm.contactReengagementMember({ id: member, method: "PHONE" });
    await crm.createTicket({
      subject: "Loud",
      description: "It hums",
      customer_id: (await crm.createCustomer({ name: "Harbour" })).data.id,
    });
    await crm.createOpportunity({ name: "Fleet" });
    await app.settle();
    await app.scheduler.run("snapshots");
    return { tenant, crm, batch, day: instantToDay(timezone, now()) };
  }

  it("are reported and repaired after corruption, by the next nightly run or by a repeated run", async () => {
    const { tenant, crm, batch, day } = await createScene("Europe/Berlin");
    const key = counterKey(tenant.id, "reengagement_member", `day@${batch.id}@${day}`);
    const phantom = counterKey(tenant.id, "message", `day@${day}@sms`);
    const spoil = () =>
      runInTenant(tenant, async () => {
        await put({ ...(await readItem(key)), ...key, contacted: 5 });
        await put({ ...phantom, "service.sent": 3, as_of: now(), revision: 1 });
      });
    const read = async () => {
      const { data } = await crm.getReengagementStats({ id: batch.id, from: day, to: day });
      return [data.days[0]?.contacted_count, (await crm.getMessageStats({ from: day, to: day })).data.totals.sent];
    };
    await spoil();
    expect(await read()).toEqual([5, 3]);
    ms = Date.parse(startOfDay("Europe/Berlin", addDays(day, 1))) + 11 * MINUTE_MS;
    await app.scheduler.run("snapshots");
    expect(await read()).toEqual([1, 0]);
    await spoil();
    const again = { action: "snapshots", tenant: tenant.slug, from: day, to: day };
    const report = (await operateLocally(app.ports, again)) as { days: number; differences: Record<string, unknown>[] };
    expect(report.differences).toEqual([
      { tenant: tenant.id, kind: "message", where: `day@${day}@sms`, what: "service.sent", kept: 3 },
      { tenant: tenant.id, kind: "reengagement_member", where: `day@${batch.id}@${day}`, what: "contacted", kept: 5, counted: 1 },
    ]);
    expect(await read()).toEqual([1, 0]);
    expect(await operateLocally(app.ports, again)).toEqual({ tenants: 1, days: 1, differences: [] });
  });

  it("are taken ten minutes after a midnight that a clock change skips, and not before", async () => {
    // That day begins at 01:00.
    const [zone, day] = ["Asia/Beirut", "2030-03-31"];
    ms = Date.parse(startOfDay(zone, addDays(day, -2))) + 12 * HOUR_MS;
    const { tenant } = await createScene(zone);
    const listTakenDays = async () => listDays(await queryDayItems(tenant), "BATCHDAYS");
    ms = Date.parse(startOfDay(zone, addDays(day, -1))) + 11 * MINUTE_MS;
    await app.scheduler.run("snapshots");
    expect(await listTakenDays()).toEqual([addDays(day, -3), addDays(day, -2)]);
    const begins = Date.parse("2030-03-30T22:00:00.000Z");
    expect(startOfDay(zone, day)).toBe(new Date(begins).toISOString());
    for (const [timestamp, days] of [
      [begins - MINUTE_MS, 2],
      [begins + 9 * MINUTE_MS, 2],
      [begins + 11 * MINUTE_MS, 3],
      [begins + 22 * HOUR_MS + 30 * MINUTE_MS, 3],
      [begins + 23 * HOUR_MS + 11 * MINUTE_MS, 4],
    ] as const) {
      ms = timestamp;
      await app.scheduler.run("snapshots");
      expect(await listTakenDays(), new Date(timestamp).toISOString()).toHaveLength(days);
    }
  });

  it("stay the same if the tenant changes its time zone, with no day missing or duplicated", async () => {
    ms = Date.parse("2030-05-10T01:00:00.000Z");
    const { tenant, crm, batch, day } = await createScene("Asia/Tokyo");
    const texts = await setUpSmsProvider(app, { ...tenant, admin: crm });
    await crm.sendMessage({ channel: "sms", to: "+12125580002", body: "Moving" });
    await app.settle();
    const rows = async () => (await crm.getReengagementStats({ id: batch.id, from: day, to: addDays(day, 3) })).data.days;
    const rowsBefore = await rows();
    ms = Date.parse(startOfDay("Asia/Tokyo", addDays(day, 1))) + 11 * MINUTE_MS;
    await app.scheduler.run("snapshots");
    // In that zone it is still the previous day.
    await crm.updateTenant({ settings: { timezone: "America/Los_Angeles" } });
    await crm.createOpportunity({ name: "Another" });
    await app.settle();
    for (let hours = 0; hours < 72; hours += 12) {
      ms += 12 * HOUR_MS;
      await app.scheduler.run("snapshots");
    }
    expect(await rows()).toEqual(rowsBefore);
    await texts.act(readMessageId((await texts.messages()).at(-1)), "deliver");
    await app.settle();
    const { data: messages } = await crm.getMessageStats({
      from: addDays(day, -1),
      to: instantToDay("America/Los_Angeles", now()),
    });
    expect(messages.days.filter(({ sent }) => sent > 0)).toMatchObject([{ day, sent: 1, delivered: 0 }]);
    expect(messages.days.at(-1)).toMatchObject({ sent: 0, delivered: 1 });
    const all = await queryDayItems(tenant);
    for (const partition of DAY_PARTITIONS)
      expect(listDays(all, partition)).toEqual([-1, 0, 1, 2].map((days) => addDays(day, days)));
    // Records created after the day's end in one zone and before it in the other count on the following days.
    const { data } = await crm.getPipelineTrend({ from: day, to: addDays(day, 2) });
    expect(data.days.map(({ count }) => count)).toEqual([1, 2, 2]);
  });

  it("are caught up for a month, with the same result wherever the job is killed", async () => {
    ms = Date.parse("2030-08-01T10:00:00.000Z");
    const { tenant, day } = await createScene("UTC");
    ms += 3 * 24 * HOUR_MS;
    await runInTenant(tenant, () => Snapshots.takeMissed());
    const dayItems = await queryDayItems(tenant);
    expect(listDays(dayItems, "BATCHDAYS")).toEqual([-1, 0, 1, 2].map((days) => addDays(day, days)));
    ms += 40 * 24 * HOUR_MS;
    let lives = 0;
    for (let commandLimit = 1; ; commandLimit += 3, lives++) {
      let commands = 0;
      const { database } = app.ports;
      const dying: Ports = {
        ...app.ports,
        database: {
          table: database.table,
          async send(command, scope) {
            if (++commands >= commandLimit) throw new Error("killed");
            return database.send(command, scope);
          },
        },
      };
      const end = await runInTenant(tenant, () => Snapshots.takeMissed(), dying).catch((error) => error);
      if (!(end instanceof Error)) break;
      expect(end.message).toBe("killed");
    }
    expect(lives).toBeGreaterThan(10);
    const storedItems = await queryDayItems(tenant);
    for (const partition of DAY_PARTITIONS) {
      const days = listDays(storedItems, partition).filter((date) => date > addDays(day, 2));
      expect(days).toEqual(Array.from({ length: 31 }, (_, nth) => addDays(day, 12 + nth)));
    }
    const range = { tenant_id: tenant.id, from: addDays(day, 12), to: addDays(day, 42) };
    expect(await Snapshots.retake(app.ports, range)).toEqual({ tenants: 1, days: 31, differences: [] });
    expect(await queryDayItems(tenant)).toEqual(storedItems);
  });

  it("of leads are limited to the leads that the caller can see", async () => {
    const tenant = await signUp(app, { visibility: "own", timezone: "UTC" });
    const crm = await createApiClient(tenant);
    const [manager, rep] = [await addUser(app, tenant, "MANAGER"), await addUser(app, tenant, "SALES_REP")];
    for (const owner_id of [manager.id, rep.id, null]) await crm.createLead(newLead({ owner_id }));
    await app.settle();
    const day = instantToDay("UTC", now());
    ms = Date.parse(startOfDay("UTC", addDays(day, 1))) + 11 * MINUTE_MS;
    await app.scheduler.run("snapshots");
    const range = { from: day, to: day };
    expect((await crm.getLeadDays(range)).data.days).toEqual([{ day, created: 3, converted: 0 }]);
    expect((await (await signInUser(app, tenant, manager)).getLeadDays(range)).data.days).toEqual([
      { day, created: 2, converted: 0 },
    ]);
  });

  it("of messages are limited to users who see all records, in their own tenant", async () => {
    const tenant = await signUp(app, { visibility: "own" });
    const manager = await addUser(app, tenant, "MANAGER");
    expect((await tenant.admin.getMessageStats({})).data).toMatchObject({ totals: { sent: 0, received: 0 }, as_of: null });
    await expect((await signInUser(app, tenant, manager)).getMessageStats({})).rejects.toMatchObject({ status: 403 });
    const range = { from: "2030-01-02", to: "2030-01-01" };
    await expect(tenant.admin.getMessageStats(range)).rejects.toMatchObject({ details: [{ field: "from" }] });
  });
});
