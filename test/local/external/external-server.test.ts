import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { DeleteTableCommand, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { indexNames } from "@crm/core/storage/table/table.ts";
import { ApiError, createClient, httpTransport } from "@crm/functions/derive/client.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { killProcess, type ServerProcess as LaunchedServer, spawnServer } from "../../invariants/crash/server-process.ts";
import { inProcessTransport, newLead, signUp, startTestApp, type Tenant, waitUntil } from "../../support/app.ts";
import { resolveTestSize } from "../../support/sample.ts";
import { newFolder, recountTenant, removeFolder } from "../backup/support.ts";
import { createDynamoClient, type Dynoxide, findDynoxide, openDynoxideStream, startDynoxide } from "../dynoxide/dynoxide.ts";

/** An external server: it does not have our table, and we do not read its file. */
async function startForeignServer(): Promise<Dynoxide> {
  const dynoxide = await startDynoxide();
  const client = createDynamoClient(dynoxide.endpoint);
  await client.send(new DeleteTableCommand({ TableName: "crm" }));
  expect((await client.send(new ListTablesCommand({}))).TableNames).toEqual([]);
  client.destroy();
  // This creates an index, without which the server's own stream gets slower with every record.
  openDynoxideStream(dynoxide).close();
  return dynoxide;
}

describe.skipIf(!findDynoxide())("an external server in place of the table engine", () => {
  let server: Dynoxide;
  let data: string;
  let app: App;
  let tenant: Tenant;

  beforeAll(async () => {
    server = await startForeignServer();
    data = newFolder();
    app = await startTestApp({ data, endpoint: server.endpoint });
    tenant = await signUp(app);
  });
  afterAll(async () => {
    await app.stop();
    await server.stop();
    removeFolder(data);
  });

  it("creates, reads, changes, deletes and restores leads, each write once", async () => {
    const options = { idempotencyKey: "one" };
    const created = await tenant.admin.createLead(newLead({ company: "Navy" }), options);
    expect(created).toMatchObject({ status: 201, data: { version: 1, owner_id: tenant.userId } });
    await expect(tenant.admin.createLead(newLead(), options)).rejects.toMatchObject({ status: 422 });
    const { data: lead } = created;
    await tenant.admin.updateLead({ id: lead.id, company: "Army" });
    const stale = tenant.admin.updateLead({ id: lead.id, company: "Fleet" }, { ifMatch: '"1"' });
    await expect(stale).rejects.toMatchObject({ status: 412, details: [{ field: "company" }] });
    await tenant.admin.deleteLead({ id: lead.id });
    await expect(tenant.admin.getLead({ id: lead.id })).rejects.toBeInstanceOf(ApiError);
    expect((await tenant.admin.restoreLead({ id: lead.id })).data.version).toBe(4);
  });

  it("lists with totals, searches, and records the audit trail from the server's own stream", async () => {
    const before = (await settledList()).total;
    for (let index = 0; index < 7; index++)
      await tenant.admin.createLead(newLead({ company: index < 5 ? "Zeppelin Works" : "Other" }));
    const { data: contactedLead } = await tenant.admin.createLead(newLead({ lead_status_id: "contacted" }));
    await tenant.admin.updateLead({ id: contactedLead.id, notes: "more" });
    expect(await settledList()).toEqual({ total: before + 8, rows: 6 });
    expect((await tenant.admin.listLeads({ search: "zeppelin" })).meta.total).toBe(5);
    expect((await tenant.admin.listLeads({ status: "contacted" })).meta.total).toBe(1);
    const history = (await tenant.admin.listAuditEntries({ record_id: contactedLead.id })).data;
    expect(history.map(({ operation, record_version }) => [operation, record_version])).toEqual([
      ["UPDATE", 2],
      ["INSERT", 1],
    ]);
    expect((await recountTenant(app, tenant.id)).differences).toEqual([]);
  });

  const settledList = async (): Promise<{ total: number; rows: number }> => {
    await app.settle();
    const { data: rows, meta } = await tenant.admin.listLeads({ limit: "6" });
    return { total: meta.total, rows: rows.length };
  };

  it("stores the runner's state separately from the embedded store", () => {
    expect(readdirSync(data)).toEqual([expect.stringMatching(/^external-127\.0\.0\.1-\d+$/)]);
    expect(existsSync(join(data, String(readdirSync(data)[0]), "secret"))).toBe(true);
  });
});

const RESTARTS = resolveTestSize("CRM_RESTARTS", 1, 3);
const KILLS = resolveTestSize("CRM_KILLS", 1, 4);

describe.skipIf(!findDynoxide())("a restart over an external server", () => {
  it("continues from the checkpoint, without lost or repeated records", async () => {
    const server = await startForeignServer();
    const data = newFolder();
    const delivered: string[][] = [];
    const start = (): Promise<App> => {
      const seen: string[] = [];
      delivered.push(seen);
      const readSequence = ({ dynamodb }: DynamoDBRecord): string => dynamodb?.SequenceNumber ?? "";
      return startTestApp({
        data,
        endpoint: server.endpoint,
        stream: (ports) => (event) => {
          seen.push(...event.Records.map(readSequence));
          return streamHandler(ports)(event);
        },
      });
    };
    let app = await start();
    let tenant = await signUp(app);
    const { token } = tenant;
    for (let round = 0; round < RESTARTS; round++) {
      for (let index = 0; index < 15; index++) await tenant.admin.createLead(newLead());
      // Stop before the stream is processed.
      await app.stop();
      app = await start();
      tenant = { ...tenant, admin: createClient(inProcessTransport(app, token)) };
    }
    await app.settle();
    const all = delivered.flat();
    expect(new Set(all).size).toBe(all.length);
    const leads = 15 * RESTARTS;
    expect((await tenant.admin.listLeads()).meta.total).toBe(leads);
    // One for each lead and person, for the user, and for the tenant.
    expect((await tenant.admin.listAuditEntries()).meta.total).toBe(leads + leads + 1 + 1);
    const proof = await recountTenant(app, tenant.id);
    expect(proof).toMatchObject({ differences: [], records: 2 * leads + 1 });
    await app.stop();
    await server.stop();
    removeFolder(data);
  });

  it("loses and repeats nothing after a kill of the server process", async () => {
    const server = await startForeignServer();
    const data = newFolder();
    const start = (): Promise<LaunchedServer> => spawnServer(data, { DYNAMODB_ENDPOINT: server.endpoint });
    const names = { tenant_name: "T", tenant_slug: "tt", first_name: "Ada", last_name: "Admin", email: "a@tt.example" };
    let running = await start();
    const { data: signedIn } = await createClient(httpTransport(running.url)).signup({ ...names, password: "Correct-Horse-9" });
    const connectClient = (url: string) => createClient(httpTransport(url, signedIn.access_token));
    await connectClient(running.url).updateTenant({ settings: { rate_limit_per_minute: 1_000_000 } });
    let acknowledged = 0;
    for (let round = 0; round < KILLS; round++) {
      const crm = connectClient(running.url);
      const writing = Array.from({ length: 3 }, async () => {
        for (;;) {
          await crm.createLead(newLead());
          acknowledged++;
        }
      }).map((writer) => writer.catch(() => undefined));
      const before = acknowledged;
      await waitUntil(() => acknowledged >= before + 8 + 5 * round);
      await killProcess(running.process);
      await Promise.all(writing);
      if (round < KILLS - 1) running = await start();
    }
    const app = await startTestApp({ data, endpoint: server.endpoint });
    await app.settle();
    const { meta } = await createClient(inProcessTransport(app, signedIn.access_token)).listLeads();
    console.log("acknowledged before kills", acknowledged, "there", meta.total);
    expect(acknowledged).toBeGreaterThanOrEqual(8 * KILLS);
    expect(meta.total).toBeGreaterThanOrEqual(acknowledged);
    expect(meta.total).toBeLessThanOrEqual(acknowledged + KILLS * 3);
    expect((await recountTenant(app, signedIn.tenant.id)).differences).toEqual([]);
    await app.stop();
    await server.stop();
    removeFolder(data);
  });
});

describe("an unsuitable external server", () => {
  const servers: Server[] = [];
  afterAll(() => {
    for (const server of servers) server.close();
  });

  /** A server that answers each operation with the given `[status, body]`. */
  async function answering(answers: Record<string, [number, unknown]>): Promise<string> {
    const server = createServer((request, response) => {
      const [, operation = ""] = String(request.headers["x-amz-target"]).split(".");
      const [status, body] = answers[operation] ?? [
        400,
        { __type: "com.amazonaws.dynamodb.v20120810#UnknownOperationException" },
      ];
      request.resume();
      response
        .writeHead(status, { "content-type": "application/x-amz-json-1.0" })
        .end(JSON.stringify(typeof body === "function" ? body() : body));
    });
    servers.push(server);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  }

  const starting = (endpoint: string) => startTestApp({ endpoint });
  const KeySchema = [{ AttributeName: "pk" }, { AttributeName: "sk" }];
  const GlobalSecondaryIndexes = indexNames.map((IndexName) => ({ IndexName, IndexStatus: "ACTIVE" }));
  const plain = { TableName: "crm", TableStatus: "ACTIVE", KeySchema, GlobalSecondaryIndexes };
  const streaming = {
    ...plain,
    StreamSpecification: { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" },
    LatestStreamArn: "arn:1",
  };

  it("is rejected with one sentence: invalid address, or no server", async () => {
    await expect(starting("localhost")).rejects.toThrow(
      /^DYNAMODB_ENDPOINT must be a URL such as http:\/\/127\.0\.0\.1:8000, but is localhost\.$/,
    );
    await expect(starting("http://127.0.0.1:9")).rejects.toThrow(
      /^No DynamoDB-compatible server responds at http:\/\/127\.0\.0\.1:9 \(ECONNREFUSED\): start it, or unset DYNAMODB_ENDPOINT/,
    );
  });

  it("is rejected with one sentence: no streams, no transactions, another table or kind of server", async () => {
    const without = await answering({ DescribeTable: [200, { Table: plain }] });
    await expect(starting(without)).rejects.toThrow(
      /^The table crm at http.* has no stream of new and old images, which counters/,
    );
    const noStreams = await answering({ DescribeTable: [200, { Table: streaming }], TransactWriteItems: [200, {}] });
    await expect(starting(noStreams)).rejects.toThrow(/has no stream of new and old images \(UnknownOperationException\)/);
    const noTransactions = await answering({ DescribeTable: [200, { Table: streaming }] });
    await expect(starting(noTransactions)).rejects.toThrow(
      /does not support transactions \(UnknownOperationException\), which every write requires/,
    );
    const otherTable = { ...streaming, KeySchema: [{ AttributeName: "id" }] };
    const foreign = await answering({ DescribeTable: [200, { Table: otherTable }] });
    await expect(starting(foreign)).rejects.toThrow(/does not belong to this system \(its key is id\)/);
    await expect(starting(await answering({}))).rejects.toThrow(
      /did not allow the table crm to be created or read \(UnknownOperationException/,
    );
  });

  it("is awaited while it creates the table", async () => {
    let pollCount = 0;
    const status = () => (++pollCount < 6 ? "CREATING" : "ACTIVE");
    const slowTable = await answering({ DescribeTable: [200, () => ({ Table: { ...streaming, TableStatus: status() } })] });
    await expect(starting(slowTable)).rejects.toThrow(/does not support transactions/);
    expect(pollCount).toBeGreaterThanOrEqual(6);
  });
});
