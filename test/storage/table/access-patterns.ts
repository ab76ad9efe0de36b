import { domains } from "@crm/core/domains.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { idPrefix } from "@crm/core/kernel/id.ts";
import { People } from "@crm/core/people/person/person.entity.ts";
import { run as exportRun } from "@crm/core/platform/export/worker.ts";
import { run as importRun } from "@crm/core/platform/import/worker.ts";
import { Upload } from "@crm/core/platform/upload/upload.ts";
import { Leads } from "@crm/core/sales/lead/lead.entity.ts";
import { Scoring } from "@crm/core/sales/lead/scoring.ts";
import { PathDeclarations } from "@crm/core/storage/read/path-declarations.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { Meter } from "@crm/local/capacity-meter.ts";
import { CommandOrder } from "@crm/local/table-engine/command-order.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { callOperation } from "../../platform/export/export-client.ts";
import { createReadyPaths } from "../../platform/search-path/support.ts";
import { buildPerson, createForm, sendToForm } from "../../sales/web-form/form-client.ts";
import { addUser, createCampaign, inProcessTransport, signIn, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import {
  measureUnits as costOfOne,
  measureLeastUnits,
  omitCreationTime,
  type RequestUnits,
  selectLeastUnits,
  type UnitMeter,
} from "../../support/request-units.ts";
import { createSweeper, deliverEvent } from "../scheduler/support.ts";
import { measureAgreements } from "./agreement-patterns.ts";
import { measureCampaigns } from "./campaign-patterns.ts";
import { measureComments } from "./comment-patterns.ts";
import { measureCommerce } from "./commerce-patterns.ts";
import { measureMails } from "./mail-patterns.ts";
import { measurePlaybooks } from "./playbook-patterns.ts";
import { measureProfile } from "./profile-patterns.ts";
import { measureProjects } from "./project-patterns.ts";
import { measureTickets } from "./ticket-patterns.ts";
import { measureWebhooks } from "./webhook-patterns.ts";

/**
 * Runs the access patterns of docs/access-patterns.md and measures them. Costs that occur only once in a while (leases of numbers or
 * requests, caches that are filled once a minute) are paid before, and have rows of their own.
 */
export async function measureAccessPatterns(): Promise<Record<string, RequestUnits>> {
  const meter: Meter = { read: 0, write: 0, commands: 0 };
  const records: DynamoDBRecord[] = [];
  let time = Date.now();
  let derive: ((event: { Records: DynamoDBRecord[] }) => Promise<unknown>) | undefined;
  const app = await startTestApp({
    // Commands run in the order of arrival, because the figures depend on the order.
    order: new CommandOrder(() => 0),
    meter,
    // Each reading of the clock takes a millisecond, so that costs do not depend on the machine: the size of a lease depends on how
    // long the last one lasted, and caches of a minute stay valid during the measurement, even on a slow machine.
    time: () => time++,
    stream: (ports) => {
      // Events are not published, because their subscribers would run concurrently and be measured too.
      derive = streamHandler({ ...ports, bus: { publish: async () => undefined } });
      return async (event) => {
        records.push(...event.Records);
        return { batchItemFailures: [] };
      };
    },
  });
  try {
    const measured: UnitMeter = (work) => costOfOne(meter, work);
    const least: UnitMeter = (work) => measureLeastUnits(meter, work);
    /** The cost of processing the changes of one record kind since the last call, as one batch. */
    const derived = async (kind: string): Promise<RequestUnits> => {
      await app.consumer.settle();
      const prefix = domains.flatMap(({ kinds }) => kinds).find(({ name }) => name === kind)?.prefix;
      const mine = records.splice(0, records.length).filter(({ dynamodb }) => idPrefix(dynamodb?.Keys?.sk?.S ?? "") === prefix);
      return measured(() => derive?.({ Records: mine.slice(0, 1).map(omitCreationTime) }) ?? Promise.resolve());
    };
    return await measurePatterns(app, measured, least, derived);
  } finally {
    await app.stop();
  }
}

/** The length of a slice in milliseconds: enough for all the work on a slow machine, because a second slice would cost more. */
const LONG_SLICE_MS = 10 * 60_000;

/** Numbers of equal length, so that later items are not larger. */
const padNumber = (n: number): string => String(n).padStart(4, "0");
let personCount = 0;
function newLead<M extends object>(more: M) {
  const n = padNumber(++personCount);
  return { first_name: `First${n}`, last_name: `Last${n}`, email: `person${n}@mail.example`, company: `Company ${n}`, ...more };
}

async function measurePatterns(
  app: App,
  measured: UnitMeter,
  measureLeast: UnitMeter,
  derived: (kind: string) => Promise<RequestUnits>,
): Promise<Record<string, RequestUnits>> {
  const tenant: Tenant = await signUp(app);
  const rep = await addUser(app, tenant, "SALES_REP");
  const crm = tenant.admin;
  let n = 0;
  const typed = () => ({
    email: `u${padNumber(++n)}@mail.example`,
    phone: `+32 485 00 ${String(10 + (n % 90))} ${String(10 + Math.floor(n / 90))}`,
    lead_source_id: "web",
  });
  const create = () => crm.createLead(newLead(typed()));
  for (let warm = 0; warm < 30; warm++) await create();
  const { data: lead } = await create();
  const result: Record<string, RequestUnits> = {};

  result["create a lead, its person new"] = await measureLeast(create);
  result["create a lead, its person known"] = await measureLeast(() =>
    crm.createLead(newLead({ email: lead.email, phone: lead.phone, first_name: lead.first_name, last_name: lead.last_name })),
  );
  result["create a lead under an Idempotency-Key"] = await measureLeast(() =>
    crm.createLead(newLead(typed()), { idempotencyKey: `k${++n}` }),
  );
  result["read a lead"] = await measureLeast(() => crm.getLead({ id: lead.id }));
  result["change a lead (a field that lists show)"] = await measureLeast(() =>
    crm.updateLead({ id: lead.id, company: `C${padNumber(++n)}` }),
  );
  result["change a lead (a field that lists do not show)"] = await measureLeast(() =>
    crm.updateLead({ id: lead.id, notes: `N${padNumber(++n)}` }),
  );
  result["set the status of a lead"] = await measureLeast(() =>
    crm.setLeadStatus({ id: lead.id, lead_status_id: n++ % 2 ? "contacted" : "qualified" }),
  );
  result["log an activity of a lead"] = await measureLeast(() =>
    crm.logLeadActivity({ id: lead.id, subject: "Call", activity_type_id: "call" }),
  );
  result["delete a lead"] = await (async () => {
    const { data } = await create();
    return measured(() => crm.deleteLead({ id: data.id }));
  })();
  result["list 20 leads, with the total"] = await measureLeast(() => crm.listLeads({ limit: 20 }));
  result["list 20 leads with labels"] = await measureLeast(() => crm.listLeads({ limit: 20, expand: "labels" }));
  result["list 20 leads with labels, owners and persons"] = await measureLeast(() =>
    crm.listLeads({ limit: 20, expand: "labels,owner,person" }),
  );
  result["list 20 leads of a status, with the total"] = await measureLeast(() => crm.listLeads({ limit: 20, status: "new" }));
  result["list 20 leads of either of two statuses, with the total"] = await measureLeast(() =>
    crm.listLeads({ limit: 20, "status[in]": "new,contacted" }),
  );
  result["list 20 leads by the beginning of a company, among some 60"] = await measureLeast(() =>
    crm.listLeads({ limit: 20, "company[prefix]": "a" }),
  );
  result["list 20 leads of a rating, with the total"] = await measureLeast(() => crm.listLeads({ limit: 20, rating: "HOT" }));
  result["list 20 leads created since a day, with the total"] = await measureLeast(() =>
    crm.listLeads({ limit: 20, "created_at[gte]": "2020-01-01" }),
  );
  result["list 20 leads that changed since a day, among some 60"] = await measureLeast(() =>
    crm.listLeads({ limit: 20, "updated_at[gte]": new Date().toISOString().slice(0, 10) }),
  );
  result["list 20 leads of an insurance type, among some 60"] = await measureLeast(() =>
    crm.listLeads({ limit: 20, "insurance_type_id[eq]": "auto" }),
  );
  result["list 20 leads for a representative"] = await measureLeast(() => rep.client.listLeads({ limit: 20 }));
  result["activities of a lead, with the total"] = await measureLeast(() => crm.listLeadActivities({ id: lead.id }));

  await measureCustomFields(app, measureLeast, result);

  const person = lead.personal_key_id;
  const step = { id: person, stage: "Interest", interaction_type: "call", channel_id: "phone" } as const;
  result["record a step of a journey"] = await measureLeast(() => crm.createJourneyEntry(step));
  for (let more = 0; more < 20; more++) await crm.createJourneyEntry(step);
  await derived("journey");
  await crm.createJourneyEntry(step);
  result["stream: a new step of a journey"] = await derived("journey");
  result["list 20 steps of a stage, with the total"] = await measureLeast(() => crm.listJourneyEntries({ stage: "interest" }));
  result["list 20 steps of all journeys, with the total"] = await measureLeast(() => crm.listJourneyEntries());
  result["list 20 steps of a person, with the total"] = await measureLeast(() => crm.listPersonJourney({ id: person }));
  result["timeline of a person, 20 entries"] = await measureLeast(() => crm.listPersonTimeline({ id: person }));
  result["360 of a person"] = await measureLeast(() => crm.getPerson360({ id: person }));
  const { data: repLead } = await crm.createLead({ personal_key_id: person, owner_id: rep.id });
  result["timeline of a person, 20 entries, for a representative"] = await measureLeast(() =>
    rep.client.listPersonTimeline({ id: person }),
  );
  await crm.deleteLead({ id: repLead.id });

  // These are read once a minute for each kind in use.
  await runIn(systemContext(app.ports, tenant.id, "units"), () =>
    Promise.all([PathDeclarations.readDeclarations(Leads), PathDeclarations.readDeclarations(People)]),
  );
  await derived("lead");
  const { data: fresh } = await crm.createLead(newLead(typed()));
  result["stream: a new lead"] = await derived("lead");
  await crm.updateLead({ id: fresh.id, notes: "x" });
  result["stream: a change that moves no count and no word"] = await derived("lead");
  await crm.setLeadStatus({ id: fresh.id, lead_status_id: "contacted" });
  result["stream: a change of status"] = await derived("lead");
  await crm.assignLeads({ lead_ids: [fresh.id], owner_id: rep.id });
  result["stream: a change of owner"] = await derived("lead");
  await derived("person");
  const twin = () => ({ ...typed(), first_name: "Ada", last_name: "Byron", email: `ada${++n}@engine.example` });
  const { data: ada } = await crm.createLead(newLead(twin()));
  result["stream: a new person with a name, an email and a phone"] = await derived("person");
  await crm.createLead(newLead(twin()));
  result["stream: a new person, and a duplicate is found"] = await derived("person");
  await crm.createLead(newLead({ email: ada.email, phone: typed().phone, first_name: "Ada", last_name: "Byron" }));
  result["stream: a person gains a phone"] = await derived("person");
  result["list 20 duplicates, with the total"] = await measureLeast(() => crm.listDuplicates({ limit: 20 }));
  result["duplicates of a person, 1 found"] = await measureLeast(() => crm.listPersonDuplicates({ id: ada.personal_key_id }));
  result["search, 1 match"] = await measureLeast(() => crm.listLeads({ search: String(fresh.last_name) }));
  const ask = () => crm.exportLeads({ format: "csv", query: { status: "new" } });
  for (let warm = 0; warm < 3; warm++) await ask();
  result["ask for an export"] = await measureLeast(ask);
  const { export_id: id } = (await ask()).data;
  result["read an export"] = await measureLeast(() => crm.getExport({ id }));
  const exportIds: string[] = [];
  for (let more = 0; more < 6; more++) exportIds.push((await ask()).data.export_id);
  result["an export of some 50 leads, from its turn to its file"] = await measureLeast(() =>
    runIn(systemContext(app.ports, tenant.id, "export"), () => exportRun(String(exportIds.pop()))),
  );

  const interact = () => crm.createInteraction({ personal_key_id: person, interaction_type_id: "call", channel: "phone" });
  for (let warm = 0; warm < 20; warm++) await interact();
  result["log an interaction"] = await measureLeast(interact);
  result["20 interactions of a person, with the total"] = await measureLeast(() => crm.listInteractions({ person }));
  result["20 interactions of a type, with the total"] = await measureLeast(() => crm.listInteractions({ type: "call" }));
  await derived("interaction");
  const campaign_id = await createCampaign(crm);
  await crm.createInteraction({ personal_key_id: person, interaction_type_id: "call", campaign_id, subject: "One word" });
  result["stream: a new interaction of a campaign"] = await derived("interaction");
  const { data: scored } = await create();
  const rescore = () =>
    runIn(systemContext(app.ports, tenant.id, "scoring"), () => Scoring.rescorePerson(scored.personal_key_id));
  result["score a lead anew, with the same score"] = await measureLeast(rescore);
  await crm.createInteraction({ personal_key_id: scored.personal_key_id, interaction_type_id: "download" });
  await derived("interaction");
  result["score a lead anew, with another score"] = await measured(rescore);
  result["read the score of a lead, explained"] = await measureLeast(() => crm.getLeadScore({ id: scored.id }));
  result["set the score of a lead by hand"] = await measureLeast(() =>
    crm.setLeadScore({ id: scored.id, lead_score: 1 + (++n % 9), reason: "Met" }),
  );
  const announce = () => crm.createUpload({ file_name: "list.csv", content_type: "text/csv", size: 4 });
  for (let warm = 0; warm < 3; warm++) await announce();
  result["announce an upload"] = await measureLeast(announce);
  const stored = async () => {
    const { data } = await announce();
    await app.objects.write(`${tenant.id}/uploads/${data.upload_id}`, Buffer.from("a,b\n"));
    return data.upload_id;
  };
  const ready = await stored();
  result["read an upload"] = await measureLeast(() => crm.getUpload({ id: ready }));
  const actor = { type: "user", tenant_id: tenant.id, id: tenant.userId, session_id: "", roles: [] } as const;
  result["take an upload"] = await measured(() =>
    runIn({ ...systemContext(app.ports, tenant.id, "units"), actor }, () => Upload.take(ready, "import")),
  );
  const leads = Array.from({ length: 100 }, (_, row) => `File${row},Row${row},file${row}@mail.example,+32 485 ${300_000 + row}`);
  const file = Buffer.from(["first_name,last_name,email,phone", ...leads].join("\n"));
  const { data: announced } = await crm.createUpload({ file_name: "list.csv", content_type: "text/csv", size: file.length });
  await app.objects.write(`${tenant.id}/uploads/${announced.upload_id}`, file);
  let started = "";
  result["ask for an import"] = await measured(async () => {
    started = (await crm.importLeads({ upload_id: announced.upload_id })).data.import_id;
  });
  result["an import of 100 leads and their persons, from its turn to its end"] = await measured(() =>
    runIn(systemContext(app.ports, tenant.id, "import"), () => importRun(started, LONG_SLICE_MS)),
  );
  await measurePublicPages(app, tenant, measureLeast, result);

  const system = systemContext(app.ports, tenant.id, "units");
  const { Token } = await import("@crm/core/platform/auth/token.ts");
  const { CredentialCache: Recognition } = await import("@crm/core/platform/auth/credential-cache.ts");
  void Token;
  // Another user of the tenant has already sent a request in this minute, so their shared data is cached.
  app.setClock({ advance: 60_000 });
  await rep.client.listLeads({ limit: 1 });
  result["first request of a session in a minute"] = await measured(async () => {
    await runIn(system, async () => Recognition.forget());
    await crm.getLead({ id: lead.id });
  });
  result["sign in"] = await measured(() => signIn(app, tenant));
  result["sign up"] = await measured(async () => {
    const names = { tenant_name: "Measured", tenant_slug: "measured", first_name: "Ada", last_name: "Admin" };
    const person = { ...names, email: "ada@measured.example", password: "Correct-Horse-9000" };
    const { data } = await createClient(inProcessTransport(app)).signup(person);
    await createClient(inProcessTransport(app, data.access_token)).updateTenant({
      settings: { rate_limit_per_minute: 1_000_000 },
    });
  });
  await measureSearchPaths(app, tenant, measureLeast, derived, result);
  await measureSales(tenant, measured, measureLeast, derived, result);
  await measureClocks(app, tenant, measured, measureLeast, result);
  const schema = { type: "object", properties: { breed: { type: "string" }, chip: { type: "string", "x-sealed": true } } };
  await crm.createMaster({ kind: "product-lines", name: "Pet", code: "pet", versions: [{ schema_version: 1, schema }] });
  const ofOwnLine = () => crm.createLead(newLead({ ...typed(), product_data: { pet: { breed: "Pug", chip: "981-020" } } }));
  await ofOwnLine();
  result["create a lead of a tenant's own product line, with a sealed value"] = await measureLeast(ofOwnLine);
  const converted = (await create()).data;
  await derived("lead");
  await crm.convertLead({ id: converted.id, override_reason: "Signed on the spot" });
  result["stream: a lead is converted"] = await derived("lead");
  await crm.updateLead({ id: converted.id, notes: "x" });
  result["stream: a change of a lead that was converted"] = await derived("lead");
  result["list leads by when they were converted, with the total"] = await measureLeast(() =>
    crm.listLeads({ sort: "converted_date" }),
  );
  await measureBatches(app, measured, measureLeast, result);
  // Master data and custom fields are cached for a minute in a process, so each measurement is of a new tenant, which has none cached.
  result["describe every kind, once a minute"] = await measureNewTenant(app, measured, (crm) => crm.getSchema());
  result["describe leads, once a minute"] = await measureNewTenant(app, measured, (crm) => crm.getSchema({ kind: "lead" }));
  await measureQuotes(app, tenant, measureLeast, result);
  await measureAgreements(app, tenant, { measured, least: measureLeast }, result);
  await measureWebhooks(app, measured, result);
  await measureTickets(app, measured, result);
  await measureMails(app, measured, result);
  await measureCommerce(app, measured, derived, result);
  await measureProjects(app, measured, derived, result);
  await measureCampaigns(app, measured, derived, result);
  await measureComments(app, measured, result);
  await measureProfile(app, measured, result);
  await measurePlaybooks(app, measured, result);
  return result;
}

/** The minimum over new tenants whose user has signed in, because a lease that is renewed in between would be counted. */
async function measureNewTenant(app: App, measured: UnitMeter, work: (crm: Client) => Promise<unknown>): Promise<RequestUnits> {
  const runs: RequestUnits[] = [];
  for (let run = 0; run < 3; run++) {
    const { admin } = await signUp(app);
    await admin.me();
    runs.push(await measured(() => work(admin)));
  }
  return selectLeastUnits(runs);
}

/** Batches of leads in a new tenant. */
async function measureBatches(
  app: App,
  measured: UnitMeter,
  measureLeast: UnitMeter,
  result: Record<string, RequestUnits>,
): Promise<void> {
  const { admin: crm } = await signUp(app);
  let n = 0;
  const buildLeads = (count: number) =>
    Array.from({ length: count }, () => {
      const row = String(1000 + ++n);
      return newLead({
        email: `b${row}@mail.example`,
        phone: `+32 485 00 ${row.slice(0, 2)} ${row.slice(2)}`,
        lead_source_id: "web",
      });
    });
  const upsert = (items: unknown[]) => crm.batchLeads({ operation: "upsert", match_on: "email", items });
  const [knownLead = {}] = buildLeads(1) as { email?: string }[];
  await upsert([knownLead]);
  result["100 leads in one batch, their persons new"] = await measured(() =>
    crm.batchLeads({ operation: "create", items: buildLeads(100) }),
  );
  result["upsert a lead by email, where there is none"] = await measureLeast(() => upsert(buildLeads(1)));
  result["upsert a lead by email, where there is one"] = await measureLeast(() =>
    upsert([{ email: knownLead.email, company: `C${padNumber(++n)}` }]),
  );
}

/** Uses a new tenant, so that no other lead has a value. */
async function measureCustomFields(app: App, measureLeast: UnitMeter, result: Record<string, RequestUnits>): Promise<void> {
  const { admin } = await signUp(app);
  const field = { entity_type: "lead", field_name: "badge", field_label: "Badge", field_type: "text", is_unique: true } as const;
  await admin.createCustomField(field);
  let n = 0;
  const values = () => ({ custom_fields: { badge: `b${++n}` } });
  for (let warm = 0; warm < 20; warm++) await admin.createLead(newLead(values()));
  const { data: lead } = await admin.createLead(newLead(values()));
  result["create a lead with a unique custom value"] = await measureLeast(() => admin.createLead(newLead(values())));
  result["change a unique custom value of a lead"] = await measureLeast(() => admin.updateLead({ id: lead.id, ...values() }));
}

/** Lists by declared search paths, and the cost that a path adds to the stream. */
async function measureSearchPaths(
  app: App,
  tenant: Tenant,
  measureLeast: UnitMeter,
  derived: (kind: string) => Promise<RequestUnits>,
  result: Record<string, RequestUnits>,
): Promise<void> {
  const crm = tenant.admin;
  const detail = (n: number) => ({ metadata: { region: "north", size: n } });
  for (let n = 0; n < 25; n++) await crm.createLead(newLead(detail(n)));
  let n = 0;
  result["declare a path to find records by"] = await measureLeast(() =>
    crm.createSearchPath({ entity: "person", path: `custom_attributes.p${++n}` }),
  );
  await createReadyPaths(
    app,
    tenant,
    { entity: "lead", path: "metadata.region" },
    { entity: "lead", path: "metadata.size", type: "number", sort: true },
  );
  const north = { limit: 20, paths: { "metadata.region": "north" } };
  result["list 20 leads by a declared path, with the total"] = await measureLeast(() => crm.listLeads(north));
  result["list 20 leads in the order of a declared path, with the total"] = await measureLeast(() =>
    crm.listLeads({ limit: 20, sort: "metadata.size" }),
  );
  result["list 20 leads of an owner by a declared path, with the total"] = await measureLeast(() =>
    crm.listLeads({ ...north, owner: tenant.userId }),
  );
  await derived("lead");
  const { data: lead } = await crm.createLead(newLead(detail(1)));
  result["stream: a new lead, with values of two declared paths, one of them an order"] = await derived("lead");
  await crm.updateLead({ id: lead.id, notes: "x" });
  result["stream: a change of such a lead that lists do not show"] = await derived("lead");
  await crm.updateLead({ id: lead.id, metadata: { region: "south", size: 1 } });
  result["stream: a value of a declared path changes"] = await derived("lead");
}

/** The steps of an opportunity, and reports over all of them. */
async function measureSales(
  { admin }: Tenant,
  measured: UnitMeter,
  measureLeast: UnitMeter,
  derived: (kind: string) => Promise<RequestUnits>,
  result: Record<string, RequestUnits>,
): Promise<void> {
  const { data: customer } = await admin.createCustomer({ name: "Harbour" });
  const sold = { name: "Fleet", customer_id: customer.id, amount: "1200.00", close_date: "2030-01-15" };
  const make = () => admin.createOpportunity(sold);
  for (let warm = 0; warm < 15; warm++) await make();
  result["create an opportunity"] = await measureLeast(make);
  await derived("opportunity");
  const { data } = await make();
  result["stream: a new opportunity"] = await derived("opportunity");
  result["move an opportunity to the next stage"] = await measured(() =>
    admin.moveOpportunity({ id: data.id, stage_id: "qualification" }),
  );
  result["stream: an opportunity comes to another stage"] = await derived("opportunity");
  await admin.updateOpportunity({ id: data.id, next_step: "Call" });
  result["stream: a change of an opportunity that moves no figure"] = await derived("opportunity");
  result["read the pipeline of one owner, in one month"] = await measureLeast(() => admin.getPipeline({}));
  result["read the forecast of 6 months, likewise"] = await measureLeast(() => admin.getForecast({}));
  result["read the statistics by stage, likewise"] = await measureLeast(() => admin.getOpportunityStats({}));
}

/** The steps of quotes with two products and a manual line; each quote takes a step once. */
async function measureQuotes(
  app: App,
  { admin, token }: Tenant,
  measureLeast: UnitMeter,
  result: Record<string, RequestUnits>,
): Promise<void> {
  const product = async (name: string) => (await admin.createProduct({ name, unit_price: "10.00", currency: "EUR" })).data.id;
  const [hull, rig] = [await product("Hull"), await product("Rig")];
  const typed = { description: "Work", quantity: "1", unit_price: "5.00" };
  const line_items = [{ product_id: hull, quantity: "1" }, { product_id: rig, quantity: "2" }, typed];
  const { data: customer } = await admin.createCustomer({ name: "Pier" });
  const sold = { name: "Boats", customer_id: customer.id, currency: "EUR" };
  const make = async () => {
    const { data: opportunity } = await admin.createOpportunity(sold);
    return (await admin.createQuote({ ...sold, opportunity_id: opportunity.id, line_items })).data.id;
  };
  const quoteIds: string[] = [];
  for (let warm = 0; warm < 15; warm++) quoteIds.push(await make());
  const step = async (name: string, act: (id: string) => Promise<unknown>) => {
    let n = 0;
    result[name] = await measureLeast(() => act(quoteIds[n++ % quoteIds.length] ?? ""));
    // The quotes that were not measured take the step too.
    for (; n < quoteIds.length; n++) await act(quoteIds[n] ?? "");
  };
  result["create a quote of two products and a line that is typed"] = await measureLeast(() =>
    admin.createQuote({ ...sold, line_items }),
  );
  await step("read a quote", (id) => admin.getQuote({ id }));
  await step("add a line of a product to a quote", (id) => admin.addQuoteLine({ id, product_id: hull }));
  await step("price a quote of three products anew", (id) => admin.repriceQuote({ id }));
  await step("the PDF of a quote", (id) => callOperation(app, token, "getQuotePdf", { id }));
  await step("submit a quote without approvers", (id) => admin.submitQuote({ id }));
  await step("send a quote", (id) => admin.sendQuote({ id, to: "buyer@mail.example" }));
  await step("present a quote", (id) => admin.presentQuote({ id }));
  await step("accept a quote of an opportunity", (id) => admin.acceptQuote({ id }));
  await step("convert a quote into an order", (id) => admin.convertQuote({ id, to: "order" }));
  let n = 0;
  const otherQuoteIds = await Promise.all([1, 2, 3, 4].map(make));
  result["make a new version of a quote"] = await measureLeast(() =>
    admin.createQuoteVersion({ id: otherQuoteIds[n++ % 4] ?? "" }),
  );
  result["list 20 quotes of a customer, with the total"] = await measureLeast(() =>
    admin.listQuotes({ limit: 20, customer: customer.id }),
  );
}

/** Requests of the public, without the form and tenant that are read once a minute, and without leased requests. */
async function measurePublicPages(
  app: App,
  tenant: Tenant,
  measureLeast: UnitMeter,
  result: Record<string, RequestUnits>,
): Promise<void> {
  const limits = { rate_limit_per_address: 100_000, rate_limit_per_minute: 100_000 };
  const form = await createForm(tenant, { ...limits, makes_lead: true });
  const visits = await createForm(tenant, { ...limits, kind: "page_visit" });
  let n = 0;
  const { data: lead } = await tenant.admin.createLead(newLead({}));
  const { data } = await tenant.admin.createFormToken({ id: visits.id, personal_key_id: lead.personal_key_id });
  const submit = () => sendToForm(app, `/forms/${form.key}`, { body: buildPerson({ submission_id: `s${++n}` }) });
  for (let warm = 0; warm < 15; warm++) await submit();
  result["a form is sent, and makes a lead and a person"] = await measureLeast(submit);
  const visit = (body: object) => sendToForm(app, `/track/${visits.key}`, { body });
  for (let warm = 0; warm < 5; warm++) await visit({});
  result["a page is visited, by a person named by a token"] = await measureLeast(() => visit({ t: data.token, url: `/${++n}` }));
  result["a page is visited, by an unknown person"] = await measureLeast(() => visit({ url: "/" }));
}

/** Finding due clocks, and the work of their subscribers. */
async function measureClocks(
  app: App,
  { admin }: Tenant,
  measured: UnitMeter,
  measureLeast: UnitMeter,
  result: Record<string, RequestUnits>,
): Promise<void> {
  await app.scheduler.stop();
  const { sweep, heard: dueEvents } = createSweeper(app);
  await sweep();
  result["sweep: nothing more is due"] = await measureLeast(sweep);
  await admin.createLead(newLead({ next_contact_date: new Date(Date.now() - 1000).toISOString() }));
  const before = dueEvents.length;
  result["sweep: a clock is due"] = await measured(sweep);
  result["remind of a contact that is due"] = await measured(() => deliverEvent(dueEvents[before], app.ports));
}
