import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { startApp } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { parse } from "csv-parse/sync";

/**
 * `npm run sample -- <folder>`: imports Contacts.csv, Leads.csv and Activity.csv of the sample sales CRM through the API, and compares lists with
 * truth.json. Persons come first, and leads refer to them by external key. A contact without a company becomes an individual customer and its own
 * contact. Activities come in batches, and missing activity types become master data. In memory.
 */
const folder = process.argv[2];
if (folder === undefined) {
  console.error("npm run sample -- <folder with Contacts.csv, Leads.csv, Activity.csv and truth.json>");
  process.exit(2);
}
const expectedData = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8"));

const app = await startApp({ data: "memory", logFrom: "error" });
const server = await startServer(app, 0);
let failed = 0;

function checkFigure(title: string, actual: unknown, expected: unknown): void {
  const isEqual = JSON.stringify(actual) === JSON.stringify(expected);
  if (!isEqual) failed++;
  console.log(
    `${isEqual ? "ok    " : "FAILED"} ${title}: ${JSON.stringify(actual)}${isEqual ? "" : `, expected ${JSON.stringify(expected)}`}`,
  );
}

const readRows = (file: string): Record<string, string>[] =>
  parse(readFileSync(join(folder, file)), { columns: true, bom: true });

const settle = () => fetch(`${server.url}/_local/settle`, { method: "POST", body: "{}" });

/** Sends items in batches of 100. Returns the created ids. */
async function sendBatches<T>(
  items: readonly T[],
  send: (batch: readonly T[], from: number) => Promise<{ data: { results: readonly { id: string | null; error?: unknown }[] } }>,
): Promise<string[]> {
  const ids: string[] = [];
  for (let from = 0; from < items.length; from += 100) {
    const { results } = (await send(items.slice(from, from + 100), from)).data;
    for (const { id, error } of results) {
      if (id === null) throw new Error(JSON.stringify(error));
      ids.push(id);
    }
  }
  return ids;
}

try {
  const { data } = await createClient(httpTransport(server.url)).signup({
    tenant_name: "Sample",
    tenant_slug: "sample",
    first_name: "Ada",
    last_name: "Admin",
    email: "ada@sample.example",
    password: "Correct-Horse-9000",
  });
  let crm = createClient(httpTransport(server.url, data.access_token));
  await crm.updateTenant({ settings: { rate_limit_per_minute: 1_000_000, default_country: "US" } });

  const bring = async (entity: string, file: string, parts: Record<string, unknown>): Promise<Record<string, unknown>> => {
    const form = new FormData();
    form.append("file", new Blob([readFileSync(join(folder, file))], { type: "text/csv" }), file);
    for (const [name, value] of Object.entries(parts)) form.append(name, JSON.stringify(value));
    const response = await fetch(`${server.url}/api/v1/${entity}/import`, {
      method: "POST",
      headers: { authorization: `Bearer ${data.access_token}` },
      body: form,
    });
    const answer = (await response.json()) as { data: { import_id: string } };
    if (response.status !== 202) throw new Error(JSON.stringify(answer));
    await settle();
    return (await crm.getImport({ id: answer.data.import_id })).data as Record<string, unknown>;
  };

  const persons = await bring("persons", "Contacts.csv", {
    mapping: {
      ContactID: "external_key",
      FullName: "full_name",
      Email: "email",
      Phone: "phone",
      City: "city",
      State: "state",
      Country: "country",
    },
  });
  checkFigure("contacts as persons", [persons.created, persons.failed], [expectedData.rows.Contacts, 0]);

  await crm.createCustomField({
    entity_type: "lead",
    field_name: "lead_key",
    field_label: "Number",
    field_type: "text",
  });
  const leads = await bring("leads", "Leads.csv", {
    mapping: {
      LeadID: "custom_fields.lead_key",
      ContactID: "external_key",
      LeadSource: "lead_source_id",
      LeadStatus: "lead_status_id",
      CreatedDate: "created_at",
      Notes: "notes",
    },
    value_map: {
      lead_status_id: { Working: "contacted", Lost: "disqualified" },
      lead_source_id: { Website: "web", "Email Campaign": "email" },
    },
    options: { historic: true, create_masters: true },
  });
  checkFigure("leads of these persons", [leads.created, leads.failed], [expectedData.rows.Leads, 0]);

  const countLeads = async (query: Record<string, string>): Promise<number> =>
    (await crm.listLeads({ limit: 1, ...query })).meta.total;
  const statuses = { New: "new", Working: "contacted", Lost: "disqualified", Qualified: "qualified" };
  for (const [label, status] of Object.entries(statuses))
    checkFigure(`leads ${label}`, await countLeads({ status }), expectedData.leads_by_status[label]);
  const { data: sources } = await crm.listLeadSources({ limit: 100 });
  const codeByLabel: Record<string, string> = { Website: "web", "Email Campaign": "email" };
  for (const [label, count] of Object.entries(expectedData.leads_by_source)) {
    const source = sources.find(({ code, name }) => code === codeByLabel[label] || name === label);
    checkFigure(`leads from ${label}`, await countLeads({ source: String(source?.id) }), count);
  }

  const all: Awaited<ReturnType<typeof crm.listPersons>>["data"] = [];
  for (let page = 1; all.length < expectedData.rows.Contacts; page++)
    all.push(...(await crm.listPersons({ limit: 100, page })).data);
  let withLead = 0;
  let phones = 0;
  let unread = 0;
  for (const { id } of all) {
    const { data: person } = await crm.getPerson({ id });
    const phonePoints = person.contact_points.filter(({ contact_type }) => contact_type === "phone");
    phones += phonePoints.length;
    unread += phonePoints.filter(({ normalized }) => normalized === null).length;
    if ((await crm.listPersonLeads({ id })).meta.total > 0) withLead++;
  }
  checkFigure("contacts with a lead", withLead, expectedData.contacts_with_a_lead);
  checkFigure("telephone numbers stored", phones, expectedData.rows.Contacts);
  console.log(`       ${unread} of them are invalid, and are marked as such`);
  const dates = [await crm.listLeads({ order: "asc", limit: 1 }), await crm.listLeads({ limit: 1 })];
  checkFigure(
    "days of the first and the last lead",
    dates.map((page) => page.data[0]?.created_at.slice(0, 10)),
    expectedData.lead_created_range,
  );

  const contacts = readRows("Contacts.csv");
  const customers = await sendBatches(contacts, (batch) =>
    crm.batchCustomers({
      operation: "create",
      items: batch.map(({ ContactID }) => ({ customer_type: "individual", external_key: ContactID })),
    }),
  );
  checkFigure("contacts as individual customers", customers.length, expectedData.rows.Contacts);
  const contactIds = await sendBatches(contacts, (batch, from) =>
    crm.batchContacts({
      operation: "create",
      items: batch.map(({ ContactID }, index) => ({
        customer_id: customers[from + index],
        external_key: ContactID,
        is_primary: true,
      })),
    }),
  );
  checkFigure("contacts of these customers", contactIds.length, expectedData.rows.Contacts);
  await settle();
  const { meta: individuals } = await crm.listCustomers({ customer_type: "INDIVIDUAL", limit: 1 });
  checkFigure("individual customers in the list total", individuals.total, expectedData.rows.Contacts);
  const { meta: stillPersons } = await crm.listPersons({ limit: 1 });
  checkFigure("persons shared by leads, customers and contacts", stillPersons.total, expectedData.rows.Contacts);

  const leadIdByKey = new Map<unknown, string>();
  for (let page = 1; leadIdByKey.size < expectedData.rows.Leads && page < 10; page++)
    for (const { id } of (await crm.listLeads({ limit: 100, page })).data) {
      const { custom_fields } = (await crm.getLead({ id })).data as { custom_fields: Record<string, unknown> };
      leadIdByKey.set(custom_fields.lead_key, id);
    }
  const planned = readRows("Activity.csv");
  const { data: types } = await crm.listMasters({ kind: "activity_types", limit: 100 });
  const typeIdByName = new Map(types.map(({ name, id }) => [name, id]));
  for (const { ActivityType: name = "" } of planned)
    if (!typeIdByName.has(name)) typeIdByName.set(name, (await crm.createMaster({ kind: "activity_types", name })).data.id);
  const activityIds = await sendBatches(planned, (batch) =>
    crm.batchActivities({
      operation: "create",
      items: batch.map(({ LeadID, ActivityType = "", Subject, DueDate, Completed, Notes }) => ({
        subject: Subject,
        activity_type_id: typeIdByName.get(ActivityType),
        related_to_id: leadIdByKey.get(LeadID),
        due_date: DueDate,
        description: Notes,
        status: Completed === "True" ? "COMPLETED" : "NOT_STARTED",
        // Some types require a duration for completed activities, and the file has none.
        ...(Completed === "True" && { duration_minutes: 0 }),
      })),
    }),
  );
  checkFigure("activities of leads", activityIds.length, expectedData.rows.Activity);
  await settle();
  const countActivities = async (query: Record<string, unknown>): Promise<number> =>
    (await crm.listActivities({ limit: 1, ...query })).meta.total;
  for (const [name, count] of Object.entries(expectedData.activities_by_type))
    checkFigure(`activities of type ${name}`, await countActivities({ activity_type_id: typeIdByName.get(name) }), count);
  checkFigure("activities completed", await countActivities({ status: "COMPLETED" }), expectedData.activities_completed.True);
  checkFigure("activities open", await countActivities({ status: "NOT_STARTED" }), expectedData.activities_completed.False);
  const dues = planned.map(({ DueDate = "" }) => DueDate).sort();
  const dueFilter = { "due_date[gte]": dues[0], "due_date[lte]": dues.at(-1) };
  checkFigure("first and last due date", [dues[0], dues.at(-1)], expectedData.activity_due_range);
  checkFigure("activities due within these dates", await countActivities(dueFilter), expectedData.rows.Activity);
  const byLead = new Set<string>();
  for (const id of leadIdByKey.values()) if ((await crm.listLeadActivities({ id, limit: 1 })).meta.total > 0) byLead.add(id);
  checkFigure("leads with an activity", byLead.size, new Set(planned.map(({ LeadID }) => LeadID)).size);

  await fetch(`${server.url}/_local/clock`, { method: "POST", body: JSON.stringify({ now: "2025-07-01T00:00:00.000Z" }) });
  const { data: again } = await createClient(httpTransport(server.url)).login({
    email: "ada@sample.example",
    password: "Correct-Horse-9000",
  });
  crm = createClient(httpTransport(server.url, again.access_token));
  let overdue = 0;
  let cursor: string | null = null;
  do {
    const page = await crm.listOverdueActivities({ limit: 100, ...(cursor === null ? {} : { cursor }) });
    overdue += page.data.length;
    cursor = page.meta.next_cursor;
  } while (cursor !== null);
  checkFigure("activities overdue on 2025-07-01", overdue, expectedData.open_overdue_as_of_2025_07_01);
} finally {
  await server.close();
  await app.stop();
}
console.log(failed === 0 ? "All figures match truth.json." : `${failed} figures differ.`);
process.exit(failed === 0 ? 0 : 1);
