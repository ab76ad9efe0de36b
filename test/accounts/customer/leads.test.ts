import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { runInTenant, storeMerge } from "../../people/person/support.ts";
import { addUser, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createLead = async (more: object = {}, client = tenant.admin) => (await client.createLead(newLead({ ...more }))).data;
const linkLeads = (customer: string, leads: readonly string[]) =>
  runInTenant(app, tenant, async () => {
    const tx = transaction();
    for (const id of leads) Customer.linkLead(tx, customer, id);
    await tx.commit(undefined);
  });
const listIds = ({ data }: { data: readonly { id: string }[] }): string[] => data.map(({ id }) => id);

describe("the leads of a customer", () => {
  it("are the leads converted into it, newest first, paginated and searchable", async () => {
    const { data: customer } = await tenant.admin.createCustomer({ name: "Acme" });
    const leads = [
      await createLead({ company: "North" }),
      await createLead({ company: "South" }),
      await createLead({ company: "North" }),
    ];
    const ids = leads.map(({ id }) => id).reverse();
    await linkLeads(customer.id, ids);
    const { id } = customer;
    const all = await tenant.admin.listCustomerLeads({ id });
    expect([listIds(all), all.meta.total]).toEqual([ids, 3]);
    expect(all.data[0]?.links.self).toBe(`/api/v1/leads/${ids[0]}`);
    expect(listIds(await tenant.admin.listCustomerLeads({ id, order: "asc" }))).toEqual([...ids].reverse());
    expect(listIds(await tenant.admin.listCustomerLeads({ id, search: "north" }))).toEqual([ids[0], ids[2]]);
    expect(listIds(await tenant.admin.listCustomerLeads({ id, page: 2, limit: 2 }))).toEqual([ids[2]]);
    const first = await tenant.admin.listCustomerLeads({ id, limit: 2 });
    const cursor = String(first.meta.next_cursor);
    expect(listIds(await tenant.admin.listCustomerLeads({ id, limit: 2, cursor }))).toEqual([ids[2]]);
    const { data: otherCustomer } = await tenant.admin.createCustomer({ name: "Other" });
    await expect(tenant.admin.listCustomerLeads({ id: otherCustomer.id, limit: 2, cursor })).rejects.toMatchObject({
      status: 400,
    });
    expect((await tenant.admin.listCustomerLeads({ id: otherCustomer.id })).meta.total).toBe(0);
  });

  it("include all leads of an individual's person, each once, under every id of the person", async () => {
    const [first, second] = [await createLead(), await createLead()];
    const again = await createLead({ personal_key_id: first.personal_key_id });
    const input = { customer_type: "individual", personal_key_id: first.personal_key_id } as const;
    const { data: customer } = await tenant.admin.createCustomer(input);
    await linkLeads(customer.id, [first.id]);
    expect(listIds(await tenant.admin.listCustomerLeads({ id: customer.id }))).toEqual([again.id, first.id]);
    await storeMerge(app, tenant, second.personal_key_id, [first.personal_key_id]);
    expect(listIds(await tenant.admin.listCustomerLeads({ id: customer.id }))).toEqual([again.id, second.id, first.id]);
  });

  it("are limited to those that the caller sees, without deleted ones", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: customer } = await rep.client.createCustomer({ name: "Acme" });
    const [ownLead, hiddenLead, deletedLead] = [
      await createLead({}, rep.client),
      await createLead(),
      await createLead({}, rep.client),
    ];
    await linkLeads(customer.id, [ownLead.id, hiddenLead.id, deletedLead.id]);
    await tenant.admin.deleteLead({ id: deletedLead.id });
    expect(listIds(await rep.client.listCustomerLeads({ id: customer.id }))).toEqual([ownLead.id]);
    expect(listIds(await tenant.admin.listCustomerLeads({ id: customer.id }))).toEqual([hiddenLead.id, ownLead.id]);
    const otherRep = await addUser(app, tenant, "SALES_REP");
    await expect(otherRep.client.listCustomerLeads({ id: customer.id })).rejects.toMatchObject({ status: 404 });
  });
});
