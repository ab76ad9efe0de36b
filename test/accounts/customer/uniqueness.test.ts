import { type CustomerRecord, Customers } from "@crm/core/accounts/customer/customer.entity.ts";
import { Customer } from "@crm/core/accounts/customer/customer.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { retryOnConflict, transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createPerson, runInTenant, storeMerge } from "../../people/person/support.ts";
import { expectRejection, newFieldName } from "../../platform/custom-field/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { countOutcomes } from "./support.ts";

let app: App;
let tenant: Tenant;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const createCustomer = async (input: object, client = tenant.admin) => (await client.createCustomer(input)).data;
const createIndividual = (personal_key_id: string) => createCustomer({ customer_type: "individual", personal_key_id });
const runAsTenant = <T>(work: () => Promise<T>): Promise<T> => runInTenant(app, tenant, work);
const findByName = (name: string) => runAsTenant(() => Customer.readNameLock(name));
const runConcurrently = <T>(count: number, work: (index: number) => Promise<T>): Promise<T>[] =>
  Array.from({ length: count }, (_, index) => work(index));

describe("a tax id", () => {
  it("belongs to one customer, regardless of spaces, dots and letter case", async () => {
    const tax = newFieldName();
    const { id } = await createCustomer({ name: "First", tax_id: `DE ${tax}` });
    expect(await expectRejection(createCustomer({ name: "Second", tax_id: `de-${tax.toUpperCase()}` }))).toEqual([
      409,
      ["tax_id"],
    ]);
    const second = await createCustomer({ name: "Second" });
    expect(await expectRejection(tenant.admin.updateCustomer({ id: second.id, tax_id: `DE.${tax}` }))).toEqual([409, ["tax_id"]]);
    await tenant.admin.updateCustomer({ id, tax_id: `de${tax}` });
    await createCustomer({ name: "Elsewhere", tax_id: `DE ${tax}` }, (await signUp(app)).admin);
  });

  it("goes to one of several concurrent requests", async () => {
    for (let round = 0; round < 3; round++) {
      const tax_id = newFieldName();
      const otherCustomer = await createCustomer({ name: "Other" });
      const requests = [
        ...runConcurrently(4, (index) => createCustomer({ name: `${tax_id} ${index}`, tax_id })),
        tenant.admin.updateCustomer({ id: otherCustomer.id, tax_id }),
      ];
      expect(await countOutcomes(requests)).toEqual({ done: 1, refused: [409] });
    }
  });

  it("is free after a change, a clear or a deletion; a restore then finds it taken", async () => {
    const [firstTaxId, two] = [newFieldName(), newFieldName()];
    const { id } = await createCustomer({ name: "First", tax_id: firstTaxId });
    await tenant.admin.updateCustomer({ id, tax_id: two });
    const { id: otherId } = await createCustomer({ name: "Other", tax_id: firstTaxId });
    await tenant.admin.updateCustomer({ id: otherId, tax_id: null });
    await tenant.admin.deleteCustomer({ id });
    const { id: taker } = await createCustomer({ name: "Taker", tax_id: two });
    expect(await expectRejection(tenant.admin.restoreCustomer({ id }))).toEqual([409, ["tax_id"]]);
    await tenant.admin.deleteCustomer({ id: taker });
    await tenant.admin.restoreCustomer({ id });
    expect(await expectRejection(createCustomer({ name: "Late", tax_id: two }))).toEqual([409, ["tax_id"]]);
  });
});

describe("a company name", () => {
  it("finds the businesses that have it, in any legal form, after each change", async () => {
    const name = newFieldName();
    const firstCustomer = await createCustomer({ name: `${name} GmbH` });
    const two = await createCustomer({ name: `${name.toUpperCase()}, Inc.` });
    expect(await findByName(name)).toMatchObject({ ids: [firstCustomer.id, two.id], count: 2 });
    await tenant.admin.updateCustomer({ id: firstCustomer.id, name: `${name} Ltd` });
    await tenant.admin.updateCustomer({ id: two.id, name: `${name} South` });
    expect(await findByName(name)).toMatchObject({ ids: [firstCustomer.id], count: 1 });
    expect(await findByName(`${name} south`)).toMatchObject({ ids: [two.id], count: 1 });
    await tenant.admin.deleteCustomer({ id: firstCustomer.id });
    expect(await findByName(name)).toMatchObject({ ids: [], count: 0 });
    await tenant.admin.restoreCustomer({ id: firstCustomer.id });
    expect(await findByName(name)).toMatchObject({ ids: [firstCustomer.id], count: 1 });
    const { person } = await createPerson(tenant);
    const ada = await createIndividual(person);
    expect(await findByName(ada.name)).toMatchObject({ ids: [], count: 0 });
  });

  it("is shared by 20 concurrent creations: all are counted and ten listed", async () => {
    const name = newFieldName();
    const customers = await Promise.all(runConcurrently(20, () => createCustomer({ name })));
    const { ids, count } = await findByName(name);
    expect([ids.length, count]).toEqual([10, 20]);
    expect(customers.map(({ id }) => id)).toEqual(expect.arrayContaining([...ids]));
    await Promise.all(customers.slice(0, 5).map(({ id }) => tenant.admin.deleteCustomer({ id })));
    const remaining = await findByName(name);
    expect(remaining.count).toBe(15);
    expect(remaining.ids.filter((id) => customers.slice(0, 5).some((deletedCustomer) => deletedCustomer.id === id))).toEqual([]);
  });

  /** As in a conversion: joins the customer with that name, or creates one. */
  const convert = (name: string, status: CustomerRecord["status"] = "PROSPECT"): Promise<CustomerRecord> =>
    runAsTenant(async () => {
      const fresh = await Customer.prepare({ name });
      return retryOnConflict(async () => {
        const nameLock = await Customer.readNameLock(name);
        const [singleId] = nameLock.count === 1 ? nameLock.ids : [];
        const tx = transaction();
        if (singleId === undefined) return (await Customer.add(tx, fresh, { nameLock: nameLock })).commit(fresh);
        const customer = await Customer.read(singleId);
        return tx.commit(Customer.touch(tx, customer, { status }));
      });
    });

  it("makes one customer for 20 concurrent callers that look for it first", async () => {
    const name = newFieldName();
    const customers = await Promise.all(runConcurrently(20, () => convert(name)));
    expect(new Set(customers.map(({ id }) => id)).size).toBe(1);
    expect(await findByName(name)).toMatchObject({ ids: [customers[0]?.id], count: 1 });
  });

  it("rejects a write whose name lookup found no customer when one was created meanwhile", async () => {
    const name = newFieldName();
    await runAsTenant(async () => {
      const [lateCustomer, earlyCustomer] = [await Customer.prepare({ name }), await Customer.prepare({ name })];
      const nameLock = await Customer.readNameLock(name);
      await (await Customer.add(transaction(), earlyCustomer)).commit(undefined);
      const late = await Customer.add(transaction(), lateCustomer, { nameLock: nameLock });
      await expect(late.commit(undefined)).rejects.toThrow("customers with this name were changed concurrently");
      expect(await Records.load(Customers, lateCustomer.id)).toBeUndefined();
    });
  });
});

describe("a customer prepared by another module", () => {
  it("has the given owner, regardless of the caller, and needs an existing person", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    await runAsTenant(async () => {
      expect((await Customer.prepare({ name: "Acme" }, { owner: rep.id })).owner_id).toBe(rep.id);
      expect((await Customer.prepare({ name: "Acme" }, { owner: null })).owner_id).toBeNull();
      const rejected = Customer.prepare({ customer_type: "individual", name: "Ada Byron" });
      await expect(rejected).rejects.toMatchObject({ details: [{ field: "personal_key_id" }] });
    });
  });
});

describe("a transaction that includes an existing customer", () => {
  it("changes the customer, or requires the version that was read", async () => {
    const { id } = await createCustomer({ name: newFieldName() });
    await runAsTenant(async () => {
      const customer = await Customer.read(id);
      const tx = transaction();
      const next = Customer.touch(tx, customer, { status: "ACTIVE", lead_score: 80 });
      await tx.commit(undefined);
      expect(next).toMatchObject({ status: "ACTIVE", lead_score: 80, version: 2, customer_since: expect.any(String) });
      expect(await Customer.read(id)).toEqual(next);
      const touchTransaction = transaction();
      expect(Customer.touch(touchTransaction, next, { status: "ACTIVE" })).toBe(next);
      await Records.remove(Customers, id);
      await expect(touchTransaction.commit(undefined)).rejects.toThrow("no longer has version");
    });
  });
});

describe("the individual customer of a person", () => {
  const conflict = [409, ["personal_key_id"]];

  it("is unique, and the rejection names it only to callers who can see it", async () => {
    const { person } = await createPerson(tenant);
    const first = await createIndividual(person);
    await expect(createIndividual(person)).rejects.toMatchObject({
      status: 409,
      details: [{ field: "personal_key_id", message: `The person already has the customer ${first.id}` }],
    });
    const rep = await addUser(app, tenant, "SALES_REP");
    const again = createCustomer({ customer_type: "individual", personal_key_id: person }, rep.client);
    await expect(again).rejects.toMatchObject({ details: [{ message: "No such person" }] });
    await tenant.admin.createLead({ personal_key_id: person, owner_id: rep.id });
    const seen = createCustomer({ customer_type: "individual", personal_key_id: person }, rep.client);
    await expect(seen).rejects.toMatchObject({ details: [{ message: "The person already has one" }] });
    await tenant.admin.deleteCustomer({ id: first.id });
    const second = await createIndividual(person);
    expect(await expectRejection(tenant.admin.restoreCustomer({ id: first.id }))).toEqual(conflict);
    await tenant.admin.deleteCustomer({ id: second.id });
    await tenant.admin.restoreCustomer({ id: first.id });
    expect(await expectRejection(createIndividual(person))).toEqual(conflict);
  });

  it("is created once by concurrent requests, for a known or a new person", async () => {
    for (let round = 0; round < 3; round++) {
      const { person } = await createPerson(tenant);
      expect(await countOutcomes(runConcurrently(4, () => createIndividual(person)))).toEqual({ done: 1, refused: [409] });
      const email = `${newFieldName()}@mail.example`;
      const createAda = () => createCustomer({ customer_type: "individual", first_name: "Ada", last_name: "Byron", email });
      expect(await countOutcomes(runConcurrently(4, createAda))).toEqual({ done: 1, refused: [409] });
    }
  });

  it("is found under every id of the person", async () => {
    const [survivor, merged] = [await createPerson(tenant), await createPerson(tenant)];
    const before = await createIndividual(merged.person);
    await storeMerge(app, tenant, survivor.person, [merged.person]);
    expect(await expectRejection(createIndividual(survivor.person))).toEqual(conflict);
    expect(await expectRejection(createIndividual(merged.person))).toEqual(conflict);
    const findIds = () => runAsTenant(async () => (await Customer.findByPerson([survivor.person, merged.person])).ids);
    expect(await findIds()).toEqual([before.id]);
    await tenant.admin.deleteCustomer({ id: before.id });
    expect(await findIds()).toEqual([]);
    const after = await createIndividual(merged.person);
    expect(after.personal_key_id).toBe(survivor.person);
    expect(await expectRejection(tenant.admin.restoreCustomer({ id: before.id }))).toEqual(conflict);
    expect(await findIds()).toEqual([after.id]);
  });

  it("stays unique when a merged person's customer is restored during a creation", async () => {
    for (let round = 0; round < 8; round++) {
      const [survivor, merged] = [await createPerson(tenant), await createPerson(tenant)];
      const away = await createIndividual(merged.person);
      await storeMerge(app, tenant, survivor.person, [merged.person]);
      await tenant.admin.deleteCustomer({ id: away.id });
      const requests = [createIndividual(survivor.person), tenant.admin.restoreCustomer({ id: away.id })];
      expect(await countOutcomes(requests)).toEqual({ done: 1, refused: [409] });
    }
  });

  it("rejects a stale lookup when a merged person's customer was restored meanwhile", async () => {
    const [survivor, merged] = [await createPerson(tenant), await createPerson(tenant)];
    const away = await createIndividual(merged.person);
    await storeMerge(app, tenant, survivor.person, [merged.person]);
    await tenant.admin.deleteCustomer({ id: away.id });
    const { known: existingCustomers, fresh } = await runAsTenant(async () => ({
      known: await Customer.findByPerson([survivor.person, merged.person]),
      fresh: await Customer.prepare({ customer_type: "individual", personal_key_id: survivor.person }),
    }));
    await tenant.admin.restoreCustomer({ id: away.id });
    await runAsTenant(async () => {
      const tx = await Customer.add(transaction(), fresh, { person: existingCustomers });
      await expect(tx.commit(undefined)).rejects.toThrow("already has one");
    });
  });

  it("are two after a merge of persons with one each, the survivor's first", async () => {
    const [survivor, merged] = [await createPerson(tenant), await createPerson(tenant)];
    const [first, second] = [await createIndividual(survivor.person), await createIndividual(merged.person)];
    await storeMerge(app, tenant, survivor.person, [merged.person]);
    const { ids } = await runAsTenant(() => Customer.findByPerson([survivor.person, merged.person]));
    expect(ids).toEqual([first.id, second.id]);
  });
});
