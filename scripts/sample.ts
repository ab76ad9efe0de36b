import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { startApp } from "@crm/local/app.ts";
import { serve } from "@crm/local/server.ts";

/**
 * `npm run sample -- <folder>`: brings Contacts.csv and Leads.csv of the sample sales CRM in through the API, persons first and
 * leads joined to them by external key, and compares what lists say with truth.json. In memory.
 */
const folder = process.argv[2];
if (folder === undefined) {
  console.error("npm run sample -- <folder with Contacts.csv, Leads.csv and truth.json>");
  process.exit(2);
}
const truth = JSON.parse(readFileSync(join(folder, "truth.json"), "utf8"));

const app = await startApp({ data: "memory", logFrom: "error" });
const server = await serve(app, 0);
let failed = 0;

function check(what: string, found: unknown, wanted: unknown): void {
  const same = JSON.stringify(found) === JSON.stringify(wanted);
  if (!same) failed++;
  console.log(
    `${same ? "ok    " : "FAILED"} ${what}: ${JSON.stringify(found)}${same ? "" : `, wanted ${JSON.stringify(wanted)}`}`,
  );
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
  const crm = createClient(httpTransport(server.url, data.access_token));
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
    await fetch(`${server.url}/_local/settle`, { method: "POST", body: "{}" });
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
  check("contacts as persons", [persons.created, persons.failed], [truth.rows.Contacts, 0]);

  const leads = await bring("leads", "Leads.csv", {
    mapping: {
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
  check("leads joined to them", [leads.created, leads.failed], [truth.rows.Leads, 0]);

  const totalOf = async (query: Record<string, string>): Promise<number> =>
    (await crm.listLeads({ limit: 1, ...query } as never)).meta.total;
  const statuses = { New: "new", Working: "contacted", Lost: "disqualified", Qualified: "qualified" };
  for (const [label, status] of Object.entries(statuses))
    check(`leads ${label}`, await totalOf({ status }), truth.leads_by_status[label]);
  const { data: sources } = await crm.listLeadSources({ limit: 100 } as never);
  const named: Record<string, string> = { Website: "web", "Email Campaign": "email" };
  for (const [label, count] of Object.entries(truth.leads_by_source)) {
    const source = sources.find(({ code, name }) => code === named[label] || name === label);
    check(`leads from ${label}`, await totalOf({ source: String(source?.id) }), count);
  }

  const all: { first_name: string; id: string }[] = [];
  for (let page = 1; all.length < truth.rows.Contacts; page++)
    all.push(...((await crm.listPersons({ limit: 100, page } as never)).data as never[]));
  let withLead = 0;
  let phones = 0;
  let unread = 0;
  for (const { id } of all) {
    const { data: person } = await crm.getPerson({ id });
    const own = person.contact_points.filter(({ contact_type }) => contact_type === "phone");
    phones += own.length;
    unread += own.filter(({ normalized }) => normalized === null).length;
    if ((await crm.listPersonLeads({ id } as never)).meta.total > 0) withLead++;
  }
  check("contacts with a lead", withLead, truth.contacts_with_a_lead);
  check("telephone numbers kept", phones, truth.rows.Contacts);
  console.log(`       of them ${unread} are no valid numbers, and are marked so`);
  const dates = [await crm.listLeads({ order: "asc", limit: 1 } as never), await crm.listLeads({ limit: 1 } as never)];
  check(
    "days of the first and the last lead",
    dates.map((page) => page.data[0]?.created_at.slice(0, 10)),
    truth.lead_created_range,
  );
} finally {
  await server.close();
  await app.stop();
}
console.log(failed === 0 ? "All figures are those of truth.json." : `${failed} figures differ.`);
process.exit(failed === 0 ? 0 : 1);
