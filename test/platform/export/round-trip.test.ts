import { randomUUID } from "node:crypto";
import type { App } from "@crm/local/app.ts";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { afterAll, beforeAll, expect, it } from "vitest";
import { newLead, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";
import { runExport } from "./export-client.ts";

/** An exported file, imported in another tenant and exported again, is the same. */
let app: App;
beforeAll(async () => {
  app = await startTestApp();
});
afterAll(() => app.stop());

async function importFile(token: string, bytes: Buffer, file_name: string): Promise<string> {
  const form = new FormData();
  form.append("file", new Blob([new Uint8Array(bytes)], { type: "text/csv" }), file_name);
  const request = new Request("http://localhost", { method: "POST", body: form });
  const path = "/api/v1/leads/import";
  const result = await app.handlers.leads({
    version: "2.0",
    rawPath: path,
    rawQueryString: "",
    headers: { "content-type": request.headers.get("content-type"), authorization: `Bearer ${token}` },
    requestContext: { http: { method: "POST", path, sourceIp: "127.0.0.1", userAgent: "test" }, requestId: randomUUID() },
    body: Buffer.from(await request.arrayBuffer()).toString("base64"),
    isBase64Encoded: true,
  } as unknown as APIGatewayProxyEventV2);
  if (result.statusCode !== 202) throw new Error(`${result.statusCode}: ${result.body}`);
  await app.settle();
  return String(JSON.parse(result.body ?? "{}").data.import_id);
}

/** A tenant with a sales rep who has the same email address in each tenant. */
async function createTenant(email: string): Promise<Tenant & { rep: TestUser }> {
  const tenant = await signUp(app);
  const { data } = await tenant.admin.createUser({
    email,
    role: "SALES_REP",
    first_name: "Rea",
    last_name: "Rep",
    password: "Correct-Horse-9000",
  } as never);
  return { ...tenant, rep: { id: data.id } as TestUser };
}

/** Columns that differ between tenants: ids and times. */
const volatileColumns = ["Id", "Lead number", "Created at", "Updated at", "Status changed at", "Last activity date"];

it.each(["csv", "xlsx"])("a round trip through %s gives the same table", async (format) => {
  const email = `rea.${randomUUID().slice(0, 8)}@house.example`;
  const [here, there] = [await createTenant(email), await createTenant(email)];
  for (let at = 0; at < 12; at++)
    await here.admin.createLead(
      newLead({
        company: at % 3 ? `Müller, "Söhne" ${at}` : "Zoë\nTwo lines",
        phone: `+32 485 00 11 ${10 + at}`,
        job_title: at % 2 ? "Head; of sales" : null,
        lead_status_id: ["new", "contacted", "qualified"][at % 3],
        lead_source_id: ["web", "social_media", null][at % 3],
        owner_id: here.rep.id,
        is_qualified: at % 2 === 0,
        budget: at % 2 ? "1200.50" : null,
        currency: "EUR",
        tags: at % 4 ? ["vip", "a;b", 'say "x", now'] : at % 8 ? ["only, one"] : [],
        next_contact_date: at % 2 ? "2027-05-01T10:00:00+02:00" : null,
        follow_up_priority: at % 2 ? "HIGH" : null,
      }),
    );
  await app.settle();
  const first = await runExport(app, here.token, "exportLeads", { format });
  expect(first.rows).toHaveLength(12);
  const id = await importFile(there.token, first.bytes, `leads.${format}`);
  expect((await there.admin.getImport({ id })).data).toMatchObject({ status: "completed", created: 12, failed: 0 });
  const second = await runExport(app, there.token, "exportLeads", { format });
  expect(second.header).toEqual(first.header);
  const table = ({ header, rows }: typeof first) =>
    rows.map((row) => header.flatMap((name, at) => (volatileColumns.includes(name) ? [] : [`${name}: ${row[at] ?? ""}`]))).sort();
  expect(table(second)).toEqual(table(first));
});
