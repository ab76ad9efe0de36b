import { domains } from "@crm/core/domains.ts";
import { type Naming, ofContact, ofCustomer } from "@crm/core/merging/naming.ts";
import { collections } from "@crm/core/storage/table/collection.ts";
import { operations } from "@crm/functions/api/index.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { call } from "../import/support.ts";
import { newLead, signUp, startTestApp, type Tenant } from "../support.ts";

/**
 * What a record that comes back names: what it cannot do without is there, or it stays away; and what was joined to another
 * meanwhile is that other. Kinds and fields are those that collections and merges declare, so a new one is asked here or fails.
 */

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

let serial = 0;
const crm = () => tenant.admin;
const customer = async () => (await crm().createCustomer({ name: `Firm ${++serial}` } as never)).data.id;
const contact = async (more: object = {}) =>
  (await crm().createContact({ last_name: `Hopper ${++serial}`, email: `p${serial}@navy.example`, ...more } as never)).data;
const upload = async (): Promise<string> => {
  const bytes = Buffer.from("%PDF-1.7\nHello\n");
  const about = { file_name: "Offer.pdf", content_type: "application/pdf", size: bytes.length };
  const { data } = await crm().createUpload(about as never);
  await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, bytes);
  return data.upload_id;
};

/** The records of a kind that names `id` in the field, at that customer. */
const makers: Readonly<Record<string, (id: string, at: string) => Promise<{ id: string }>>> = {
  "opportunity.customer_id": async (customer_id) => (await crm().createOpportunity({ name: "Fleet", customer_id } as never)).data,
  "opportunity.contact_id": async (contact_id, customer_id) =>
    (await crm().createOpportunity({ name: "Fleet", customer_id, contact_id } as never)).data,
  "deal.customer_id": async (customer_id) => (await crm().createDeal({ customer_id } as never)).data,
  "quote.customer_id": async (customer_id) => (await crm().createQuote({ customer_id } as never)).data,
  "quote.contact_id": async (contact_id, customer_id) => (await crm().createQuote({ customer_id, contact_id } as never)).data,
  "ticket.customer_id": async (customer_id) => (await crm().createTicket({ ...help, customer_id } as never)).data,
  "ticket.contact_id": async (contact_id, customer_id) =>
    (await crm().createTicket({ ...help, customer_id, contact_id } as never)).data,
  "proposal.customer_id": async (customer_id) => (await crm().createProposal({ customer_id } as never)).data,
  "proposal.contact_id": async (contact_id, customer_id) =>
    (await crm().createProposal({ customer_id, contact_id } as never)).data,
  "proposal.quote_id": async (quote_id) => (await crm().createProposal({ quote_id } as never)).data,
  "contract.customer_id": async (customer_id) =>
    (await crm().createContract({ customer_id, contract_value: "10.00" } as never)).data,
  "contract.contact_id": async (contact_id, customer_id) =>
    (await crm().createContract({ customer_id, contact_id, contract_value: "10.00" } as never)).data,
  "potential.personal_key_id": async (personal_key_id) => (await crm().createPotential({ personal_key_id } as never)).data,
  "sla_policy.calendar_id": async (calendar_id) => (await crm().createSlaPolicy({ name: "Fast", calendar_id } as never)).data,
  "interaction.customer_id": async (customer_id) =>
    (await crm().createInteraction({ interaction_type_id: "phone", customer_id } as never)).data,
  "activity.related_to_id": async (related_to_id) =>
    (await crm().createActivity({ subject: "Ring", activity_type_id: "call", related_to_id } as never)).data,
  "note.related_to_id": async (related_to_id) => (await crm().createNote({ related_to_id, content: "Nice" } as never)).data,
  "attachment.related_to_id": async (related_to_id) =>
    (await crm().createAttachment({ related_to_id, upload_id: await upload() } as never)).data,
  "customer.parent_customer_id": async (parent_customer_id) =>
    (await crm().createCustomer({ name: `Below ${++serial}`, parent_customer_id } as never)).data,
  "contact.customer_id": (customer_id) => contact({ customer_id }),
  "contact.reports_to_id": (reports_to_id, customer_id) => contact({ customer_id, reports_to_id }),
  "contact.personal_key_id": (personal_key_id, customer_id) => contact({ customer_id, personal_key_id, last_name: undefined }),
  "customer.personal_key_id": async (personal_key_id) =>
    (await crm().createCustomer({ customer_type: "individual", personal_key_id } as never)).data,
  "lead.personal_key_id": async (personal_key_id) => (await crm().createLead(newLead({ personal_key_id }) as never)).data,
};
const person = async () => (await crm().createPerson({ last_name: `Lovelace ${++serial}` } as never)).data.id;

const calendar = async () => {
  const hours = { mon: [["09:00", "17:00"]] };
  return (await crm().createSupportCalendar({ name: `Calendar ${++serial}`, timezone: "UTC", hours } as never)).data.id;
};

const help = { subject: "Help", description: "It is late" };

const quote = async () => (await crm().createQuote({ customer_id: await customer() } as never)).data.id;

/** What is named, where it is no customer. */
const others: Readonly<Record<string, () => Promise<string>>> = {
  personal_key_id: person,
  quote_id: quote,
  calendar_id: calendar,
};

const kinds = domains.flatMap((domain) => domain.kinds);
const pathOf = (id: string): string => kinds.find(({ prefix }) => id.startsWith(`${prefix}_`))?.path ?? fail(id);
const ask = (method: string, id: string, rest = "") => call(app, tenant.token, method, `${pathOf(id)}/${id}${rest}`);
const fail = (id: string): never => {
  throw new Error(`No address of ${id}`);
};
const remove = async (id: string) => expect([(await ask("DELETE", id)).status, id]).toEqual([200, id]);
const restore = (id: string) => ask("POST", id, "/restore");

await Promise.all(kinds.map((kind) => kind.load?.()));
const needed = [...collections.values()].flatMap(({ name, definition: { needs = [] } }) =>
  needs.map((field) => `${name}.${field}`),
);

describe("what cannot do without another", () => {
  it.each(needed)("%s: stays away as long as that is deleted", async (field) => {
    const other = await (others[field.split(".")[1] ?? ""] ?? customer)();
    const { id } = (await makers[field]?.(other, await customer())) ?? fail(field);
    await app.settle();
    await remove(id);
    await app.settle();
    await remove(other);
    const refused = await restore(id);
    const details = (refused.error?.details ?? []) as { field: string }[];
    expect([refused.status, details.map((each) => each.field)]).toEqual([409, [field.split(".")[1]]]);
    expect((await restore(other)).status).toBe(200);
    expect((await restore(id)).status).toBe(200);
    expect((await ask("GET", id)).status).toBe(200);
  });
});

/** Conversations, for one, are there for good: nothing of them comes back. */
const isDeleted = ({ kind: { path } }: Naming): boolean =>
  operations.some((each) => each.method === "DELETE" && each.path === `${path}/{id}`);
const fieldsOf = (namings: readonly Naming[]): string[] =>
  namings.filter(isDeleted).map(({ kind, field }) => `${kind.name}.${field}`);

describe("what was joined to another while a record was deleted", () => {
  const come = async (field: string, survivor: string, merged: string, at: string, merge: () => Promise<unknown>) => {
    const { id } = (await makers[field]?.(merged, at)) ?? fail(field);
    await app.settle();
    await remove(id);
    await app.settle();
    await merge();
    await app.settle();
    expect((await restore(id)).status).toBe(200);
    const { data } = await ask("GET", id);
    expect(data).toMatchObject({ [field.split(".")[1] as string]: survivor });
  };

  it.each(fieldsOf(ofCustomer))("%s: is the customer that it became", async (field) => {
    const [survivor, merged] = [await customer(), await customer()];
    await come(field, survivor, merged, merged, () => crm().mergeCustomers({ id: survivor, merged_id: merged }));
  });

  it.each(fieldsOf(ofContact({ customer_id: "cus_1" })))("%s: is the contact that it became", async (field) => {
    const at = await customer();
    const [survivor, merged] = [(await contact({ customer_id: at })).id, (await contact({ customer_id: at })).id];
    await come(field, survivor, merged, at, () => crm().mergeContacts({ id: survivor, merged_id: merged }));
  });
});
