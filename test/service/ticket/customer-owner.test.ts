import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { BackgroundJobs, backgroundJobId } from "@crm/core/service/ticket/background-job.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

/** The owner of a customer sees its tickets, also after a change of the owner. */

let app: App;
let tenant: Tenant;
let firstRep: TestUser;
let secondRep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { visibility: "own" });
  [firstRep, secondRep] = [await addUser(app, tenant, "SALES_REP"), await addUser(app, tenant, "SALES_REP")];
});
afterAll(() => app.stop());

const ticketInput = { subject: "The pump is loud", description: "It hums since Monday." };
const openTicket = async (customer_id: string) =>
  (await tenant.admin.createTicket({ ...ticketInput, customer_id, assigned_to_id: tenant.userId })).data.id;
const createCustomer = async (owner_id: string) =>
  (await tenant.admin.createCustomer({ name: "Argo Shipping", owner_id })).data.id;
const readCustomerOwner = async (id: string) => (await tenant.admin.getTicket({ id })).data.customer_owner_id;
const canSee = async ({ client: as }: TestUser, id: string) => {
  try {
    return (await as.getTicket({ id })).data.id === id;
  } catch {
    return false;
  }
};

describe("the tickets of a customer", () => {
  it("follow its owner, including closed tickets", async () => {
    const customer = await createCustomer(firstRep.id);
    const [id, closedId] = [await openTicket(customer), await openTicket(customer)];
    await tenant.admin.closeTicket({ id: closedId });
    expect([await canSee(firstRep, id), await canSee(secondRep, id)]).toEqual([true, false]);
    await tenant.admin.updateCustomer({ id: customer, owner_id: secondRep.id });
    await app.settle();
    expect([await readCustomerOwner(id), await readCustomerOwner(closedId)]).toEqual([secondRep.id, secondRep.id]);
    expect([await canSee(firstRep, id), await canSee(secondRep, id)]).toEqual([false, true]);
  });

  it("are checked once more for entries of a delayed index, and then no longer", async () => {
    const customer = await createCustomer(firstRep.id);
    await tenant.admin.updateCustomer({ id: customer, owner_id: secondRep.id });
    await app.settle();
    const duty = () =>
      runIn(systemContext(app.ports, tenant.id, "test"), () =>
        Records.load(BackgroundJobs, backgroundJobId(customer)),
      ) as Promise<{ due_at: string | null } | undefined>;
    expect((await duty())?.due_at).toEqual(expect.any(String));
    app.setClock({ advance: 3 * 60_000 });
    await app.settle();
    expect((await duty())?.due_at).toBe(null);
  });

  it("move to the surviving customer of a merge, and back", async () => {
    const [from, to] = [await createCustomer(firstRep.id), await createCustomer(secondRep.id)];
    const contact = (await tenant.admin.createContact({ customer_id: from, last_name: "Kask", email: "kask@argo.example" })).data
      .id;
    const id = (
      await tenant.admin.createTicket({ ...ticketInput, customer_id: from, contact_id: contact, assigned_to_id: tenant.userId })
    ).data.id;
    await tenant.admin.mergeCustomers({ id: to, merged_id: from });
    await app.settle();
    expect((await tenant.admin.getTicket({ id })).data).toMatchObject({
      customer_id: to,
      customer_owner_id: secondRep.id,
      contact_id: contact,
    });
    await tenant.admin.unmergeCustomers({ id: to, merged_id: from });
    await app.settle();
    expect((await tenant.admin.getTicket({ id })).data).toMatchObject({ customer_id: from, customer_owner_id: firstRep.id });
  });

  it("refer to the surviving contact of a merge", async () => {
    const customer_id = await createCustomer(firstRep.id);
    const contact = async (last_name: string) =>
      (await tenant.admin.createContact({ customer_id, last_name, email: `${last_name}@argo.example` })).data.id;
    const [survivorId, goes] = [await contact("Stay"), await contact("Goes")];
    const id = (await tenant.admin.createTicket({ ...ticketInput, customer_id, contact_id: goes })).data.id;
    await tenant.admin.mergeContacts({ id: survivorId, merged_id: goes });
    await app.settle();
    expect((await tenant.admin.getTicket({ id })).data.contact_id).toBe(survivorId);
  });

  it("follow a customer whose ticket was merged, and so does the merged ticket", async () => {
    const customer = await createCustomer(firstRep.id);
    const [survivor, merged, later] = [await openTicket(customer), await openTicket(customer), await openTicket(customer)];
    await tenant.admin.mergeTickets({ id: survivor, ticket_id: merged });
    await tenant.admin.updateCustomer({ id: customer, owner_id: secondRep.id });
    await app.settle();
    for (const id of [survivor, merged, later]) expect(await readCustomerOwner(id)).toBe(secondRep.id);
  });

  it("do not follow the customer while it is deleted; a deleted ticket follows once it is restored", async () => {
    const customer = await createCustomer(firstRep.id);
    const [id, deletedId] = [await openTicket(customer), await openTicket(customer)];
    await tenant.admin.deleteTicket({ id: deletedId });
    await tenant.admin.updateCustomer({ id: customer, owner_id: secondRep.id });
    await app.settle();
    await tenant.admin.restoreTicket({ id: deletedId });
    await app.settle();
    expect(await readCustomerOwner(deletedId)).toBe(secondRep.id);
    await tenant.admin.deleteCustomer({ id: customer });
    await app.settle();
    expect([await readCustomerOwner(id), await canSee(secondRep, id)]).toEqual([null, false]);
    await tenant.admin.restoreCustomer({ id: customer });
    await app.settle();
    expect([await readCustomerOwner(id), await canSee(secondRep, id)]).toEqual([secondRep.id, true]);
  });
});
