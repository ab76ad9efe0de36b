import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Contacts } from "@crm/core/accounts/contact/contact.entity.ts";
import { Conversions } from "@crm/core/accounts/conversion/conversion.entity.ts";
import { Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { Activities } from "@crm/core/people/activity/activity.entity.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { Opportunities } from "@crm/core/sales/opportunity/opportunity.entity.ts";
import type { BaseRecord, Collection } from "@crm/core/storage/table/collection.ts";
import { ApiError, type Client, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { resolveTestSize } from "../../support/sample.ts";
import { launchServer, restartServer, type ServerHandle } from "./server-handle.ts";
import { readTenantItems, signUpTenant } from "./server-process.ts";

/** Number of kills; `CRM_KILLS=20 CRM_CONVERSION_ACTIVITIES=1000` is the long form. */
const KILLS = resolveTestSize("CRM_KILLS", 1, 4);
const ACTIVITIES = Number(process.env.CRM_CONVERSION_ACTIVITIES ?? 50);
/** Leads converted around each kill, two for each company. */
const LEADS = 4;
/** Milliseconds within which the server is killed: sometimes during the conversions, mostly while activities move. */
const KILL_WINDOW_MS = 300 + ACTIVITIES;

interface Lead {
  name: string;
  id: string;
  /** Ids of acknowledged activities. */
  activities: string[];
  /** The ids in the answer of an acknowledged conversion. */
  acknowledged: { customer: string; contact: string; opportunity: string } | undefined;
  inFlight: boolean;
}

let data: string;
let server: ServerHandle;
let token: string;
let tenant: string;
const leads: Lead[] = [];

beforeAll(async () => {
  data = mkdtempSync(join(tmpdir(), "crm-kill-conversion-"));
  server = await launchServer(data);
  ({ token, tenant } = await signUpTenant(server.url, `convert-${Date.now().toString(36)}`));
});
afterAll(async () => {
  await server.end();
  rmSync(data, { recursive: true, force: true });
});

const client = (): Client => createClient(httpTransport(server.url, token));

async function logActivity(lead: Lead, subject: string): Promise<void> {
  const { data: logged } = await client().logLeadActivity({ id: lead.id, subject, activity_type_id: "call" });
  lead.activities.push(logged.id);
}

async function createLead(name: string, company: string): Promise<Lead> {
  const leadInput = { first_name: "Kill", last_name: name, email: `${name.toLowerCase()}@kill.example`, company };
  const { data: createdLead } = await client().createLead(leadInput);
  const lead: Lead = { name, id: createdLead.id, activities: [], acknowledged: undefined, inFlight: false };
  for (let n = 0; n < ACTIVITIES; n++) await logActivity(lead, `A${n}`);
  leads.push(lead);
  return lead;
}

async function convertLead(lead: Lead): Promise<void> {
  const { data: result } = await client().convertLead(
    { id: lead.id, override_reason: "known" },
    { idempotencyKey: `convert ${lead.name}` },
  );
  const { customer, contact, opportunity } = result;
  const now = { customer: customer.id, contact: contact.id, opportunity: opportunity.id };
  if (lead.acknowledged) expect(now).toEqual(lead.acknowledged);
  lead.acknowledged = now;
}

/** Runs until the killed process drops the connection. A rejection would be a bug, so it is rethrown. */
async function runUntilKilled(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (error instanceof ApiError && error.status < 500) throw error;
  }
}

type Item = Record<string, unknown>;

const kinds = new Map<string, Pick<Collection<BaseRecord>, "fromItem">>(
  [Activities, Contacts, Conversions, Customers, Leads, Opportunities].map((collection) => [collection.name, collection]),
);

/** The stored records of a kind. */
function readStoredItems(): (kind: string) => Item[] {
  const items = readTenantItems(data, tenant);
  return (kind) =>
    items.filter(({ __edb_e__ }) => __edb_e__ === kind).map((item): Item => ({ ...kinds.get(kind)?.fromItem(item) }));
}

/** Finds faults in the stored records, and counts how many activities are still with each lead. */
function readState(): { faults: string[]; here: (lead: Lead) => number } {
  const listRecords = readStoredItems();
  const faults: string[] = [];
  const activities = new Map(listRecords("activity").map((activity) => [String(activity.id), String(activity.related_to_id)]));
  const [opportunities, customers, contacts, conversions] = (["opportunity", "customer", "contact", "conversion"] as const).map(
    listRecords,
  );
  const records = new Map(listRecords("lead").map((record) => [String(record.id), record]));
  for (const lead of leads) {
    const record = records.get(lead.id) ?? {};
    const ownOpportunities = (opportunities ?? []).filter((opportunity) => opportunity.lead_id === lead.id);
    const ownConversions = (conversions ?? []).filter((conversion) => conversion.lead_id === lead.id);
    const expectedCount = record.is_converted ? 1 : 0;
    if (lead.acknowledged && !expectedCount) faults.push(`${lead.name} was said to be converted`);
    if (ownOpportunities.length !== expectedCount || ownConversions.length !== expectedCount)
      faults.push(
        `${lead.name} has ${ownOpportunities.length} opportunities and ${ownConversions.length} conversions, wanted ${expectedCount}`,
      );
    if (expectedCount && record.converted_opportunity_id !== ownOpportunities[0]?.id)
      faults.push(`${lead.name} names another opportunity`);
    if (expectedCount && !customers?.some(({ id }) => id === record.converted_customer_id))
      faults.push(`${lead.name} has no customer`);
    if (expectedCount && !contacts?.some(({ id }) => id === record.converted_contact_id))
      faults.push(`${lead.name} has no contact`);
    for (const id of lead.activities) {
      const relatedId = activities.get(id);
      if (relatedId !== lead.id && relatedId !== ownOpportunities[0]?.id) faults.push(`${id} of ${lead.name} is at ${relatedId}`);
    }
  }
  const names = (customers ?? []).map(({ name }) => name);
  if (new Set(names).size !== names.length) faults.push(`customers twice: ${names.sort().join(", ")}`);
  const places = (contacts ?? []).map((contact) => `${contact.customer_id} ${contact.personal_key_id}`);
  if (new Set(places).size !== places.length) faults.push("a person is a contact of a customer twice");
  const countOwnActivities = (lead: Lead): number => lead.activities.filter((id) => activities.get(id) === lead.id).length;
  return { faults: faults, here: countOwnActivities };
}

const isMoved = async ({ id }: Lead): Promise<boolean> => (await client().getLeadConversion({ id })).data.status === "MOVED";

describe.each(Array.from({ length: KILLS }, (_, n) => n + 1))(
  `kill %i, during conversions of leads with ${ACTIVITIES} activities`,
  (n) => {
    it("leaves each lead converted or not, and each activity in one place", async () => {
      const newLeads = await Promise.all(
        Array.from({ length: LEADS }, (_, index) => createLead(`L${n}x${index}`, `Kill ${n} ${Math.floor(index / 2)}`)),
      );
      let isOver = false;
      const busy = newLeads.flatMap((lead) => [
        runUntilKilled(async () => {
          await sleep(Math.random() * KILL_WINDOW_MS * 0.7);
          if (isOver) return;
          lead.inFlight = true;
          await convertLead(lead);
          lead.inFlight = false;
        }),
        runUntilKilled(async () => {
          for (let index = 0; !isOver; index++) await logActivity(lead, `Later ${index}`);
        }),
      ]);
      await sleep(KILL_WINDOW_MS * (0.3 + 0.7 * Math.random()));
      const pendingConversions = newLeads.filter(({ inFlight }) => inFlight).map(({ name }) => `convert ${name}`);
      await server.kill();
      isOver = true;
      await Promise.all(busy);
      const atKill = readState();
      const moving = newLeads
        .filter((lead) => lead.acknowledged && atKill.here(lead) > 0)
        .map((lead) => `${atKill.here(lead)} of ${lead.activities.length} activities of ${lead.name}`);
      console.log(
        `kill ${n}: in flight ${[...pendingConversions, ...moving.map((description) => `moving ${description}`)].join(", ") || "log"}`,
      );
      expect(atKill.faults).toEqual([]);
      server = await restartServer(data, { isLast: n === KILLS });
      // A caller without an answer retries with the same key; a caller with one gets the same answer again.
      for (const lead of newLeads) {
        await convertLead(lead);
        lead.inFlight = false;
        await expect(client().convertLead({ id: lead.id, override_reason: "known" })).rejects.toMatchObject({ status: 409 });
      }
      expect(readState().faults).toEqual([]);
    });
  },
);

it("finally, all activities are at the opportunity of their lead", async () => {
  for (const lead of leads) while (!(await isMoved(lead))) await sleep(200);
  const { faults, here: countOwnActivities } = readState();
  expect([faults, leads.filter((lead) => countOwnActivities(lead) > 0).map(({ name }) => name)]).toEqual([[], []]);
  await fetch(`${server.url}/_local/settle`, { method: "POST", body: "{}" });
  expect((await client().listOpportunities({ limit: 1 })).meta.total).toBe(leads.length);
});
