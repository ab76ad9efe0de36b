import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { type Client, createContract, createCustomer, createSignedContract, readRejection } from "./support.ts";

/** The terms of a contract that a template has made say what the contract says, whatever is changed after. */
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
  (await admin.createContractClause({ name: "A clause", key: `worded-${++clauseCount}`, texts: englishTexts(body) } as never))
    .data;
const inlineClause = (key: string, body: string, more: object = {}) => ({ key, texts: englishTexts(body), ...more });
const defaultClauses = [
  inlineClause(
    "price",
    "It costs {{contract.contract_value | number}} until {{contract.end_date | iso}}, for {{customer.name}}.",
  ),
  inlineClause("large", "Payment by wire.", { when: [{ field: "contract.contract_value", operator: "gte", value: "5000" }] }),
];
const createTemplate = async (clauses: object[] = defaultClauses) =>
  (await admin.createContractTemplate({ name: "A template", status: "ACTIVE", clauses } as never)).data;

const createContractFromTemplate = async (clauses?: object[], more: object = {}) =>
  createContract(admin, {
    ...{ template_id: (await createTemplate(clauses)).id, start_date: "2031-01-01", end_date: "2031-12-31" },
    ...{ customer_id: await createCustomer(admin, { name: `Quay ${++clauseCount}` } as never), ...more },
  });
const readContractText = async (id: string) => (await admin.getContractText({ id })).data;
const listTermTexts = async (id: string) => (await readContractText(id)).terms.map(({ text }) => text);
const update = (id: string, more: object) => admin.updateContract({ id, ...more } as never);
const setTermText = (id: string, text: string) =>
  admin.setContractText({ id, terms: [{ key: "price", number: "1.", heading: null, text }] } as never);
const readCustomerName = async (id: string) => (await admin.getCustomer({ id })).data.name;

describe("terms that nobody has written by hand", () => {
  it("are made anew with each change of what they say, and of what they ask for", async () => {
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

  it("stay of the revisions that they were made from, whatever becomes of the template and its clauses", async () => {
    const clause = await createLibraryClause("Worth {{contract.contract_value | number}}.");
    const { id, template_id } = await createContractFromTemplate([{ clause_id: clause.id }]);
    await admin.updateContractClause({
      id: clause.id,
      texts: englishTexts("Anew {{contract.contract_value | number}}."),
    } as never);
    await admin.retireContractTemplate({ id: template_id } as never);
    await update(id, { contract_value: "7.00" });
    expect(await listTermTexts(id)).toEqual(["Worth 7."]);
    expect((await readContractText(id)).terms).toMatchObject([{ clause_version: 1 }]);
  });

  it("follow, with the submission, what others are called by then", async () => {
    const { id, customer_id } = await createContractFromTemplate();
    await admin.updateCustomer({ id: customer_id, name: "Harbour Brothers" } as never);
    expect((await readContractText(id)).outdated).toMatchObject([{ field: "customer.name", is: "Harbour Brothers" }]);
    await admin.submitContract({ id });
    expect(await listTermTexts(id)).toEqual(["It costs 1,200 until 2031-12-31, for Harbour Brothers."]);
  });

  it("of one that was submitted make a draft of it again where it is renewed otherwise than they say", async () => {
    const { id } = await createContractFromTemplate([inlineClause("renewal", "Renews itself: {{contract.auto_renew}}.")]);
    await admin.submitContract({ id });
    const { data } = await update(id, { auto_renew: true });
    expect([data.status, await listTermTexts(id)]).toEqual(["DRAFT", ["Renews itself: yes."]]);
    await admin.submitContract({ id });
    expect((await update(id, { owner_id: null })).data.status).toBe("APPROVED");
  });

  it("stay as they were signed", async () => {
    const template_id = (await createTemplate([inlineClause("renewal", "Renews itself: {{contract.auto_renew}}.")])).id;
    const { id } = await createSignedContract(app, tenant, admin, { template_id });
    const { data } = await update(id, { auto_renew: true });
    expect([data.status, await listTermTexts(id)]).toEqual(["APPROVED", ["Renews itself: no."]]);
  });

  it("keep what a colleague who changes them does not see", async () => {
    const owners = await signUp(app, { visibility: "own", currency: "EUR" });
    const rep = await addUser(app, owners, "SALES_REP");
    const customer_id = await createCustomer(rep.client);
    const { data: contact } = await owners.admin.createContact({ first_name: "Ann", last_name: "Buyer", customer_id } as never);
    const clauses = [inlineClause("who", "Before {{contact.last_name}}: {{contract.contract_value | number}}.")];
    const { data: template } = await owners.admin.createContractTemplate({ name: "T", status: "ACTIVE", clauses } as never);
    const more = { customer_id, contact_id: contact.id, template_id: template.id, owner_id: rep.id };
    const { id } = await createContract(owners.admin, more);
    await rep.client.updateContract({ id, contract_value: "9.00" } as never);
    expect((await rep.client.getContractText({ id })).data.terms).toMatchObject([{ text: "Before Buyer: 9." }]);
    await rep.client.submitContract({ id });
  });

  it("that cannot be made are refused with the submission, and a figure can be changed again", async () => {
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

describe("terms that somebody has written", () => {
  it("are not submitted where the contract says otherwise by now, and say what differs", async () => {
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

  it("are generated anew, and follow again", async () => {
    const { id } = await createContractFromTemplate([inlineClause("price", "At {{contract.contract_value | number}}.")]);
    await setTermText(id, "At some price.");
    await update(id, { contract_value: "8.00" });
    await admin.generateContractText({ id } as never);
    await update(id, { contract_value: "9.00" });
    expect([await listTermTexts(id), (await readContractText(id)).is_by_hand]).toEqual([["At 9."], false]);
  });

  it("are the template's still where they were written as they stand", async () => {
    const { id } = await createContractFromTemplate([inlineClause("price", "At {{contract.contract_value | number}}.")]);
    await admin.setContractText({ id, terms: (await readContractText(id)).terms } as never);
    await update(id, { contract_value: "9.00" });
    expect(await listTermTexts(id)).toEqual(["At 9."]);
  });

  it("of one that was submitted make a draft of it again", async () => {
    const { id } = await createContractFromTemplate([inlineClause("renewal", "Renews itself: {{contract.auto_renew}}.")]);
    await setTermText(id, "It does not renew itself.");
    await admin.submitContract({ id });
    expect((await update(id, { auto_renew: true })).data.status).toBe("DRAFT");
    expect(await readRejection(admin.submitContract({ id }))).toEqual([409, ["text", "contract.auto_renew"]]);
  });

  it("are refused where they were written of another version", async () => {
    const { id } = await createContractFromTemplate([inlineClause("price", "At {{contract.contract_value | number}}.")]);
    const { version } = (await admin.getContract({ id })).data;
    await update(id, { contract_value: "11.00" });
    const late = admin.setContractText(
      { id, terms: [{ key: "price", number: "1.", heading: null, text: "At 1,200." }] } as never,
      { ifMatch: String(version) },
    );
    expect((await readRejection(late))[0]).toBe(412);
    expect([await listTermTexts(id), (await readContractText(id)).is_by_hand]).toEqual([["At 11."], false]);
  });

  it("are nobody's to compare where no template has made them", async () => {
    const { id } = await createContract(admin);
    await setTermText(id, "It costs twelve hundred.");
    await update(id, { contract_value: "900.00" });
    expect((await admin.submitContract({ id })).data.status).toBe("APPROVED");
  });
});

describe("two at the same moment", () => {
  const clauses = [inlineClause("price", "At {{contract.contract_value | number}} until {{contract.end_date | iso}}.")];
  const agree = async (id: string) => {
    const { data } = await admin.getContract({ id });
    const { terms, is_by_hand, outdated } = await readContractText(id);
    if (is_by_hand) return expect(data.status).toBe("DRAFT");
    expect(outdated).toEqual([]);
    expect(terms).toMatchObject([{ text: `At ${Number(data.contract_value)} until ${data.end_date}.` }]);
  };

  it.each([1, 2, 3])("leave terms that say what the contract says, at try %i", async () => {
    const { id } = await createContractFromTemplate(clauses);
    await Promise.allSettled([
      update(id, { contract_value: "11.00" }),
      update(id, { end_date: "2033-06-30" }),
      admin.generateContractText({ id } as never),
      admin.submitContract({ id }),
      update(id, { contract_value: "12.00" }),
    ]);
    await agree(id);
  });
});
