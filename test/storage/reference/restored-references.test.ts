import { customerReferences, listContactReferences, type ReferenceField } from "@crm/core/accounts/merging/reference-fields.ts";
import { domains } from "@crm/core/domains.ts";
import { loadedCollections } from "@crm/core/storage/table/collection.ts";
import { operations } from "@crm/functions/api/index.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { requestJson } from "../../platform/import/support.ts";
import { newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/**
 * References of a restored record: a required record must exist, otherwise the restore is rejected; a record that was merged meanwhile is
 * replaced by its survivor. The tested fields come from the declarations of collections and merges, so a new one must be covered.
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
const createCustomer = async () => (await crm().createCustomer({ name: `Firm ${++serial}` })).data.id;
const createContact = async (more: object = {}) =>
  (await crm().createContact({ last_name: `Hopper ${++serial}`, email: `p${serial}@navy.example`, ...more })).data;
const createUpload = async (): Promise<string> => {
  const bytes = Buffer.from("%PDF-1.7\nHello\n");
  const uploadInput = { file_name: "Offer.pdf", content_type: "application/pdf", size: bytes.length };
  const { data } = await crm().createUpload(uploadInput);
  await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, bytes);
  return data.upload_id;
};

/** For each reference field, creates a record of that customer that refers to `id`. */
const makers: Readonly<Record<string, (id: string, customerId: string) => Promise<{ id: string }>>> = {
  "opportunity.customer_id": async (customer_id) => (await crm().createOpportunity({ name: "Fleet", customer_id })).data,
  "opportunity.contact_id": async (contact_id, customer_id) =>
    (await crm().createOpportunity({ name: "Fleet", customer_id, contact_id })).data,
  "deal.customer_id": async (customer_id) => (await crm().createDeal({ customer_id })).data,
  "order.customer_id": async (customer_id) => (await crm().createOrder({ customer_id })).data,
  "order.contact_id": async (contact_id, customer_id) => (await crm().createOrder({ customer_id, contact_id })).data,
  "project.customer_id": async (customer_id) => (await crm().createProject({ title: "Jetty", customer_id })).data,
  "invoice.customer_id": (customer_id) => createInvoice({ customer_id }),
  "invoice.contact_id": (contact_id, customer_id) => createInvoice({ customer_id, contact_id }),
  "quote.customer_id": async (customer_id) => (await crm().createQuote({ customer_id })).data,
  "quote.contact_id": async (contact_id, customer_id) => (await crm().createQuote({ customer_id, contact_id })).data,
  "ticket.customer_id": async (customer_id) => (await crm().createTicket({ ...ticketInput, customer_id })).data,
  "ticket.contact_id": async (contact_id, customer_id) =>
    (await crm().createTicket({ ...ticketInput, customer_id, contact_id })).data,
  "proposal.customer_id": async (customer_id) => (await crm().createProposal({ customer_id })).data,
  "proposal.contact_id": async (contact_id, customer_id) => (await crm().createProposal({ customer_id, contact_id })).data,
  "proposal.quote_id": async (quote_id) => (await crm().createProposal({ quote_id })).data,
  "contract.customer_id": async (customer_id) => (await crm().createContract({ customer_id, contract_value: "10.00" })).data,
  "contract.contact_id": async (contact_id, customer_id) =>
    (await crm().createContract({ customer_id, contact_id, contract_value: "10.00" })).data,
  "potential.personal_key_id": async (personal_key_id) => (await crm().createPotential({ personal_key_id })).data,
  "sla_policy.calendar_id": async (calendar_id) => (await crm().createSlaPolicy({ name: "Fast", calendar_id })).data,
  "interaction.customer_id": async (customer_id) =>
    (await crm().createInteraction({ interaction_type_id: "phone", customer_id })).data,
  "activity.related_to_id": async (related_to_id) =>
    (await crm().createActivity({ subject: "Ring", activity_type_id: "call", related_to_id })).data,
  "note.related_to_id": async (related_to_id) => (await crm().createNote({ related_to_id, content: "Nice" })).data,
  "comment.related_to_id": async (related_to_id) => (await crm().createComment({ related_to_id, content: "Nice" })).data,
  "attachment.related_to_id": async (related_to_id) =>
    (await crm().createAttachment({ related_to_id, upload_id: await createUpload() })).data,
  "customer.parent_customer_id": async (parent_customer_id) =>
    (await crm().createCustomer({ name: `Below ${++serial}`, parent_customer_id })).data,
  "contact.customer_id": (customer_id) => createContact({ customer_id }),
  "contact.reports_to_id": (reports_to_id, customer_id) => createContact({ customer_id, reports_to_id }),
  "contact.personal_key_id": (personal_key_id, customer_id) =>
    createContact({ customer_id, personal_key_id, last_name: undefined }),
  "customer.personal_key_id": async (personal_key_id) =>
    (await crm().createCustomer({ customer_type: "individual", personal_key_id })).data,
  "lead.personal_key_id": async (personal_key_id) => (await crm().createLead(newLead({ personal_key_id }))).data,
};
const createPerson = async () => (await crm().createPerson({ last_name: `Lovelace ${++serial}` })).data.id;

const createCalendar = async () => {
  const hours = { mon: [["09:00", "17:00"]] };
  return (await allowAnyInput(crm()).createSupportCalendar({ name: `Calendar ${++serial}`, timezone: "UTC", hours })).data.id;
};

const ticketInput = { subject: "Help", description: "It is late" };

const createInvoice = async (parties: { customer_id: string; contact_id?: string }) => {
  const order = { ...parties, status: "CONFIRMED", line_items: [{ name: "Boat", unit_price: "10" }] };
  const { data } = await crm().createOrder(order);
  return (await crm().createOrderInvoice({ id: data.id, contact_id: parties.contact_id })).data;
};

const createQuote = async () => (await crm().createQuote({ customer_id: await createCustomer() })).data.id;

/** Creates the referenced records that are not customers. */
const parentMakers: Readonly<Record<string, () => Promise<string>>> = {
  personal_key_id: createPerson,
  quote_id: createQuote,
  calendar_id: createCalendar,
};

const kinds = domains.flatMap((domain) => domain.kinds);
const findPath = (id: string): string => kinds.find(({ prefix }) => id.startsWith(`${prefix}_`))?.path ?? failMissing(id);
const sendRequest = (method: string, id: string, rest = "") =>
  requestJson(app, tenant.token, method, `${findPath(id)}/${id}${rest}`);
const failMissing = (id: string): never => {
  throw new Error(`No address of ${id}`);
};
const removeRecord = async (id: string) => expect([(await sendRequest("DELETE", id)).status, id]).toEqual([200, id]);
const restoreRecord = (id: string) => sendRequest("POST", id, "/restore");

await Promise.all(kinds.map((kind) => kind.load?.()));
const requiredFields = [...loadedCollections.values()].flatMap(({ name, definition: { requiredReferences: needs = [] } }) =>
  needs.map((field) => `${name}.${field}`),
);

describe("records with a required reference", () => {
  it.each(requiredFields)("%s: cannot be restored while the referenced record is deleted", async (field) => {
    const parentId = await (parentMakers[field.split(".")[1] ?? ""] ?? createCustomer)();
    const { id } = (await makers[field]?.(parentId, await createCustomer())) ?? failMissing(field);
    await app.settle();
    await removeRecord(id);
    await app.settle();
    await removeRecord(parentId);
    const response = await restoreRecord(id);
    const details = (response.error?.details ?? []) as { field: string }[];
    expect([response.status, details.map((detail) => detail.field)]).toEqual([409, [field.split(".")[1]]]);
    expect((await restoreRecord(parentId)).status).toBe(200);
    expect((await restoreRecord(id)).status).toBe(200);
    expect((await sendRequest("GET", id)).status).toBe(200);
  });
});

/** Whether records of the kind can be deleted. Conversations, for example, cannot, so they are never restored. */
const isDeletable = ({ kind: { path } }: ReferenceField): boolean =>
  operations.some((operation) => operation.method === "DELETE" && operation.path === `${path}/{id}`);
const listFields = (namings: readonly ReferenceField[]): string[] =>
  namings.filter(isDeletable).map(({ kind, field }) => `${kind.name}.${field}`);

describe("references to a record that was merged while their own record was deleted", () => {
  const expectSurvivor = async (
    field: string,
    survivor: string,
    merged: string,
    customerId: string,
    merge: () => Promise<unknown>,
  ) => {
    const { id } = (await makers[field]?.(merged, customerId)) ?? failMissing(field);
    await app.settle();
    await removeRecord(id);
    await app.settle();
    await merge();
    await app.settle();
    expect((await restoreRecord(id)).status).toBe(200);
    const { data } = await sendRequest("GET", id);
    expect(data).toMatchObject({ [field.split(".")[1] as string]: survivor });
  };

  it.each(listFields(customerReferences))("%s: refers to the surviving customer after it is restored", async (field) => {
    const [survivor, merged] = [await createCustomer(), await createCustomer()];
    await expectSurvivor(field, survivor, merged, merged, () => crm().mergeCustomers({ id: survivor, merged_id: merged }));
  });

  it.each(listFields(listContactReferences({ customer_id: "cus_1" })))(
    "%s: refers to the surviving contact after it is restored",
    async (field) => {
      const customerId = await createCustomer();
      const [survivor, merged] = [
        (await createContact({ customer_id: customerId })).id,
        (await createContact({ customer_id: customerId })).id,
      ];
      await expectSurvivor(field, survivor, merged, customerId, () => crm().mergeContacts({ id: survivor, merged_id: merged }));
    },
  );
});
