import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createOpportunity } from "../quote/support.ts";
import {
  attachSignedFile,
  createAcceptedQuote,
  createActiveContract,
  createApprovedContract,
  createContract,
  createCustomer,
  createSignedContract,
  listIds,
  readRejection,
} from "./support.ts";

let app: App;
let tenant: Tenant;
let admin: Tenant["admin"];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
});
afterAll(() => app.stop());

const get = async (id: string) => (await admin.getContract({ id })).data;
const update = (id: string, more: object) => admin.updateContract({ id, ...more });

describe("a new contract", () => {
  it("is a draft with a number, a term of one year and an owner", async () => {
    const contract = await createContract(admin, { start_date: "2031-01-31" });
    expect(contract).toMatchObject({
      ...{ contract_number: expect.stringMatching(/^CT-\d{4}-\d{6}$/), status: "DRAFT", owner_id: tenant.userId },
      ...{ start_date: "2031-01-31", end_date: "2032-01-30", duration_months: 12, contract_value: "1200.00", currency: "EUR" },
      ...{ billing_frequency: "ONE_TIME", auto_renew: false, renewal_notice_days: 30, requires_signature: true },
      ...{ customer_signed: false, company_signed: false, has_amendments: false, amendment_count: 0, deliverables: [] },
    });
    expect(contract.title).toBe(contract.contract_number);
    expect(contract).not.toHaveProperty("written_by");
  });

  it.each([
    [{ contract_value: undefined }, { contract_value: "0.00" }],
    [
      { duration_months: 6, start_date: "2031-08-31" },
      { end_date: "2032-02-28", duration_months: 6 },
    ],
    [
      { start_date: "2031-01-01", end_date: "2031-03-15" },
      { end_date: "2031-03-15", duration_months: null },
    ],
    [{ start_date: "2031-01-01", end_date: "2031-12-31" }, { duration_months: 12 }],
    [
      { monthly_fee: "99.90", contract_value: undefined, duration_months: 24 },
      { contract_value: "2397.60", monthly_fee: "99.90" },
    ],
    [
      { currency: "JPY", contract_value: "5000" },
      { contract_value: "5000", currency: "JPY" },
    ],
  ])("%j is %j", async (input, expected) => {
    expect(await createContract(admin, input)).toMatchObject(expected);
  });

  it.each([
    [{ start_date: "2031-01-01", end_date: "2030-12-31" }, ["end_date"]],
    [{ start_date: "2031-01-01", end_date: "2031-12-31", duration_months: 6 }, ["duration_months"]],
    [{ currency: "JPY", contract_value: "5000.50" }, ["contract_value"]],
    [{ monthly_fee: "1.001" }, ["monthly_fee"]],
    [{ deliverables: [{ name: "A boat" }, { name: "Sails", amount: "1.005" }] }, ["deliverables[1].amount"]],
    [{ contract_type_id: "handshake" }, ["contract_type_id"]],
  ])("rejects %j and names the invalid field", async (input, fields) => {
    expect(await readRejection(createContract(admin, input))).toEqual([400, fields]);
  });

  it("needs a customer", async () => {
    expect(await readRejection(admin.createContract({ contract_value: "1.00" }))).toEqual([400, ["customer_id"]]);
  });

  it("of an opportunity takes its customer, name and amount", async () => {
    const opportunity = await createOpportunity(admin, { amount: "990.00" });
    expect(await createContract(admin, { opportunity_id: opportunity.id })).toMatchObject({
      ...{ title: "Fleet", customer_id: opportunity.customer_id, contract_value: "990.00", currency: "EUR" },
    });
  });

  it("is unchanged by a PUT of its own GET response", async () => {
    const { id, version } = await createContract(admin, { deliverables: [{ name: "A boat", due_date: "2031-02-01" }] });
    const contract = await get(id);
    expect((await admin.replaceContract({ ...contract })).data.version).toBe(version);
  });

  it("moves its last day with its length or its first day", async () => {
    const { id } = await createContract(admin, { start_date: "2031-01-01" });
    expect((await update(id, { duration_months: 3 })).data).toMatchObject({ end_date: "2031-03-31", duration_months: 3 });
    expect((await update(id, { end_date: "2031-04-10" })).data).toMatchObject({ duration_months: null });
    expect((await update(id, { start_date: "2031-01-11" })).data).toMatchObject({ end_date: "2031-04-10", duration_months: 3 });
    expect(await readRejection(update(id, { start_date: "2032-01-01" }))).toEqual([400, ["end_date"]]);
  });
});

describe("a quote", () => {
  it("becomes one contract with its lines and value", async () => {
    const quote = await createAcceptedQuote(admin, { payment_terms: "Net 30" });
    const converted = (await admin.convertQuote({ id: quote.id, to: "contract" })).data;
    expect(converted).toMatchObject({ is_converted_to_contract: true, contract_id: expect.stringMatching(/^ctr_/) });
    expect(await get(String(converted.contract_id))).toMatchObject({
      ...{ quote_id: quote.id, customer_id: quote.customer_id, title: quote.name, contract_value: quote.net_amount },
      ...{ payment_terms: "Net 30", status: "DRAFT" },
      deliverables: [
        { name: "Hull survey", amount: "100.00", status: "PENDING" },
        { name: "Engine", amount: "100.00", status: "PENDING" },
      ],
    });
    expect(await readRejection(admin.convertQuote({ id: quote.id, to: "contract" }))).toEqual([409, ["contract_id"]]);
    expect(await readRejection(createContract(admin, { quote_id: quote.id }))).toEqual([409, ["quote_id"]]);
  });

  it("becomes only one contract in concurrent requests by both ways", async () => {
    const quote = await createAcceptedQuote(admin);
    const all = await Promise.all([
      readRejection(admin.convertQuote({ id: quote.id, to: "contract" })),
      readRejection(createContract(admin, { quote_id: quote.id })),
      readRejection(admin.convertQuote({ id: quote.id, to: "contract" })),
    ]);
    expect(all.filter((outcome) => outcome === "went through")).toHaveLength(1);
    await app.settle();
    const { data } = await admin.listContracts({ customer: quote.customer_id });
    expect(data).toHaveLength(1);
  });

  it("is marked with the reference of an external contract, and no contract is created", async () => {
    const quote = await createAcceptedQuote(admin);
    const { data } = await admin.convertQuote({ id: quote.id, to: "contract", reference: "C-77" });
    expect(data).toMatchObject({ is_converted_to_contract: true, contract_id: "C-77" });
    expect(await readRejection(createContract(admin, { quote_id: quote.id }))).toEqual([409, ["quote_id"]]);
  });

  it("that is not accepted cannot become a contract", async () => {
    const quote = (await admin.createQuote({ customer_id: await createCustomer(admin) })).data;
    expect(await readRejection(createContract(admin, { quote_id: quote.id }))).toEqual([409, ["quote_id"]]);
    expect(await readRejection(admin.convertQuote({ id: quote.id, to: "contract" }))).toEqual([409, ["contract_id"]]);
  });

  it("passes its currency with its value, and is rejected for another currency", async () => {
    const quote = await createAcceptedQuote(admin);
    expect(await readRejection(createContract(admin, { quote_id: quote.id, currency: "USD" }))).toEqual([
      400,
      ["contract_value"],
    ]);
    const { data } = await admin.getQuote({ id: quote.id });
    expect(data.is_converted_to_contract).toBe(false);
  });
});

describe("agreed content", () => {
  const changes = {
    title: "Another",
    contract_value: "9.00",
    end_date: "2032-05-05",
    special_terms: "None",
    billing_frequency: "MONTHLY",
  };

  it.each(Object.entries(changes))("%s returns an approved contract to draft when it changes", async (field, value) => {
    const { id } = await createApprovedContract(admin, { start_date: "2031-01-01" });
    expect((await update(id, { [field]: value })).data).toMatchObject({ status: "DRAFT", approval: null });
  });

  it("cannot change once one side has signed, and can be withdrawn until both have", async () => {
    const { id } = await createApprovedContract(admin);
    await admin.signContract({ id, party: "company" });
    expect(await readRejection(update(id, changes))).toEqual([409, expect.arrayContaining(Object.keys(changes))]);
    expect((await admin.withdrawContract({ id })).data).toMatchObject({ status: "DRAFT", company_signed: false });
    const otherContract = await createSignedContract(app, tenant, admin);
    expect(await readRejection(admin.withdrawContract({ id: otherContract.id }))).toEqual([409, ["customer_signed"]]);
  });

  it("cannot change while the contract is active, but internal fields can", async () => {
    const { id } = await createActiveContract(app, tenant, admin);
    expect((await readRejection(update(id, { title: "Another" })))[0]).toBe(409);
    expect(await readRejection(update(id, { tags: ["boats"], notes: "Call Ann", auto_renew: true }))).toBe("went through");
    expect(await get(id)).toMatchObject({ status: "ACTIVE", tags: ["boats"], auto_renew: true });
    expect((await readRejection(admin.deleteContract({ id })))[0]).toBe(409);
  });
});

describe("sight", () => {
  it("follows the owner on every endpoint", async () => {
    const owners = await signUp(app, { visibility: "own" });
    const [rep, otherRep] = [await addUser(app, owners, "SALES_REP"), await addUser(app, owners, "SALES_REP")];
    const contract = await createContract(rep.client, { deliverables: [{ name: "A boat" }] });
    const { id } = contract;
    await app.settle();
    const deliverableId = String(contract.deliverables[0]?.id);
    const requests = [
      () => otherRep.client.getContract({ id }),
      () => otherRep.client.listContractDeliverables({ id }),
      () => otherRep.client.getContractPlan({ id }),
      () => otherRep.client.getContractText({ id }),
      () => otherRep.client.submitContract({ id }),
      () => otherRep.client.signContract({ id, party: "company" }),
      () => otherRep.client.activateContract({ id }),
      () => otherRep.client.terminateContract({ id, reason: "Mine" }),
      () => otherRep.client.updateContractDeliverable({ id, deliverable_id: deliverableId, name: "None" }),
      () => otherRep.client.listContractActivities({ id }),
      () => otherRep.client.createNote({ related_to_id: id, content: "Seen" }),
    ];
    for (const ask of requests) expect([404, 400]).toContain((await readRejection(ask()))[0]);
    expect(listIds(await otherRep.client.listContracts({}))).toEqual([]);
    expect((await otherRep.client.getContractStats({})).data.rows).toEqual([]);
    expect(listIds(await rep.client.listContracts({}))).toEqual([id]);
    expect((await rep.client.getContractStats({})).data.rows).toEqual([
      { status: "DRAFT", currency: "EUR", count: 1, value: "1200.00" },
    ]);
    expect((await owners.admin.getContractStats({})).data.rows).toHaveLength(1);
  });

  it("of a customer includes its contracts, and a customer with contracts cannot be deleted", async () => {
    const customer_id = await createCustomer(admin);
    const contract = await createContract(admin, { customer_id });
    await app.settle();
    expect(listIds(await admin.listCustomerContracts({ id: customer_id }))).toEqual([contract.id]);
    expect((await admin.getCustomer360({ id: customer_id })).data.contracts).toMatchObject([
      { contract_id: contract.id, status: "DRAFT", value: "1200.00" },
    ]);
    expect(await readRejection(admin.deleteCustomer({ id: customer_id }))).toEqual([409, ["contracts"]]);
  });
});

describe("signatures on paper", () => {
  it("of the customer need the signed file and a permission", async () => {
    const rep = await addUser(app, tenant, "SALES_REP");
    const { id } = await createApprovedContract(rep.client);
    const attachment_id = await attachSignedFile(app, tenant, rep.client, id);
    const sign = (as: typeof admin, more: object) => readRejection(as.signContract({ id, party: "customer", ...more }));
    expect(await sign(admin, { signed_by: "Ann" })).toEqual([422, ["signers"]]);
    expect((await sign(rep.client, { signed_by: "Ann", attachment_id }))[0]).toBe(403);
    const elsewhere = await attachSignedFile(app, tenant, admin, (await createContract(admin)).id);
    expect(await sign(admin, { signed_by: "Ann", attachment_id: elsewhere })).toEqual([400, ["attachment_id"]]);
    expect(await sign(admin, { attachment_id })).toEqual([400, ["signed_by"]]);
    expect(await sign(admin, { signed_by: "Ann", attachment_id, signed_date: "2999-01-01T00:00:00Z" })).toEqual([
      400,
      ["signed_date"],
    ]);
    expect(await sign(admin, { signed_by: "Ann", attachment_id })).toBe("went through");
    expect(await sign(admin, { signed_by: "Bob", attachment_id })).toEqual([409, ["party"]]);
    expect(await get(id)).toMatchObject({
      customer_signed: true,
      customer_signed_by: "Ann",
      customer_signed_file_id: attachment_id,
    });
    expect((await readRejection(admin.deleteAttachment({ id: attachment_id })))[0]).toBe(409);
  });

  it("need an approved contract, and only one of two concurrent ones is recorded", async () => {
    const draft = await createContract(admin);
    expect(await readRejection(admin.signContract({ id: draft.id, party: "company" }))).toEqual([409, ["status"]]);
    const { id } = await createApprovedContract(admin);
    const outcomes = await Promise.all(
      ["Eve", "Bob"].map((signed_by) => readRejection(admin.signContract({ id, party: "company", signed_by }))),
    );
    expect(outcomes.filter((outcome) => outcome === "went through")).toHaveLength(1);
  });

  it("by an unconnected provider are rejected", async () => {
    const { id } = await createApprovedContract(admin);
    expect(await readRejection(admin.signContract({ id, party: "company", provider: "docusign" }))).toEqual([422, ["provider"]]);
  });
});
