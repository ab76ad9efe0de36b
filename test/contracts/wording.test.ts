import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../support.ts";
import { type Client, contractOf, customerOf, refusal, signed } from "./support.ts";

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

let keys = 0;
const en = (body: string) => [{ language: "en", heading: null, body }];
const libraryClause = async (body: string) =>
  (await admin.createContractClause({ name: "A clause", key: `worded-${++keys}`, texts: en(body) } as never)).data;
const own = (key: string, body: string, more: object = {}) => ({ key, texts: en(body), ...more });
const usual = [
  own("price", "It costs {{contract.contract_value | number}} until {{contract.end_date | iso}}, for {{customer.name}}."),
  own("large", "Payment by wire.", { when: [{ field: "contract.contract_value", operator: "gte", value: "5000" }] }),
];
const templateOf = async (clauses: object[] = usual) =>
  (await admin.createContractTemplate({ name: "A template", status: "ACTIVE", clauses } as never)).data;

const drawn = async (clauses?: object[], more: object = {}) =>
  contractOf(admin, {
    ...{ template_id: (await templateOf(clauses)).id, start_date: "2031-01-01", end_date: "2031-12-31" },
    ...{ customer_id: await customerOf(admin, { name: `Quay ${++keys}` } as never), ...more },
  });
const textOf = async (id: string) => (await admin.getContractText({ id })).data;
const saidIn = async (id: string) => (await textOf(id)).terms.map(({ text }) => text);
const update = (id: string, more: object) => admin.updateContract({ id, ...more } as never);
const worded = (id: string, text: string) =>
  admin.setContractText({ id, terms: [{ key: "price", number: "1.", heading: null, text }] } as never);
const customerName = async (id: string) => (await admin.getCustomer({ id })).data.name;

describe("terms that nobody has written by hand", () => {
  it("are made anew with each change of what they say, and of what they ask for", async () => {
    const { id, customer_id } = await drawn();
    const name = await customerName(customer_id);
    expect(await saidIn(id)).toEqual([`It costs 1,200 until 2031-12-31, for ${name}.`]);
    const before = await textOf(id);
    await update(id, { notes: "Nothing that it says" });
    expect(await textOf(id)).toEqual(before);
    await update(id, { contract_value: "6000.00", end_date: "2032-03-31" });
    expect(await saidIn(id)).toEqual([`It costs 6,000 until 2032-03-31, for ${name}.`, "Payment by wire."]);
    expect(await textOf(id)).toMatchObject({ is_by_hand: false, outdated: [], template_revision: 1 });
  });

  it("stay of the revisions that they were made from, whatever becomes of the template and its clauses", async () => {
    const clause = await libraryClause("Worth {{contract.contract_value | number}}.");
    const { id, template_id } = await drawn([{ clause_id: clause.id }]);
    await admin.updateContractClause({ id: clause.id, texts: en("Anew {{contract.contract_value | number}}.") } as never);
    await admin.retireContractTemplate({ id: template_id } as never);
    await update(id, { contract_value: "7.00" });
    expect(await saidIn(id)).toEqual(["Worth 7."]);
    expect((await textOf(id)).terms).toMatchObject([{ clause_version: 1 }]);
  });

  it("follow, with the submission, what others are called by then", async () => {
    const { id, customer_id } = await drawn();
    await admin.updateCustomer({ id: customer_id, name: "Harbour Brothers" } as never);
    expect((await textOf(id)).outdated).toMatchObject([{ field: "customer.name", is: "Harbour Brothers" }]);
    await admin.submitContract({ id });
    expect(await saidIn(id)).toEqual(["It costs 1,200 until 2031-12-31, for Harbour Brothers."]);
  });

  it("of one that was submitted make a draft of it again where it is renewed otherwise than they say", async () => {
    const { id } = await drawn([own("renewal", "Renews itself: {{contract.auto_renew}}.")]);
    await admin.submitContract({ id });
    const { data } = await update(id, { auto_renew: true });
    expect([data.status, await saidIn(id)]).toEqual(["DRAFT", ["Renews itself: yes."]]);
    await admin.submitContract({ id });
    expect((await update(id, { owner_id: null })).data.status).toBe("APPROVED");
  });

  it("stay as they were signed", async () => {
    const template_id = (await templateOf([own("renewal", "Renews itself: {{contract.auto_renew}}.")])).id;
    const { id } = await signed(app, tenant, admin, { template_id });
    const { data } = await update(id, { auto_renew: true });
    expect([data.status, await saidIn(id)]).toEqual(["APPROVED", ["Renews itself: no."]]);
  });

  it("keep what a colleague who changes them does not see", async () => {
    const owners = await signUp(app, { visibility: "own", currency: "EUR" });
    const rep = await addUser(app, owners, "SALES_REP");
    const customer_id = await customerOf(rep.as);
    const { data: contact } = await owners.admin.createContact({ first_name: "Ann", last_name: "Buyer", customer_id } as never);
    const clauses = [own("who", "Before {{contact.last_name}}: {{contract.contract_value | number}}.")];
    const { data: template } = await owners.admin.createContractTemplate({ name: "T", status: "ACTIVE", clauses } as never);
    const more = { customer_id, contact_id: contact.id, template_id: template.id, owner_id: rep.id };
    const { id } = await contractOf(owners.admin, more);
    await rep.as.updateContract({ id, contract_value: "9.00" } as never);
    expect((await rep.as.getContractText({ id })).data.terms).toMatchObject([{ text: "Before Buyer: 9." }]);
    await rep.as.submitContract({ id });
  });

  it("that cannot be made are refused with the submission, and a figure can be changed again", async () => {
    const large = { when: [{ field: "contract.contract_value", operator: "lt", value: "5000" }] };
    const { id } = await drawn([own("one", "See {{ref:two}}."), own("two", "At {{contract.contract_value | number}}.", large)]);
    expect((await update(id, { contract_value: "5000.00" })).status).toBe(200);
    expect(await refusal(admin.submitContract({ id }))).toEqual([400, ["template_id"]]);
    await update(id, { contract_value: "4999.00" });
    expect((await admin.submitContract({ id })).data.status).toBe("APPROVED");
    expect(await saidIn(id)).toEqual(["See 2.", "At 4,999."]);
  });
});

describe("terms that somebody has written", () => {
  it("are not submitted where the contract says otherwise by now, and say what differs", async () => {
    const { id } = await drawn();
    await worded(id, "It costs twelve hundred.");
    expect(await textOf(id)).toMatchObject({ is_by_hand: true, outdated: [] });
    await update(id, { contract_value: "900.00", notes: "Cheaper" });
    expect(await saidIn(id)).toEqual(["It costs twelve hundred."]);
    expect((await textOf(id)).outdated).toEqual([{ field: "contract.contract_value", was: "1200.00", is: "900.00" }]);
    expect(await refusal(admin.submitContract({ id }))).toEqual([409, ["text", "contract.contract_value"]]);
    await worded(id, "It costs nine hundred.");
    expect((await admin.submitContract({ id })).data.status).toBe("APPROVED");
    expect(await saidIn(id)).toEqual(["It costs nine hundred."]);
  });

  it("are generated anew, and follow again", async () => {
    const { id } = await drawn([own("price", "At {{contract.contract_value | number}}.")]);
    await worded(id, "At some price.");
    await update(id, { contract_value: "8.00" });
    await admin.generateContractText({ id } as never);
    await update(id, { contract_value: "9.00" });
    expect([await saidIn(id), (await textOf(id)).is_by_hand]).toEqual([["At 9."], false]);
  });

  it("are the template's still where they were written as they stand", async () => {
    const { id } = await drawn([own("price", "At {{contract.contract_value | number}}.")]);
    await admin.setContractText({ id, terms: (await textOf(id)).terms } as never);
    await update(id, { contract_value: "9.00" });
    expect(await saidIn(id)).toEqual(["At 9."]);
  });

  it("of one that was submitted make a draft of it again", async () => {
    const { id } = await drawn([own("renewal", "Renews itself: {{contract.auto_renew}}.")]);
    await worded(id, "It does not renew itself.");
    await admin.submitContract({ id });
    expect((await update(id, { auto_renew: true })).data.status).toBe("DRAFT");
    expect(await refusal(admin.submitContract({ id }))).toEqual([409, ["text", "contract.auto_renew"]]);
  });

  it("are refused where they were written of another version", async () => {
    const { id } = await drawn([own("price", "At {{contract.contract_value | number}}.")]);
    const { version } = (await admin.getContract({ id })).data;
    await update(id, { contract_value: "11.00" });
    const late = admin.setContractText(
      { id, terms: [{ key: "price", number: "1.", heading: null, text: "At 1,200." }] } as never,
      { ifMatch: String(version) },
    );
    expect((await refusal(late))[0]).toBe(412);
    expect([await saidIn(id), (await textOf(id)).is_by_hand]).toEqual([["At 11."], false]);
  });

  it("are nobody's to compare where no template has made them", async () => {
    const { id } = await contractOf(admin);
    await worded(id, "It costs twelve hundred.");
    await update(id, { contract_value: "900.00" });
    expect((await admin.submitContract({ id })).data.status).toBe("APPROVED");
  });
});

describe("two at the same moment", () => {
  const clauses = [own("price", "At {{contract.contract_value | number}} until {{contract.end_date | iso}}.")];
  const agree = async (id: string) => {
    const { data } = await admin.getContract({ id });
    const { terms, is_by_hand, outdated } = await textOf(id);
    if (is_by_hand) return expect(data.status).toBe("DRAFT");
    expect(outdated).toEqual([]);
    expect(terms).toMatchObject([{ text: `At ${Number(data.contract_value)} until ${data.end_date}.` }]);
  };

  it.each([1, 2, 3])("leave terms that say what the contract says, at try %i", async () => {
    const { id } = await drawn(clauses);
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
