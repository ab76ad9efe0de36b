import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { archiveRecords } from "@crm/core/storage/scheduler/record-archive.ts";
import { allowAnyInput, type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { inProcessTransport, newLead, signIn, signUp, type Tenant } from "../../support/app.ts";
import { dumpItems } from "../stream/chaos.ts";

export const DAY_MS = 24 * 60 * 60_000;

/** A tenant with interactions of more than a year. */
export interface ArchivedYear {
  tenant: Tenant;
  persons: string[];
  leads: string[];
  customer: string;
  /** Ids of all interactions, the oldest first. */
  interactions: string[];
  subjectOf(id: string): string;
  tagsOf(id: string): string[];
}

/** The days before the start of the test on which interactions took place: 22 months, evenly. */
const listDates = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => new Date(Date.now() - (660 - (index * 650) / count) * DAY_MS).toISOString());

const formatSubject = (index: number): string => `Gespräch ${index} 日本語`;
const listTags = (index: number): string[] => (index % 5 === 0 ? ["vip", `t${index % 3}`] : []);

/** Creates `count` interactions with three persons and a customer, over 22 months. */
export async function createYear(app: App, count: number): Promise<ArchivedYear> {
  const tenant = await signUp(app);
  const { admin } = tenant;
  const persons: string[] = [];
  const leads: string[] = [];
  for (let index = 0; index < 3; index++) {
    const { data } = await admin.createLead(newLead());
    persons.push(data.personal_key_id);
    leads.push(data.id);
  }
  const { data: customer } = await admin.createCustomer({ customer_type: "BUSINESS", name: "Kranich & Söhne" });
  const types = ["email", "phone"];
  const interactions: string[] = [];
  for (const [index, interaction_date] of listDates(count).entries()) {
    const person = index % 3;
    const { data } = await allowAnyInput(admin).createInteraction({
      personal_key_id: persons[person],
      interaction_type_id: types[index % 2],
      channel: index % 2 ? "phone" : "email",
      subject: formatSubject(index),
      summary: `Summary ${index}\twith a tab`,
      direction: index % 3 ? "INBOUND" : "OUTBOUND",
      notes: "n".repeat(index % 50),
      interaction_date,
      ...(index % 4 === 0 ? { lead_id: leads[person] } : {}),
      ...(index % 3 === 0 ? { customer_id: customer.id } : {}),
      tags: listTags(index),
    });
    interactions.push(data.id);
  }
  await app.settle();
  return {
    tenant,
    persons,
    leads,
    customer: customer.id,
    interactions,
    subjectOf: (id) => formatSubject(interactions.indexOf(id)),
    tagsOf: (id) => listTags(interactions.indexOf(id)),
  };
}

/** Returns a client of the tenant's administrator after the clock moved. */
export const clientOf = async (app: App, tenant: Tenant): Promise<Client> =>
  createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));

/** Archives a tenant's records, in parts of this size. */
export const archive = (app: App, tenant: Tenant, partSize?: number): Promise<boolean> =>
  runIn(systemContext(app.ports, tenant.id, "record-archive"), () => archiveRecords(partSize === undefined ? {} : { partSize }));

/** Returns the items of a tenant's interactions: whole ones and stubs. */
export function readInteractionItems(app: App, tenant: Tenant) {
  const items = dumpItems(app, tenant.id).filter(({ sk }) => String(sk).startsWith("int_"));
  const words = dumpItems(app, tenant.id).filter(({ pk }) => String(pk).includes("#WORD"));
  return {
    whole: items.filter(({ row }) => row !== undefined),
    stubs: items.filter(({ archived }) => archived !== undefined),
    words,
  };
}

/** Runs work that is killed after one call of a port, then after two, and so on, until it ends. The part sizes vary. */
export async function killAfterEachCall(app: App, work: (partSize: number) => Promise<boolean>): Promise<void> {
  const { database, objects } = app.ports;
  const { send } = database;
  const { write } = objects;
  let remainingCalls = 0;
  const orKilled =
    <A extends unknown[], T>(call: (...args: A) => T) =>
    (...args: A): T => {
      if (remainingCalls-- <= 0) throw new Error("killed");
      return call(...args);
    };
  let isDone = false;
  for (let callLimit = 1; !isDone; callLimit++) {
    remainingCalls = callLimit;
    database.send = orKilled(send.bind(database));
    objects.write = orKilled(write.bind(objects));
    isDone = await work(3 + (callLimit % 4)).catch((error: Error) => {
      if (error.message !== "killed") throw error;
      return false;
    });
    Object.assign(database, { send });
    Object.assign(objects, { write });
  }
}

/** Reads all pages of a list. */
export async function readAll(
  list: (query: never) => Promise<{ data: readonly unknown[]; meta: { total?: number; next_cursor?: string | null } }>,
  query: object,
): Promise<{ rows: unknown[]; total: number | undefined }> {
  const rows: unknown[] = [];
  let total: number | undefined;
  for (let cursor: string | null | undefined; ; ) {
    // Each list takes other filters; the caller gives those of its list.
    const page = await list({ limit: 50, ...query, ...(cursor ? { cursor } : {}) } as never);
    total ??= page.meta.total;
    rows.push(...page.data);
    cursor = page.meta.next_cursor;
    if (!cursor) return { rows, total };
  }
}

/** Reads the interactions through every operation that lists or shows them. */
export async function readEverything(app: App, year: ArchivedYear) {
  const { tenant, persons, leads, customer, interactions } = year;
  const admin = await clientOf(app, tenant);
  const list = (query: object) => readAll((input) => admin.listInteractions(input), query);
  const lists = [];
  const middle = new Date(Date.now() - 400 * DAY_MS).toISOString();
  for (const query of [
    {},
    { order: "asc" },
    { person: persons[0] },
    { person: persons[1], order: "asc" },
    { customer },
    { lead: leads[0], order: "asc" },
    { customer, lead: leads[0] },
    { from: middle, to: new Date(Date.now() - 300 * DAY_MS).toISOString() },
    { to: middle },
    { search: "gespräch 7" },
    { direction: "INBOUND" },
    { person: persons[2], type: "email" },
    { include: ["version", "updated_at"], person: persons[0] },
  ])
    lists.push(await list(query));
  const timelines = [];
  for (const id of persons)
    timelines.push(await readAll((input) => admin.listPersonTimeline(input), { id, type: "interaction" }));
  const { as_of: _asOf, ...customerView } = (await admin.getCustomer360({ id: customer })).data;
  const views = [(await admin.getPerson360({ id: persons[0] ?? "" })).data, customerView];
  const records = [];
  for (const id of interactions.filter((_, index) => index % 10 === 0)) records.push((await admin.getInteraction({ id })).data);
  return { lists, timelines, views, records };
}
