import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { type Client, createContract, createCustomer, createSignedContract, readRejection } from "./support.ts";

/** The terms generated from a template keep the contract's values of that time through later changes. */
let app: App;
let tenant: Tenant;
let admin: Client;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { currency: "EUR" });
  admin = tenant.admin;
});
afterAll(() => app.stop());

let clauseCount = 0;
const englishTexts = (body: string) => [{ language: "en", heading: null, body }];
const createLibraryClause = async (body: string) =>
  (await admin.createContractClause({ name: "A clause", key: `worded-${++clauseCount}`, texts: englishTexts(body) })).data;
const inlineClause = (key: string, body: string, more: object = {}) => ({ key, texts: englishTexts(body), ...more });
const defaultClauses = [
  inlineClause(
    "price",
    "It costs {{contract.contract_value | number}} until {{contract.end_date | iso}}, for {{customer.name}}.",
  ),
  inlineClause("large", "Payment by wire.", { when: [{ field: "contract.contract_value", operator: "gte", value: "5000" }] }),
];
const createTemplate = async (clauses: object[] = defaultClauses) =>
  (await admin.createContractTemplate({ name: "A template", status: "ACTIVE", clauses })).data;

const createContractFromTemplate = async (clauses?: object[], more: object = {}) =>
  createContract(admin, {
    ...{ template_id: (await createTemplate(clauses)).id, start_date: "2031-01-01", end_date: "2031-12-31" },
    ...{ customer_id: await createCustomer(admin, { name: `Quay ${++clauseCount}` }), ...more },
  });
const readContractText = async (id: string) => (await admin.getContractText({ id })).data;
const listTermTexts = async (id: string) => (await readContractText(id)).terms.map(({ text }) => text);
const update = (id: string, more: object) => admin.updateContract({ id, ...more });
const setTermText = (id: string, text: string) =>
  admin.setContractText({ id, terms: [{ key: "price", number: "1.", heading: null, text }] });
const readCustomerName = async (id: string) => (await admin.getCustomer({ id })).data.name;

describe("generated terms of a contract", () => {
  it("are regenerated when their values or conditions change", async () => {
    const { id, customer_id } = await createContractFromTemplate();
    const name = await readCustomerName(customer_id);
    expect(await listTermTexts(id)).toEqual([`It costs 1,200 until 2031-12-31, for ${name}.`]);
    const before = await readContractText(id);
    await update(id, { notes: "Nothing that it says" });
    expect(await readContractText(id)).toEqual(before);
    await update(id, { contract_value: "6000.00", end_date: "2032-03-31" });
    expect(await listTermTexts(id)).toEqual([`It costs 6,000 until 2032-03-31, for ${name}.`, "Payment by wire."]);
    expect(await readContractText(id)).toMatchObject({ is_by_hand: false, outdated: [], template_revision: 1 });
  });

  it("keep the revisions that they were generated from when template or clauses change", async () => {
    const clause = await createLibraryClause("Worth {{contract.contract_value | number}}.");
    const { id, template_id } = await createContractFromTemplate([{ clause_id: clause.id }]);
    await admin.updateContractClause({
      id: clause.id,
      texts: englishTexts("Anew {{contract.contract_value | number}}."),
    });
    await allowAnyInput(admin).retireContractTemplate({ id: template_id });
    await update(id, { contract_value: "7.00" });
    expect(await listTermTexts(id)).toEqual(["Worth 7."]);
    expect((await readContractText(id)).terms).toMatchObject([{ clause_version: 1 }]);
  });

  it("use the current names of related records at the submission", async () => {
    const { id, customer_id } = await createContractFromTemplate();
    await admin.updateCustomer({ id: customer_id, name: "Harbour Brothers" });
    expect((await readContractText(id)).outdated).toMatchObject([{ field: "customer.name", is: "Harbour Brothers" }]);
    await admin.submitContract({ id });
    expect(await listTermTexts(id)).toEqual(["It costs 1,200 until 2031-12-31, for Harbour Brothers."]);
  });

  it("of a submitted contract return it to draft when its renewal changes", async () => {
    const { id } = await createContractFromTemplate([inlineClause("renewal", "Renews itself: {{contract.auto_renew}}.")]);
    await admin.submitContract({ id });
    const { data } = await update(id, { auto_renew: true });
    expect([data.status, await listTermTexts(id)]).toEqual(["DRAFT", ["Renews itself: yes."]]);
    await admin.submitContract({ id });
    expect((await update(id, { owner_id: null })).data.status).toBe("APPROVED");
  });

  it("stay unchanged after the signature", async () => {
    const template_id = (await createTemplate([inlineClause("renewal", "Renews itself: {{contract.auto_renew}}.")])).id;
    const { id } = await createSignedContract(app, tenant, admin, { template_id });
    const { data } = await update(id, { auto_renew: true });
    expect([data.status, await listTermTexts(id)]).toEqual(["APPROVED", ["Renews itself: no."]]);
  });

  it("keep values that the editing user cannot see", async () => {
    const owners = await signUp(app, { visibility: "own", currency: "EUR" });
    const rep = await addUser(app, owners, "SALES_REP");
    const customer_id = await createCustomer(rep.client);
    const { data: contact } = await owners.admin.createContact({ first_name: "Ann", last_name: "Buyer", customer_id });
    const clauses = [inlineClause("who", "Before {{contact.last_name}}: {{contract.contract_value | number}}.")];
    const { data: template } = await owners.admin.createContractTemplate({ name: "T", status: "ACTIVE", clauses });
    const more = { customer_id, contact_id: contact.id, template_id: template.id, owner_id: rep.id };
    const { id } = await createContract(owners.admin, more);
    await rep.client.updateContract({ id, contract_value: "9.00" });
    expect((await rep.client.getContractText({ id })).data.terms).toMatchObject([{ text: "Before Buyer: 9." }]);
    await rep.client.submitContract({ id });
  });

  it("that cannot be generated fail the submission, and a figure can still be corrected", async () => {
    const large = { when: [{ field: "contract.contract_value", operator: "lt", value: "5000" }] };
    const { id } = await createContractFromTemplate([
      inlineClause("one", "See {{ref:two}}."),
      inlineClause("two", "At {{contract.contract_value | number}}.", large),
    ]);
    expect((await update(id, { contract_value: "5000.00" })).status).toBe(200);
    expect(await readRejection(admin.submitContract({ id }))).toEqual([400, ["template_id"]]);
    await update(id, { contract_value: "4999.00" });
    expect((await admin.submitContract({ id })).data.status).toBe("APPROVED");
    expect(await listTermTexts(id)).toEqual(["See 2.", "At 4,999."]);
  });
});

describe("terms edited by hand", () => {
  it("cannot be submitted when they differ from the contract, and the rejection names the fields", async () => {
    const { id } = await createContractFromTemplate();
    await setTermText(id, "It costs twelve hundred.");
    expect(await readContractText(id)).toMatchObject({ is_by_hand: true, outdated: [] });
    await update(id, { contract_value: "900.00", notes: "Cheaper" });
    expect(await listTermTexts(id)).toEqual(["It costs twelve hundred."]);
    expect((await readContractText(id)).outdated).toEqual([{ field: "contract.contract_value", was: "1200.00", is: "900.00" }]);
    expect(await readRejection(admin.submitContract({ id }))).toEqual([409, ["text", "contract.contract_value"]]);
    await setTermText(id, "It costs nine hundred.");
    expect((await admin.submitContract({ id })).data.status).toBe("APPROVED");
    expect(await listTermTexts(id)).toEqual(["It costs nine hundred."]);
  });

  it("can be generated again, and then follow the contract", async () => {
    const { id } = await createContractFromTemplate([inlineClause("price", "At {{contract.contract_value | number}}.")]);
    await setTermText(id, "At some price.");
    await update(id, { contract_value: "8.00" });
    await admin.generateContractText({ id });
    await update(id, { contract_value: "9.00" });
    expect([await listTermTexts(id), (await readContractText(id)).is_by_hand]).toEqual([["At 9."], false]);
  });

  it("count as generated if saved unchanged", async () => {
    const { id } = await createContractFromTemplate([inlineClause("price", "At {{contract.contract_value | number}}.")]);
    await admin.setContractText({ id, terms: (await readContractText(id)).terms });
    await update(id, { contract_value: "9.00" });
    expect(await listTermTexts(id)).toEqual(["At 9."]);
  });

  it("of a submitted contract return it to draft when its renewal changes", async () => {
    const { id } = await createContractFromTemplate([inlineClause("renewal", "Renews itself: {{contract.auto_renew}}.")]);
    await setTermText(id, "It does not renew itself.");
    await admin.submitContract({ id });
    expect((await update(id, { auto_renew: true })).data.status).toBe("DRAFT");
    expect(await readRejection(admin.submitContract({ id }))).toEqual([409, ["text", "contract.auto_renew"]]);
  });

  it("name clauses that exist, or that the present terms name", async () => {
    const clause = await createLibraryClause("A boat.");
    const { id } = await createContractFromTemplate([{ clause_id: clause.id }]);
    const { terms } = await readContractText(id);
    const unknown = { key: "more", number: "2.", heading: null, text: "Two boats.", clause_id: "ccl_000000000000000000" };
    expect(await readRejection(admin.setContractText({ id, terms: [...terms, unknown] }))).toEqual([400, ["terms[1].clause_id"]]);
    const later = [{ ...terms[0], text: "A red boat." }];
    expect((await allowAnyInput(admin).setContractText({ id, terms: later })).data.terms).toMatchObject([
      { clause_id: clause.id },
    ]);
  });

  it("are rejected if they were edited from an older version", async () => {
    const { id } = await createContractFromTemplate([inlineClause("price", "At {{contract.contract_value | number}}.")]);
    const { version } = (await admin.getContract({ id })).data;
    await update(id, { contract_value: "11.00" });
    const late = admin.setContractText(
      { id, terms: [{ key: "price", number: "1.", heading: null, text: "At 1,200." }] },
      { ifMatch: String(version) },
    );
    expect((await readRejection(late))[0]).toBe(412);
    expect([await listTermTexts(id), (await readContractText(id)).is_by_hand]).toEqual([["At 11."], false]);
  });

  it("are not compared with the contract if there is no template", async () => {
    const { id } = await createContract(admin);
    await setTermText(id, "It costs twelve hundred.");
    await update(id, { contract_value: "900.00" });
    expect((await admin.submitContract({ id })).data.status).toBe("APPROVED");
  });
});

describe("concurrent changes of a contract", () => {
  const clauses = [inlineClause("price", "At {{contract.contract_value | number}} until {{contract.end_date | iso}}.")];
  const agree = async (id: string) => {
    const { data } = await admin.getContract({ id });
    const { terms, is_by_hand, outdated } = await readContractText(id);
    if (is_by_hand) return expect(data.status).toBe("DRAFT");
    expect(outdated).toEqual([]);
    expect(terms).toMatchObject([{ text: `At ${Number(data.contract_value)} until ${data.end_date}.` }]);
  };

  it.each([1, 2, 3])("leave terms that match the contract, attempt %i", async () => {
    const { id } = await createContractFromTemplate(clauses);
    await Promise.allSettled([
      update(id, { contract_value: "11.00" }),
      update(id, { end_date: "2033-06-30" }),
      admin.generateContractText({ id }),
      admin.submitContract({ id }),
      update(id, { contract_value: "12.00" }),
    ]);
    await agree(id);
  });
});
