import { Clock } from "@crm/core/kernel/clock.ts";
import { tagKey } from "@crm/core/kernel/tag.ts";
import { fold } from "@crm/core/kernel/text.ts";
import { instantToDay } from "@crm/core/kernel/time-zone.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { type FilterableField, listFilterableFields, type Operator } from "@crm/core/storage/read/filter.ts";
import { findListCollection } from "@crm/core/storage/read/where-clause.ts";
import type { Collection } from "@crm/core/storage/table/collection.ts";
import { operations } from "@crm/functions/api/index.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { inputSchema, pathParameterNames } from "@crm/functions/http/operation.ts";
import { ingestMail } from "@crm/functions/inbound/index.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { runImport, toCsv } from "../../platform/import/support.ts";
import { addUser, createCampaign, newLead, signIn } from "../../support/app.ts";
import { resolveTestSize, selectSample } from "../../support/sample.ts";
import { type ListCall, ListFixture, type Page, type Query, type Row, walkList, ZONE } from "./list-fixture.ts";

/**
 * The answers of lists, compared with a plain scan of every record: a sample of the lists in the registry, every filterable field with every
 * operator, every order, and random conditions, for a caller who sees all records and for one who does not.
 */

/** The lists of all records of a kind that are read from the table. */
const lists = operations.flatMap((operation) => {
  const isOfAll = operation.kind === "list" && operation.method === "GET" && pathParameterNames(operation.path).length === 0;
  const collection = isOfAll ? findListCollection(inputSchema(operation)) : undefined;
  // Lists under /masters are duplicates. Most master data is not stored (below), nor are the initial SLA policies. Attributions are only listed by row.
  const isOther =
    ["master", "sla_policy", "campaign_attribution"].includes(collection?.name ?? "") || operation.path.startsWith("/masters/");
  return collection && !isOther ? [{ ...operation, collection: collection as Collection<Row> }] : [];
});
const queries = new Map(operations.map(({ name, path }) => [path, name]));

let world: ListFixture;
const pick = <T>(values: readonly T[]): T => world.pick(values);

/** Adds a few records of kinds that the fixture does not create. */
beforeAll(async () => {
  world = await ListFixture.create("the grammar of lists", resolveTestSize("CRM_STORIES", 24, 36));
  const { admin, app, tenant } = world;
  for (const name of ["Field", "House"]) await admin.createTeam({ name, territory_id: name === "Field" ? "north" : null });
  for (const kind of ["web_form", "download"] as const)
    await admin.createForm({ name: `Form ${kind}`, kind, is_active: kind === "download" });
  for (const name of ["Shop", "Desk"]) await admin.createApiKey({ name, role: name === "Shop" ? "ANALYST" : "USER" });
  for (const field_name of ["region", "shoe_size"])
    await admin.createCustomField({ entity_type: "lead", field_name, field_label: field_name, field_type: "text" });
  for (const path of ["metadata.region", "metadata.floor"]) await admin.createSearchPath({ entity: "lead", path });
  await admin.exportLeads({ format: "csv" });
  await createSales(world);
  await createSupport(world);
  await createProjects(world);
  await createOrders(world);
  const personName = { first_name: "Nora", last_name: "Named" };
  const [email, phone] = ["named.once@mail.example", "+32 485 77 00 11"];
  for (const points of [{ email }, { email: null, phone }, { email, phone }])
    await admin.createLead(newLead({ ...personName, ...points }));
  const { access_token } = await signIn(app, tenant);
  await runImport(app, access_token, "leads", toCsv(["Last name"], ["Murray"]));
  await app.settle();
});
afterAll(() => world.app.stop());

/** Products, prices and rates, and sales to a customer and its person. */
async function createSales(world: ListFixture): Promise<void> {
  const { admin, rep, tenant } = world;
  // An approver.
  await addUser(world.app, tenant, "DIRECTOR");
  for (const [n, product_type] of (["PRODUCT", "SERVICE", "PRODUCT"] as const).entries())
    await admin.createProduct({ name: `Sail ${n}`, product_type, unit_price: n === 0 ? null : `${n}0.50` });
  for (const name of ["Retail", "Partners"]) {
    const { data: book } = await admin.createPriceBook({ name, is_active: name === "Retail" });
    const [product] = (await admin.listProducts({ limit: 1 })).data;
    await admin.createPriceBookEntry({ id: book.id, product_id: String(product?.id), unit_price: "8.00" });
  }
  for (const [day, rate] of ["1.08", "1.1", "0.99"].entries())
    await admin.createExchangeRate({ from: "EUR", to: "USD", date: `2026-01-0${day + 1}`, rate });
  for (const subject of ["Thank you", "Welcome"])
    await admin.createMessageTemplate({ name: subject, subject, body_text: subject });
  for (const [n, crm] of [admin, rep.client].entries())
    await crm.submitForecast({ period: "2027-02", commit: `${n}5.00`, best_case: "90.00" });
  const { data: leads } = await admin.listLeads({ is_converted: true, limit: 3 });
  for (const [n, { id }] of leads.entries()) {
    const lead = world.listRecords(Leads as unknown as Collection<Row>).find((record) => record.id === id);
    const [personal_key_id, customer_id] = [String(lead?.personal_key_id), String(lead?.converted_customer_id)];
    const owner_id = [tenant.userId, rep.id, null][n % 3] as string | null;
    await admin.createDeal({ name: `Deal ${n}`, customer_id, owner_id });
    await admin.createPotential({ personal_key_id, assigned_to: owner_id, estimated_value: `${n}2.00` });
    await createAgreements(world, { customer_id, owner_id, opportunity_id: String(lead?.converted_opportunity_id), n });
  }
}

/** Orders with what belongs to them. */
async function createOrders({ admin, rep, tenant }: ListFixture): Promise<void> {
  const { data: customers } = await admin.listCustomers({ limit: 2 });
  const { data: product } = await admin.createProduct({ name: "Genoa", unit_price: "80.00" });
  for (const [n, { id: customer_id }] of customers.entries()) {
    const owner_id = [tenant.userId, rep.id][n];
    const lines = [
      { name: `Hull ${n}`, quantity: "2", unit_price: "50.00" },
      { product_id: product.id, quantity: "1", is_preorder: true, preorder_release_at: `2040-01-0${n + 1}T00:00:00Z` },
    ];
    const { data: order } = await admin.createOrder({ customer_id, owner_id, line_items: lines, status: "CONFIRMED" });
    const { id } = order;
    const { data: parcel } = await admin.createOrderFulfilment({ id, carrier: n === 0 ? "DHL" : null });
    if (n === 0) await admin.deliverOrderFulfilment({ id, fulfilment_id: parcel.id });
    const paid = { id, amount: `${n + 4}0.00`, transaction_id: n === 0 ? "t 1" : null };
    const { data: payment } = await admin.createOrderPayment(paid);
    const given = { id, amount: `${n + 1}.50`, payment_id: payment.id, credits: n === 0 };
    await admin.createOrderRefund(given);
    const { data: invoice } = await admin.createOrderInvoice({ id });
    if (n === 0) await admin.issueInvoice({ id: invoice.id });
    const complaint = { order_id: id, case_type: "COMPLAINT", reason_id: n === 0 ? "damaged" : null };
    await admin.createAfterSalesCase(complaint);
    const allocation = { product_id: product.id, quantity: `0.${n + 1}`, method: n === 0 ? "FIRST_COME" : "PRIORITY" };
    await admin.createPreOrderAllocation(allocation);
  }
}

/** Projects with members and tasks, and a template. */
async function createProjects({ admin, rep, tenant }: ListFixture): Promise<void> {
  await admin.createProjectTemplate({ name: "Refit", title: "Refit" });
  for (const record_kind of ["lead", "opportunity"])
    await admin.createPlaybook({ name: `Sell ${record_kind}`, record_kind, steps: [{ name: "Call" }] });
  for (const [n, status] of (["PLANNED", "ACTIVE", "ON_HOLD"] as const).entries()) {
    const owner_id = [tenant.userId, rep.id, null][n];
    const { data } = await admin.createProject({
      title: `Refit ${n}`,
      status,
      owner_id,
      members: [{ user_id: rep.id }],
    });
    if (n < 2) await admin.createProjectTask({ id: data.id, subject: `Sand ${n}`, due_date: "2027-01-01" });
  }
}

/** Tickets, the times of their answers, and knowledge articles. */
async function createSupport({ admin, app, rep, tenant }: ListFixture): Promise<void> {
  const { data: customers } = await admin.listCustomers({ limit: 3 });
  const [team] = (await admin.listTeams({ limit: 1 })).data;
  for (const [n, { id: customer_id }] of customers.entries()) {
    const ticketFields = { subject: `The sail ${n}`, description: "It is torn", tags: n === 0 ? ["Fleet"] : [] };
    const assignment = {
      assigned_to_id: [tenant.userId, rep.id, null][n % 3] as string | null,
      team_id: n === 1 ? team?.id : null,
    };
    const ticket_type = (["BUG_REPORT", "COMPLAINT", null] as const)[n % 3] as "COMPLAINT" | null;
    const { data: ticket } = await admin.createTicket({ ...ticketFields, ...assignment, ticket_type, customer_id });
    for (const is_public of [true, false]) await admin.addTicketComment({ id: ticket.id, body: `Said ${n}`, is_public });
    if (n === 2) await admin.resolveTicket({ id: ticket.id, resolution: "Sewn" });
    const closedTicketInput = {
      ...ticketFields,
      customer_id,
      ...assignment,
      requester: { email: `keeper${n}@customer.example` },
    };
    const { data: closed } = await admin.createTicket(closedTicketInput);
    await admin.resolveTicket({ id: closed.id });
    if (n < 2) await admin.sendTicketSurvey({ id: closed.id });
    const sharing = n === 0 ? "PRIVATE" : "EVERYONE";
    await admin.createTicketMacro({
      name: `Reefed ${n}`,
      description: n === 0 ? "Small" : null,
      sharing,
      comment: "It is reefed",
    });
    const hours = { mon: [["09:00", n === 0 ? "17:00" : "12:00"] as const] };
    await allowAnyInput(admin).createSupportCalendar({
      name: `Desk ${n}`,
      timezone: ["Europe/Berlin", "Asia/Tokyo", "UTC"][n],
      hours,
    });
    const { data: article } = await admin.createKnowledgeArticle({
      title: `How to reef ${n}`,
      body: "Let the sheet go.",
      is_public: n > 0,
    });
    if (n < 2) await admin.publishArticle({ id: article.id });
    if (n < 2) await admin.giveArticleFeedback({ id: article.id, is_helpful: n === 0, comment: n === 0 ? "Short" : null });
    const raw = Buffer.from(
      `From: guest${n}@customer.example\r\nMessage-ID: <${n}@customer.example>\r\nSubject: Hull ${n}\r\n\r\nIt leaks`,
    );
    await ingestMail({ raw, recipients: [`support@${tenant.slug}.in.example`], domain: "in.example" }, app.ports);
  }
}

/** A quote and a proposal for each customer, with and without lines, some that need approval; and their building blocks. */
async function createAgreements(
  { admin, tenant }: ListFixture,
  { n, ...quote }: { customer_id: string; owner_id: string | null; opportunity_id: string; n: number },
): Promise<void> {
  const line = { description: `Hull ${n}`, quantity: `${n + 1}`, unit_price: "40.00", discount_percent: n === 1 ? "15" : "0" };
  const { data } = await admin.createQuote({
    ...{ ...quote, name: `Quote ${n}`, tags: n === 0 ? ["Fleet"] : [] },
    ...{ expiration_date: `2097-0${n + 1}-28`, line_items: n === 2 ? [] : [line] },
  });
  if (n < 2) await admin.submitQuote({ id: data.id });
  await admin.createProposal({ ...quote, name: `Proposal ${n}`, sections: [{ text: `Boats since 191${n}` }] });
  await admin.createContract({
    ...{ ...quote, title: `Contract ${n}`, contract_value: `${n + 1}00.00`, auto_renew: n === 1, tags: n === 0 ? ["Fleet"] : [] },
    ...{ start_date: `2027-0${n + 1}-01`, duration_months: n + 6, contract_type_id: n === 2 ? "nda" : "service" },
  });
  const { data: bound } = await admin.createContract({ ...quote, title: `Signed ${n}`, contract_value: "10.00" });
  await admin.submitContract({ id: bound.id });
  const signers = [{ name: `Signer ${n}`, email: `signer${n}@mail.example` }];
  await admin.signContract({ id: bound.id, party: "customer", signers });
  const { data: clause } = await admin.createContractClause({
    ...{ name: `Clause ${n}`, category: n === 1 ? "payment" : null, is_mandatory: n === 2 },
    texts: [{ language: "en", body: `Words ${n}` }],
  });
  const clauses = [{ clause_id: clause.id }];
  const status = n === 0 ? "ACTIVE" : "DRAFT";
  await admin.createContractTemplate({ name: `Contract ${n}`, status, duration_months: n + 1, clauses });
  const api_key = `key-of-the-account-number-${n}`;
  await admin.createSignatureAccount({
    ...{ provider: "dropbox_sign", environment: "demo" },
    name: `Account ${n}`,
    api_key,
  });
  await admin.createMailAccount({
    ...(n === 0 ? { way: "house" } : { way: "smtp", host: "smtp.harbour.example", port: 587, user: "crm", password: api_key }),
    ...{ name: `Mails ${n}`, from_name: `From ${n}`, address: `news${n}@harbour.example`, is_active: n === 0 },
  });
  const { data: sender } = await admin.createSmsSender({
    name: `Sender ${n}`,
    status: n === 0 ? "ACTIVE" : "SUSPENDED",
  });
  const { data: texts } = await admin.createSmsServiceAccount({
    ...(n === 0
      ? { provider: "telnyx", api_key }
      : { provider: "twilio", auth_token: api_key, account_sid: `AC${"0".repeat(32)}` }),
    ...{ name: `Texts ${n}`, sender_id: sender.id, is_active: n === 0, linked_campaign_id: `c${n}` },
  });
  await admin.createSmsNumber({
    ...{ number: `+1415555010${n}`, account_id: texts.id, messages_per_second: n + 1, is_default: true },
  });
  await admin.sendMessage({
    ...{
      channel: "sms",
      to: `+1212555010${n}`,
      sender_id: sender.id,
      body: `Hello ${n}`,
      send_at: `2026-12-0${n + 1}T12:00:00Z`,
    },
    purpose: n === 0 ? "marketing" : "service",
  });
  await admin.createSuppression({
    channel: n === 0 ? "sms" : "email",
    address: n === 0 ? "+12125550155" : `s${n}@mail.example`,
  });
  await admin.createWebhookEndpoint({
    url: `https://hooks${n}.example.com/crm`,
    events: [n === 0 ? "lead.*" : "*"],
    name: `Hook ${n}`,
  });
  const { data: batch } = await admin.createReengagementBatch({
    ...{ batch_name: `Batch ${n}`, target_size: n + 10, start_date: `2027-0${n + 1}-01` },
  });
  for (const [index, { id }] of (await admin.listPersons({ limit: 2 })).data.entries())
    await admin.addReengagementMember({ id: batch.id, person_id: id, priority: index === 0 ? "HIGH" : "LOW" });
  const templateInput = { name: `Mail to many ${n}`, subject: "Hello", body_text: "Words" };
  const { data: mail } = await admin.createMessageTemplate(templateInput);
  const [mailAccount] = (await admin.listMailAccounts({ limit: 1 })).data;
  const { data: readers } = await admin.createContactList({ name: `Readers ${n}` });
  const campaign_id = await createCampaign(admin, `Campaign ${n}`);
  for (const [index, { id }] of (await admin.listLeads({ limit: 2 })).data.entries()) {
    const { data: member } = await admin.addCampaignMember({ id: campaign_id, lead_id: id });
    const said = {
      kind: index === 0 ? "FORM" : "CALLED",
      source: `said-${index}`,
      link: index === 0 ? "https://a.example" : null,
    };
    await admin.recordCampaignResponse({ id: campaign_id, member_id: member.id, ...said });
    if (index === 1) await admin.updateCampaignMember({ id: member.id, status: n === 0 ? "BOUNCED" : "OPTED_OUT" });
  }
  const metric = { channel_id: "email", metric_date: `2026-0${n + 1}-03`, impressions: 1000 * (n + 1), clicks: 20, cost: "9.50" };
  await admin.createCampaignMetric({ id: campaign_id, ...metric });
  const scheduled_date = n === 0 ? nextWeek() : null;
  await admin.createCampaignActivity({ id: campaign_id, name: `Post ${n}`, activity_type: "EVENT", scheduled_date });
  const file_url = "https://a.example/poster.png";
  await admin.createCampaignAsset({ id: campaign_id, name: `Poster ${n}`, asset_type: "IMAGE", file_url });
  await admin.createCampaignAbTest({
    ...{ id: campaign_id, name: `Test ${n}`, tests: "subject", template_id: mail.id, sample_percent: 20 + n },
    variants: [{ subject: "One" }, { subject: "Two" }],
  });
  await admin.createCampaignTemplate({ name: `Fair ${n}`, type: n === 0 ? "EVENT" : null });
  const { data: emailSend } = await admin.createEmailSend({
    ...{ name: `Send ${n}`, template_id: mail.id, contact_list_id: readers.id, sender_id: mailAccount?.id },
    campaign_id,
  });
  if (n === 0) await admin.scheduleEmailSend({ id: emailSend.id, scheduled_send_time: nextWeek() });
  await admin.createInboundWebhook({
    provider: n === 0 ? "docusign" : "dropbox_sign",
    secret: `secret-of-webhook-${n}`,
  });
  await admin.createProposalTemplate({ name: `Template ${n}`, valid_days: n + 10 });
  if (n === 0) await admin.createQuoteVersion({ id: data.id });
  await admin.createPricingRule({ name: `From ${n + 2}`, effect: "PERCENT", percent: "5", min_quantity: `${n + 2}` });
  await admin.createQuoteTemplate({ name: `Template ${n}`, valid_days: n + 10 });
  await admin.createTarget({ figure: "bookings", period: `2026-0${(n % 9) + 1}`, value: `${n + 1}` });
  await admin.createKpi({ name: `KPI ${n}`, figure: "bookings", description: `Number ${n}` });
  await admin.createDashboard({ name: `Dashboard ${n}`, description: `Number ${n}`, tiles: [] });
  const report = (await admin.createReport({ name: `Report ${n}`, kind: "lead", columns: ["company"] })).data;
  const times = { frequency: n === 1 ? "MONTHLY" : "DAILY", month_day: n === 1 ? 31 : null, time: `0${n}:30` };
  await admin.createReportSchedule({ id: report.id, ...times, recipients: [tenant.userId], format: "csv" });
  await admin.createWorkflow({
    name: `Flow ${n}`,
    kind: "lead",
    trigger: { on: "manual" },
    steps: [{ id: "end", do: "end" }],
  });
}

const nextWeek = (): string => new Date(Clock.ms() + 7 * 24 * 60 * 60_000).toISOString();

const isEmpty = (value: unknown): boolean => value === null || value === undefined || value === "" || String(value) === "";

const opposites = { not_in: "in", not_contains: "contains", not_has: "has" } as const;
const isNegation = (operator: Operator): operator is keyof typeof opposites => operator in opposites;

/** Evaluates a filter slowly on a record. */
function matchesFilter(record: Row, filterable: FilterableField, operator: Operator, filterValue: unknown): boolean {
  if (isNegation(operator)) return !matchesFilter(record, filterable, opposites[operator], filterValue);
  const { field, type } = filterable;
  const fieldValue = record[field];
  const values = String(filterValue).split(",");
  if (operator === "is_null") return isEmpty(fieldValue) === (String(filterValue) === "true");
  if (operator === "ne") return isEmpty(fieldValue) || !isSame(type, fieldValue, filterValue);
  if (isEmpty(fieldValue)) return false;
  if (operator === "has") return (fieldValue as unknown[]).some((tag) => tagKey(String(tag)) === tagKey(String(filterValue)));
  if (operator === "prefix") return fold(String(fieldValue)).startsWith(fold(String(filterValue)));
  if (operator === "contains") return fold(String(fieldValue)).includes(fold(String(filterValue)));
  if (operator === "in") return values.some((value) => isSame(type, fieldValue, value));
  if (operator === "eq" && type !== "instant") return isSame(type, fieldValue, filterValue);
  const isDay = type === "instant" && !String(filterValue).includes("T");
  const [left, right] =
    type === "instant"
      ? isDay
        ? [instantToDay(ZONE, String(fieldValue)), String(filterValue)]
        : [Date.parse(String(fieldValue)), Date.parse(String(filterValue))]
      : type === "date"
        ? [String(fieldValue), String(filterValue)]
        : [Number(fieldValue), Number(filterValue)];
  return { gt: left > right, gte: left >= right, lt: left < right, lte: left <= right, eq: left === right }[operator];
}

const isSame = (type: string, fieldValue: unknown, filterValue: unknown): boolean =>
  ["integer", "number", "money"].includes(type)
    ? Number(fieldValue) === Number(filterValue)
    : String(fieldValue) === String(filterValue);

/** A filter value that some record has. */
function pickValue(records: readonly Row[], { field, type }: FilterableField, operator: Operator): string {
  const pickFieldValue = (): string => {
    const filledValues = records.map((record) => record[field]).filter((record) => !isEmpty(record));
    const value = filledValues.length === 0 ? (fallbacks[type] ?? "x") : pick(filledValues);
    return String(Array.isArray(value) ? pick(value) : value);
  };
  if (operator === "is_null") return pick(["true", "false"]);
  if (operator === "in" || operator === "not_in") return [...new Set([pickFieldValue(), pickFieldValue()])].join(",");
  if (operator === "prefix") return [...pickFieldValue()].slice(0, 3).join("").toUpperCase();
  if (operator === "contains" || operator === "not_contains")
    return [...pickFieldValue()].slice(1, 4).join("").trim().toUpperCase() || "A";
  if (operator === "has" || operator === "not_has") {
    const picked = pickFieldValue();
    // Tags are found without regard to letter case; ids of users are not.
    return world.random() < 0.5 && !picked.startsWith("usr_") ? picked.toUpperCase() : picked;
  }
  return type === "instant" && (operator === "eq" || world.random() < 0.5)
    ? instantToDay(ZONE, pickFieldValue())
    : pickFieldValue();
}

const fallbacks: Record<string, string> = {
  instant: "2030-01-01T00:00:00.000Z",
  date: "2030-01-01",
  integer: "1",
  number: "1",
  money: "1.00",
  boolean: "true",
};

interface FilterCase {
  filterable: FilterableField;
  operator: Operator;
  value: string;
}

/** Whether a field has values that a filter can contain: not split by commas, and not rejected as enum values. */
const isFilterable = (records: readonly Row[], filterField: FilterableField): boolean =>
  fallbacks[filterField.type] !== undefined ||
  (records.some((record) => !isEmpty(record[filterField.field])) &&
    !records.some((record) => String(record[filterField.field]).includes(",")));

function drawFilter(records: readonly Row[], fields: readonly FilterableField[]): FilterCase {
  const filterField = pick(fields);
  const operator = pick(filterField.operators);
  return { filterable: filterField, operator, value: pickValue(records, filterField, operator) };
}

const toParameter = ({ filterable: { field }, operator, value }: FilterCase): Query => ({ [`${field}[${operator}]`]: value });

const sampledLists = selectSample(lists, { name: ({ name }) => name, kind: () => "list" });

describe.each(sampledLists)("a list of $path", ({ path, name, collection, verb }) => {
  const orders = ((verb.schema as z.ZodObject).shape.sort as z.ZodOptional<z.ZodString>).unwrap().meta()?.examples as string[];
  const callers = () => [world.admin, world.rep.client].map((crm) => crm[name as "listLeads"] as ListCall);
  const mayRead = (call: ListCall): Promise<boolean> =>
    call({ limit: 1 }).then(
      () => true,
      (error: { status: number }) => (error.status === 403 ? false : Promise.reject(error)),
    );

  /** What each caller sees of all records. */
  const seen = async (): Promise<{ call: ListCall; query: ListCall; rows: Row[] }[]> => {
    const all = world.listRecords(collection);
    const views = [];
    for (const [index, call] of callers().entries()) {
      if (!(await mayRead(call))) continue;
      const ids = new Set((await walkList(call, {})).ids);
      const crm = index === 0 ? world.admin : world.rep.client;
      const query = crm[queries.get(`${path}/query`) as "queryLeads"] as ListCall;
      views.push({ call, query, rows: all.filter(({ id }) => ids.has(id)) });
      expect(ids.size).toBe(views.at(-1)?.rows.length);
    }
    return views;
  };
  const listFields = (rows: readonly Row[]): FilterableField[] =>
    listFilterableFields(collection.definition).filter((filterableField) => isFilterable(rows, filterableField));

  it("has records to query", async () => {
    expect(world.listRecords(collection).length > 0).toBe(!EMPTY_LISTS.has(path));
    expect(queries.has(`${path}/query`)).toBe(true);
  });

  it("can be filtered by every field with every operator", async () => {
    // The caller who sees all records tries every operator, the other one a sample.
    for (const [index, { call, query, rows }] of (await seen()).entries())
      for (const filterField of listFields(rows))
        for (const operator of filterField.operators.filter(() => index === 0 || world.random() < 0.4)) {
          const value = pickValue(rows, filterField, operator);
          const expectedIds = rows.filter((row) => matchesFilter(row, filterField, operator, value)).map(({ id }) => id);
          const parameter = toParameter({ filterable: filterField, operator, value });
          const { ids, meta } = await walkList(world.random() < 0.5 ? call : query, parameter);
          expect({ parameter, ids: ids.sort() }).toEqual({ parameter, ids: expectedIds.sort() });
          if (!meta.total_is_lower_bound)
            expect({ parameter, total: meta.total }).toEqual({ parameter, total: expectedIds.length });
        }
  });

  it("supports several conditions, and alternatives", async () => {
    for (const { query, rows } of await seen()) {
      const fields = listFields(rows).filter(({ field }) => field !== "updated_at");
      if (fields.length === 0) continue;
      for (let n = 0; n < 12; n++) {
        const [firstFilter, two, three] = [drawFilter(rows, fields), drawFilter(rows, fields), drawFilter(rows, fields)];
        const buildCondition = ({ filterable: filterField, operator, value }: FilterCase) => ({
          [filterField.field]: { [operator]: value },
        });
        const holds = ({ filterable: filterField, operator, value }: FilterCase, row: Row) =>
          matchesFilter(row, filterField, operator, value);
        const isOr = n % 2 === 0;
        const group = [buildCondition(two), { and: [buildCondition(three)] }];
        const where = {
          and: [buildCondition(firstFilter)],
          ...(isOr ? { or: group } : { and: [buildCondition(firstFilter), ...group] }),
        };
        const expectedRows = rows.filter(
          (row) =>
            holds(firstFilter, row) && (isOr ? holds(two, row) || holds(three, row) : holds(two, row) && holds(three, row)),
        );
        const { ids } = await walkList(query, { where });
        expect({ where, ids: ids.sort() }).toEqual({ where, ids: expectedRows.map(({ id }) => id).sort() });
      }
    }
  });

  it("supports every sort order in both directions, page by page", async () => {
    for (const [index, { call, rows }] of (await seen()).entries())
      for (const sort of orders.filter(() => index === 0 || world.random() < 0.4)) {
        const filterField = listFilterableFields(collection.definition).find(({ field }) => field === sort);
        const rank = buildRank(filterField, sort);
        const [down, ascendingList] = [
          await walkList(call, { sort: `-${sort}` }, 7),
          await walkList(call, { sort, order: "asc" }, 7),
        ];
        const byId = new Map(rows.map((row) => [row.id, row]));
        for (const { ids } of [down, ascendingList]) expect(new Set(ids).size, `${sort} comes once`).toBe(ids.length);
        expect(new Set(ascendingList.ids), sort).toEqual(new Set(down.ids));
        // Lists sorted through index entries leave out records without a value, but no others.
        const missing = rows.filter(({ id }) => !ascendingList.ids.includes(id));
        expect(
          missing.filter((row) => !isEmpty(row[sort])).map(({ id }) => id),
          `${sort} is whole`,
        ).toEqual([]);
        const values = ascendingList.ids.flatMap((id) => rank(byId.get(id) as Row) ?? []);
        expect(values, `${sort} rises`).toEqual([...values].sort((a, b) => (a < b ? -1 : a > b ? 1 : 0)));
        const back = down.ids.flatMap((id) => rank(byId.get(id) as Row) ?? []);
        expect(back, `${sort} falls`).toEqual([...back].sort((a, b) => (a < b ? 1 : a > b ? -1 : 0)));
      }
  });

  it("names the available fields and operators if an unknown one is requested", async () => {
    const [view] = await seen();
    if (!view) expect.fail("No caller may read the list");
    const { call, query } = view;
    const buildRejection = (field: string, message: string) => ({
      status: 400,
      details: [{ field, message: expect.stringContaining(message) }],
    });
    const known = listFilterableFields(collection.definition).map(({ field }) => field);
    const timeField = [collection.definition.timeField ?? "created_at", "updated_at"].find((name) => known.includes(name)) ?? "";
    const operatorNames = timeField.endsWith("_at") ? "eq, gt, gte, lt, lte" : "eq, ne, in, gt, gte, lt, lte";
    await expect(call({ [`${timeField}[like]`]: "x" })).rejects.toMatchObject(
      buildRejection(`${timeField}[like]`, `${timeField} supports the operators ${operatorNames}`),
    );
    const misspelled = timeField.replace(/(.)(.)$/, "$2$1");
    const closest = new RegExp(
      `^Unknown parameter of this list\\. The closest (?:is|are) [\\w, ]*\\b${timeField}\\b.*All filters are in /api/v1/\\S+$`,
    );
    await expect(call({ [misspelled]: "x" })).rejects.toMatchObject({
      details: [{ field: misspelled, message: expect.stringMatching(closest) }],
    });
    await expect(call({ sort: "nothing" })).rejects.toMatchObject(buildRejection("sort", "created_at"));
    await expect(query({ where: { or: [{ nothing: 1 }] } })).rejects.toMatchObject(
      buildRejection("where.or[0].nothing", "Must be a field of this list."),
    );
  });
});

/** Lists for which the fixture creates no records. */
const EMPTY_LISTS = new Set([
  "/persons/{id}/merges",
  "/leads/{id}/activities",
  "/customers/{id}/activities",
  "/contacts/{id}/activities",
  "/potentials/{id}/activities",
  "/deals/{id}/activities",
  "/quotes/{id}/activities",
  "/proposals/{id}/activities",
  "/contracts/{id}/activities",
  "/orders/{id}/activities",
  "/orders/{id}/refunds",
  "/orders/{id}/revisions",
  // These need a published workflow (test/engagement/workflow).
  "/workflows/{id}/enrollments",
  "/workflows/{id}/versions",
  "/workflow-enrollments",
  // Only signed contracts have amendments (test/agreements/amendment).
  "/contracts/{id}/amendments",
  "/contracts/amendments",
  // These need ended terms (test/agreements/contract) and webhooks of providers (test/messaging/inbound-webhook).
  "/contracts/{id}/renewals",
  "/webhooks/inbound/{id}/deliveries",
  // These need sales after touches of a campaign (test/engagement/campaign).
  "/campaigns/{id}/conversions",
  // These need comments (test/people/comment) and providers of payments (test/commerce/payment).
  "/comments",
  "/payment-accounts",
  // These need a stage automation that has run (test/engagement/stage-automation).
  "/opportunities/{id}/automations",
]);

/** Lists below a record, which are built in other ways. */
const nestedLists = operations.flatMap((operation) => {
  const isBelow = operation.kind === "list" && operation.method === "GET" && pathParameterNames(operation.path).join() === "id";
  const collection = isBelow ? findListCollection(inputSchema(operation)) : undefined;
  return collection ? [{ name: operation.name, path: operation.path, collection: collection as Collection<Row> }] : [];
});

it.each(selectSample(nestedLists, { name: ({ name }) => name, kind: () => "list" }))(
  "a list of $path applies filters on every field that it shows",
  async ({ name, path, collection }) => {
    const { data: convertedLeads } = await world.admin.listLeads({ is_converted: true, limit: 100 });
    const leadRecords = convertedLeads.map(
      ({ id }) => world.listRecords(Leads as unknown as Collection<Row>).find((lead) => lead.id === id) as Row,
    );
    const above: Record<string, string> = {
      leads: "id",
      persons: "personal_key_id",
      customers: "converted_customer_id",
      contacts: "converted_contact_id",
      opportunities: "converted_opportunity_id",
    };
    const call = world.admin[name as "listPersonLeads"] as unknown as (query: Query) => Promise<{ data: Row[] }>;
    const parentPath = path.slice(1, path.indexOf("/{"));
    // Records that do not come from a lead are read from their own list.
    const parentCollection = lists.find((list) => list.path === `/${parentPath}`)?.collection;
    const ids = above[parentPath]
      ? leadRecords.map((lead) => lead[above[parentPath] ?? ""])
      : parentCollection
        ? world.listRecords(parentCollection).map(({ id }) => id)
        : [];
    let rows = 0;
    for (const id of ids.slice(0, 3)) {
      const { data: all } = await call({ id, limit: 100 });
      rows += all.length;
      for (const { field, type, operators } of listFilterableFields(collection.definition)) {
        const values = all.map((row) => row[field]).filter((value) => !isEmpty(value) && !String(value).includes(","));
        if (
          !operators.includes("eq") ||
          type === "instant" ||
          (values.length === 0 && all.length > 0 && !(field in (all[0] as Row)))
        )
          continue;
        for (const value of new Set([...values, ...(fallbacks[type] === undefined ? [] : [fallbacks[type]])])) {
          const { data } = await call({ id, limit: 100, [`${field}[eq]`]: value });
          const expectedRows = all.filter((row) => !isEmpty(row[field]) && isSame(type, row[field], value));
          const listIds = (items: readonly Row[]) => items.map((row) => row.id).sort();
          expect({ field, value, ids: listIds(data) }).toEqual({ field, value, ids: listIds(expectedRows) });
        }
      }
    }
    expect([path, rows > 0]).toEqual([path, !EMPTY_LISTS.has(path)]);
  },
);

describe("master data", () => {
  const listMasters = (query: Query): Promise<Page> => world.admin.listMasters({ kind: "lead_statuses", ...query });
  const queried = (where: Query): Promise<Page> => allowAnyInput(world.admin).queryMasters({ kind: "lead_statuses", where });
  const listCodes = ({ data }: Page): string[] => data.map((master) => (master as unknown as { code: string }).code);

  it("supports the same filters, although its lists are in memory", async () => {
    const all = listCodes(await listMasters({}));
    const [first = "", second = ""] = all;
    expect(listCodes(await listMasters({ "code[in]": `${second},${first}` }))).toEqual([first, second]);
    expect(listCodes(await listMasters({ "code[ne]": first }))).toEqual(all.slice(1));
    expect(listCodes(await listMasters({ sort: "-code" }))).toEqual([...all].sort().reverse());
    expect(listCodes(await queried({ or: [{ code: { prefix: first } }, { code: second }] }))).toEqual(
      expect.arrayContaining([first, second]),
    );
    expect(listCodes(await queried({ and: [{ code: first }, { code: second }] }))).toEqual([]);
  });
});

/** Ranks the values of a field; undefined if a record has none. */
function buildRank(filterField: FilterableField | undefined, sort: string): (row: Row) => string | number | undefined {
  const type = filterField?.type ?? "text";
  return (row) => {
    const fieldValue = row[sort];
    if (isEmpty(fieldValue)) return undefined;
    if (["integer", "number", "money"].includes(type)) return Number(fieldValue);
    if (!["text", "email", "phone", "url"].includes(type)) return String(fieldValue);
    const words = fold(String(fieldValue)).replace(/[^\p{L}\p{N}]+/gu, " ");
    return words.trim().slice(0, 32);
  };
}
