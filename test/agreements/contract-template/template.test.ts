import { loadFacts, loadParties } from "@crm/core/agreements/contract-template/facts.ts";
import type { ContractFacts } from "@crm/core/agreements/contract-template/merge-fields.rules.ts";
import { ContractWording, type GenerateOptions } from "@crm/core/agreements/contract-template/wording.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Tenant as Tenants } from "@crm/core/platform/tenant/tenant.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createServicesAgreement, serviceClauses } from "../../../scripts/samples/contracts.ts";
import { addUser, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { readRejection } from "../quote/support.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
let admin: Tenant["admin"];
let rep: TestUser;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { rate_limit_per_minute: 10_000 });
  otherTenant = await signUp(app);
  admin = tenant.admin;
  rep = await addUser(app, tenant, "SALES_REP");
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(app.ports, tenant.id, "test"), () => Tenants.runWithSettings(work));

const generateWording = (options: GenerateOptions, facts: ContractFacts = {}) =>
  runInTenant(() => ContractWording.generate(options, facts));

let clauseCount = 0;
const englishTexts = (body: string, heading: string | null = null) => [{ language: "en", heading, body }];
const createClause = async (body: string, more: object = {}) =>
  (
    await admin.createContractClause({
      name: "A clause",
      key: `key-${++clauseCount}`,
      texts: englishTexts(body),
      ...more,
    })
  ).data;
const createTemplate = async (clauses: object[], more: object = {}) =>
  (await admin.createContractTemplate({ name: "A template", status: "ACTIVE", clauses, ...more })).data;
const inlineClause = (key: string, body: string, more: object = {}) => ({ key, texts: englishTexts(body), ...more });

describe("the clause library", () => {
  it("stores each text as a revision, and creates a revision only when the text changes", async () => {
    const { id, key } = await createClause("First");
    expect((await admin.updateContractClause({ id, is_active: false })).data.revision).toBe(1);
    expect((await admin.updateContractClause({ id, texts: englishTexts("Second"), is_active: true })).data.revision).toBe(2);
    expect((await admin.replaceContractClause({ id, name: "Called", texts: englishTexts("Third") })).data).toMatchObject({
      revision: 3,
      key,
    });
    const { data } = await admin.listContractClauseRevisions({ id });
    expect(data.map(({ revision, texts }) => [revision, texts[0]?.body])).toEqual([
      [3, "Third"],
      [2, "Second"],
      [1, "First"],
    ]);
  });

  it("gives each clause a key that no other clause ever gets", async () => {
    const clauseInput = { name: "Late Fees & Co.", texts: englishTexts("x") };
    const [firstOutcome, two] = await Promise.allSettled([
      admin.createContractClause(clauseInput),
      admin.createContractClause(clauseInput),
    ]);
    const done = [firstOutcome, two].filter(({ status }) => status === "fulfilled");
    expect(done).toHaveLength(1);
    const { data } = (done[0] as PromiseFulfilledResult<Awaited<ReturnType<typeof admin.createContractClause>>>).value;
    expect(data.key).toBe("late-fees-co");
    expect(await readRejection(admin.createContractClause(clauseInput))).toEqual([409, ["key"]]);
    expect(await readRejection(admin.updateContractClause({ id: data.id, key: "other" }))).toEqual([400, ["key"]]);
    await admin.deleteContractClause({ id: data.id });
    expect(await readRejection(admin.createContractClause(clauseInput))).toEqual([409, ["key"]]);
    expect(await readRejection(admin.createContractClause({ name: "日本", texts: englishTexts("x") }))).toEqual([400, ["key"]]);
  });

  it.each([
    [{ texts: [] }, ["texts"]],
    [{ texts: englishTexts("{{customer.nam}}") }, ["texts[0].body"]],
    [{ texts: englishTexts("x", "{{contract.start_date | money}}") }, ["texts[0].heading"]],
    [{ texts: [...englishTexts("x"), ...englishTexts("y")] }, ["texts[1].language"]],
    [{ texts: englishTexts(" ") }, ["texts[0].body"]],
    [{ texts: [{ language: "nl", body: "x" }] }, ["texts[0].language"]],
    [{ texts: englishTexts("{{ref:me}}"), key: "me" }, ["texts"]],
    [{ texts: englishTexts("{{custom.gone}}") }, ["texts[0].body"]],
    [{ when: [{ field: "customer.nam", operator: "eq", value: "x" }] }, ["when[0].field"]],
    [{ texts: englishTexts("x".repeat(20_001)) }, ["texts[0].body"]],
    [{ texts: ["en", "de", "fr", "es", "ar"].map((language) => ({ language, body: "x".repeat(20_000) })) }, ["texts"]],
  ])("refuses %j", async (more, fields) => {
    const request = admin.createContractClause({
      name: "Wrong",
      key: `key-${++clauseCount}`,
      texts: englishTexts("x"),
      ...more,
    });
    const [status, fieldNames] = (await readRejection(request)) as [number, string[]];
    expect([status, [...new Set(fieldNames)].map((field) => field.replace(/\.(\d+)\b/g, "[$1]"))]).toEqual([400, fields]);
  });

  it("is written by leaders and read by users of its tenant", async () => {
    const { id } = await createClause("x");
    const template = await createTemplate([{ clause_id: id }]);
    expect((await rep.client.getContractClause({ id })).data.id).toBe(id);
    expect(
      (await rep.client.listContractTemplates({ status: "ACTIVE" })).data.map((contractTemplate) => contractTemplate.id),
    ).toContain(template.id);
    expect(await readRejection(rep.client.updateContractClause({ id, name: "x" }))).toEqual([403, []]);
    expect(await readRejection(rep.client.retireContractTemplate({ id: template.id }))).toEqual([403, []]);
    expect(await readRejection(otherTenant.admin.getContractClause({ id }))).toEqual([404, []]);
    expect(await readRejection(otherTenant.admin.previewContractTemplate({ id: template.id }))).toEqual([404, []]);
    const foreign = otherTenant.admin.createContractTemplate({ name: "x", clauses: [{ clause_id: id }] });
    expect(await readRejection(foreign)).toEqual([400, ["clauses[0].clause_id"]]);
  });
});

describe("a template", () => {
  it.each([
    [[{ texts: englishTexts("x") }], ["clauses[0].key"]],
    [[{ key: "a" }], ["clauses[0].texts"]],
    [[inlineClause("a", "x"), inlineClause("a", "y")], ["clauses[1].key"]],
    [[inlineClause("a", "x", { level: 2 })], ["clauses[0].level"]],
    [[inlineClause("a", "{{ref:b}}")], ["clauses[0].texts"]],
    [
      [inlineClause("a", "{{ref:b}}"), inlineClause("b", "{{ref:a}}")],
      ["clauses[0].texts", "clauses[1].texts"],
    ],
    [[inlineClause("a", "{{contract.valu}}")], ["clauses[0].texts[0].body"]],
    [
      [inlineClause("a", "x", { when: [{ field: "contract.auto_renew", operator: "gt", value: 1 }] })],
      ["clauses[0].when[0].operator"],
    ],
    [[inlineClause("a", "x", { clause_revision: 1 })], ["clauses[0].clause_revision"]],
    [[{ clause_id: "ccl_000000000000000000" }], ["clauses[0].clause_id"]],
    [[], ["clauses"]],
  ])("refuses %j", async (clauses, fields) => {
    expect(await readRejection(createTemplate(clauses))).toEqual([400, fields]);
  });

  it("must be complete in each of its languages to be active", async () => {
    const clause = await createClause("x");
    const draft = await createTemplate([{ clause_id: clause.id }], { status: "DRAFT", languages: ["en", "es"] });
    expect(await readRejection(generateWording({ template_id: draft.id }))).toEqual([undefined, ["template_id"]]);
    const activated = () => admin.updateContractTemplate({ id: draft.id, status: "ACTIVE" });
    expect(await readRejection(activated())).toEqual([400, ["clauses[0].texts"]]);
    await admin.updateContractClause({ id: clause.id, texts: [...englishTexts("x"), { language: "es", body: "y" }] });
    expect((await activated()).data).toMatchObject({ status: "ACTIVE", revision: 1 });
    const terms = async (language: string) =>
      (await generateWording({ template_id: draft.id, language })).terms.map(({ text }) => text);
    expect([await terms("en-GB"), await terms("es-MX")]).toEqual([["x"], ["y"]]);
    expect(await readRejection(generateWording({ template_id: draft.id, language: "de" }))).toEqual([undefined, ["language"]]);
  });

  it("accepts no retired or deleted clause, but keeps those that it has", async () => {
    const [retired, deleted] = [await createClause("retired"), await createClause("deleted")];
    const { id } = await createTemplate([{ clause_id: retired.id }, { clause_id: deleted.id }]);
    await admin.updateContractClause({ id: retired.id, is_active: false });
    await admin.deleteContractClause({ id: deleted.id });
    for (const { id: clause_id } of [retired, deleted])
      expect(await readRejection(createTemplate([{ clause_id }]))).toEqual([400, ["clauses[0].clause_id"]]);
    await admin.updateContractTemplate({ id, description: "Still whole" });
    expect((await generateWording({ template_id: id })).terms.map(({ text }) => text)).toEqual(["retired", "deleted"]);
  });

  it("preserves its content at each revision, with clauses at the revision that they name", async () => {
    const clause = await createClause("old");
    const { id } = await createTemplate([
      { clause_id: clause.id, clause_revision: 1 },
      { clause_id: clause.id, key: "again" },
      inlineClause("o", "1"),
    ]);
    await admin.updateContractClause({ id: clause.id, texts: englishTexts("new") });
    const changedClauses = [{ clause_id: clause.id }, inlineClause("o", "2")];
    expect((await admin.updateContractTemplate({ id, clauses: changedClauses })).data.revision).toBe(2);
    const listTerms = async (version?: number) => {
      const { terms, template_version } = await generateWording({ template_id: id, version });
      return [template_version, terms.map(({ text, clause_version }) => [text, clause_version])];
    };
    const first = [
      ["old", 1],
      ["new", 2],
      ["1", null],
    ];
    expect(await listTerms(1)).toEqual([1, first]);
    const second = [
      ["new", 2],
      ["2", null],
    ];
    expect(await listTerms()).toEqual([2, second]);
    expect(await readRejection(generateWording({ template_id: id, version: 3 }))).toEqual([undefined, ["version"]]);
    const { data } = await admin.listContractTemplateRevisions({ id });
    expect(data.map(({ revision, clauses }) => [revision, clauses.length])).toEqual([
      [2, 2],
      [1, 3],
    ]);
    const { data: preview } = await admin.previewContractTemplate({ id, revision: 1 });
    expect([preview.revision, preview.terms.map(({ text }) => text)]).toEqual([1, ["old", "new", "1"]]);
  });

  it("can be retired and reactivated", async () => {
    const { id } = await createTemplate([inlineClause("a", "x")]);
    expect((await admin.retireContractTemplate({ id })).data).toMatchObject({ status: "RETIRED", revision: 1 });
    expect(await readRejection(generateWording({ template_id: id }))).toEqual([undefined, ["template_id"]]);
    expect((await admin.previewContractTemplate({ id })).data.terms).toHaveLength(1);
    expect((await admin.updateContractTemplate({ id, status: "active" })).data.status).toBe("ACTIVE");
    expect((await generateWording({ template_id: id })).terms).toHaveLength(1);
  });
});

describe("the services agreement", () => {
  it("contains the values of the contract and its related records", async () => {
    await admin.updateTenant({ settings: { letterhead: { sender: ["Northwind Ltd", "1 Harbour Street", "London"] } } });
    const template_id = await createServicesAgreement(admin);
    const { data: customer } = await admin.createCustomer({ name: "Fjord", legal_name: "Fjord Shipping AS" });
    const address = { type: "BILLING", address_line1: "Havnegata 7", city: "Bergen", country: "NO", postal_code: "5003" };
    await admin.addCustomerAddress({ id: customer.id, ...address });
    const contract = {
      ...{ customer_id: customer.id, owner_id: rep.id, contract_number: "CT-1", title: "Hull care", contract_type_id: null },
      ...{ contract_value: "12000.00", currency: "EUR", billing_frequency: "MONTHLY", payment_terms: "30 days net" },
      ...{ start_date: "2030-01-01", end_date: "2030-12-31", auto_renew: false, renewal_notice_days: 60, custom_fields: null },
      ...{ governing_law: "Norway", jurisdiction: "Bergen" },
    };
    const facts = await runInTenant(() => loadFacts(contract));
    expect(facts).toMatchObject({
      customer: { name: "Fjord Shipping AS", address: "Havnegata 7, 5003 Bergen, Norway", country: "NO" },
      tenant: { name: "Northwind Ltd", address: "1 Harbour Street, London" },
    });
    const { terms, missing, template } = await generateWording({ template_id }, facts);
    expect(missing).toEqual([]);
    expect(terms).toHaveLength(serviceClauses.length - 1);
    expect(template).toMatchObject({ billing_frequency: "MONTHLY", renewal_notice_days: 60, duration_months: 12 });
    const text = Object.fromEntries(terms.map((term) => [term.key, term.text]));
    expect(text.purpose).toContain("Fjord Shipping AS, Havnegata 7, 5003 Bergen, Norway (the “Customer”)");
    expect(text.payment).toContain("pays €12,000.00 in all. Invoices are issued monthly");
    expect(text.term).toContain(
      "from January 1, 2030 to December 31, 2030, both days included, unless it ends before under clause 9.",
    );
    expect(terms.map(({ number }) => number).slice(0, 7)).toEqual(["1.", "2.", "2.1", "2.2", "(a)", "(b)", "3."]);
    const renewed = await generateWording(
      { template_id, language: "es" },
      { ...facts, contract: { ...facts.contract, auto_renew: true } },
    );
    const renewal = renewed.terms.find(({ key }) => key === "renewal");
    expect([renewal?.number, renewal?.text]).toEqual([
      "5.",
      expect.stringContaining("al menos 60 días antes del fin del plazo indicado en la cláusula 4."),
    ]);
    expect(await runInTenant(() => loadParties(contract))).toEqual({
      company: { name: "Northwind Ltd", lines: ["1 Harbour Street", "London"] },
      customer: { name: "Fjord Shipping AS", lines: ["Havnegata 7", "5003 Bergen", "Norway"] },
    });
  });

  it("can be previewed with given facts, without storing anything", async () => {
    const { id } = await createTemplate([inlineClause("a", "{{customer.name}} {{contract.contract_value}} {{contact.email}}")]);
    const facts = { customer: { name: "Fjord" }, contract: { contract_value: "5", currency: "USD" } };
    expect((await rep.client.previewContractTemplate({ id, facts })).data).toMatchObject({
      ...{ revision: 1, language: "en", missing: [{ key: "a", path: "contact.email" }] },
      terms: [{ key: "a", number: "1.", text: "Fjord $5.00 ____________", clause_id: null, clause_version: null }],
    });
    for (const [invalidInput, field] of [
      [{ facts: { customer: { nam: "x" } } }, "facts.customer.nam"],
      [{ facts: { contract: { start_date: "soon" } } }, "facts.contract.start_date"],
      [{ contract_id: "con_none" }, "contract_id"],
      [{ language: "de" }, "language"],
      [{ revision: 2 }, "revision"],
    ] as const)
      expect(await readRejection(admin.previewContractTemplate({ id, ...invalidInput }))).toEqual([400, [field]]);
  });
});
