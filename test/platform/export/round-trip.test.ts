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
  });
  return { ...tenant, rep: { id: data.id } as TestUser };
}

/** Columns that differ between tenants: ids and times. */
const volatileColumns = ["Id", "Lead number", "Created at", "Updated at", "Status changed at", "Last activity date"];

it.each(["csv", "xlsx"])("a round trip through %s gives the same table", async (format) => {
  const email = `rea.${randomUUID().slice(0, 8)}@house.example`;
  const [sourceTenant, targetTenant] = [await createTenant(email), await createTenant(email)];
  for (let index = 0; index < 12; index++)
    await sourceTenant.admin.createLead(
      newLead({
        company: index % 3 ? `Müller, "Söhne" ${index}` : "Zoë, Two parts",
        phone: `+32 485 00 11 ${10 + index}`,
        job_title: index % 2 ? "Head; of sales" : null,
        lead_status_id: ["new", "contacted", "qualified"][index % 3],
        lead_source_id: ["web", "social_media", null][index % 3],
        owner_id: sourceTenant.rep.id,
        is_qualified: index % 2 === 0,
        budget: index % 2 ? "1200.50" : null,
        currency: "EUR",
        tags: index % 4 ? ["vip", "a;b", 'say "x", now'] : index % 8 ? ["only, one"] : [],
        next_contact_date: index % 2 ? "2027-05-01T10:00:00+02:00" : null,
        follow_up_priority: index % 2 ? "HIGH" : null,
      }),
    );
  await app.settle();
  const first = await runExport(app, sourceTenant.token, "exportLeads", { format });
  expect(first.rows).toHaveLength(12);
  const id = await importFile(targetTenant.token, first.bytes, `leads.${format}`);
  expect((await targetTenant.admin.getImport({ id })).data).toMatchObject({ status: "completed", created: 12, failed: 0 });
  const second = await runExport(app, targetTenant.token, "exportLeads", { format });
  expect(second.header).toEqual(first.header);
  const table = ({ header, rows }: typeof first) =>
    rows
      .map((row) => header.flatMap((name, index) => (volatileColumns.includes(name) ? [] : [`${name}: ${row[index] ?? ""}`])))
      .sort();
  expect(table(second)).toEqual(table(first));
});
