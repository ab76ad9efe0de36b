import { createHash } from "node:crypto";
import { readdirSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import { Clock } from "@crm/core/kernel/clock.ts";
import { type Actor, runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Principal } from "@crm/core/platform/sign-in/principal.ts";
import { Upload } from "@crm/core/platform/upload/upload.ts";
import { retryOnConflict, transaction } from "@crm/core/storage/write/transaction.ts";
import { type Client, createClient } from "@crm/functions/derive/client.ts";
import { fileResponse, MAX_RESPONSE_BYTES } from "@crm/functions/http/file-response.ts";
import { AUTHENTICATION_KEYSPACES } from "@crm/functions/http/operation.ts";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { sweepAndAct } from "../../storage/scheduler/support.ts";
import { addUser, inProcessTransport, signIn, signUp, startTestApp, type Tenant, type TestUser } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let otherTenant: Tenant;
let rep: TestUser;
let server: Awaited<ReturnType<typeof startServer>>;

beforeAll(async () => {
  app = await startTestApp();
  [tenant, otherTenant] = [await signUp(app), await signUp(app)];
  rep = await addUser(app, tenant, "SALES_REP");
  server = await startServer(app, 0);
});
afterAll(async () => {
  await server.close();
  await app.stop();
});
afterEach(() => app.setClock({ reset: true }));

const HOUR_MS = 3_600_000;
const csvBytes = Buffer.from("name,city\nAda,London\n");

const uploadInput = (more: object = {}) => ({ file_name: "list.csv", content_type: "text/csv", size: csvBytes.length, ...more });

async function announceUpload(as: Client = tenant.admin, more: object = {}) {
  return (await as.createUpload(uploadInput(more))).data;
}

type Link = Awaited<ReturnType<typeof announceUpload>>;

const sendBytes = (link: Link, body: Buffer = csvBytes, headers: Record<string, string> = {}) =>
  fetch(link.url, { method: link.method, headers: { ...link.headers, ...headers }, body: new Uint8Array(body) });

/** Creates an upload as the administrator and sends its bytes. */
async function createSentUpload(body: Buffer = csvBytes): Promise<string> {
  const link = await announceUpload(tenant.admin, { size: body.length });
  expect((await sendBytes(link, body)).status).toBe(200);
  return link.upload_id;
}

const readStatus = async (id: string, as: Client = tenant.admin) => (await as.getUpload({ id })).data.status;
const objectKey = (id: string): string => `${tenant.id}/uploads/${id}`;

/** Runs work as a user, as in an operation. */
function runAsUser<T>(id: string, work: () => Promise<T>, actorTenant: Tenant = tenant): Promise<T> {
  const actor: Actor = { type: "user", tenant_id: actorTenant.id, id, session_id: "ses_x", roles: ["ADMIN"] };
  return runIn({ ...systemContext(app.ports, actorTenant.id, "test"), actor }, work);
}
const takeUpload = (id: string, use = "test") => runAsUser(tenant.userId, () => Upload.take(id, use));

const catchRejection = async (work: Promise<unknown>) => {
  const error = (await work.then(
    () => undefined,
    (thrown) => thrown,
  )) as { code: string; details: { field: string; message: string }[] } | undefined;
  return error && [error.code, error.details.map(({ field }) => field)];
};

describe("an upload", () => {
  it("is announced, sent, and visible to its creator and administrators", async () => {
    const link = await announceUpload(rep.client);
    expect(link.upload_id).toMatch(/^upl_/);
    expect([link.method, link.headers]).toEqual(["PUT", { "content-type": "text/csv" }]);
    expect(new URL(link.url).pathname).toMatch(/^\/_objects\//);
    expect(await readStatus(link.upload_id, rep.client)).toBe("PENDING");
    expect((await sendBytes(link)).status).toBe(200);
    for (const client of [rep.client, tenant.admin]) {
      const { data } = await client.getUpload({ id: link.upload_id });
      expect(data).toMatchObject({
        status: "STORED",
        file_name: "list.csv",
        size: csvBytes.length,
        created_by: rep.id,
        used_at: null,
      });
      expect(Date.parse(data.expires_at) - Date.parse(data.created_at)).toBe(24 * HOUR_MS);
    }
    const otherUser = await addUser(app, tenant, "MANAGER");
    for (const client of [otherUser.client, otherTenant.admin]) {
      await expect(client.getUpload({ id: link.upload_id })).rejects.toMatchObject({ status: 404 });
    }
  });

  it("has a link, like a file, that ends with the session or API key that requested it", async () => {
    const expires_at = new Date(Clock.ms() + 120_000).toISOString();
    const { data: key } = await tenant.admin.createApiKey({ name: "Short", role: "ADMIN", expires_at });
    const link = await announceUpload(createClient(inProcessTransport(app, key.key)));
    const saidUntil = (url: string): number =>
      JSON.parse(Buffer.from(url.split("/").at(-1)?.split(".")[0] ?? "", "base64url").toString()).until;
    for (const until of [Date.parse(link.expires_at), saidUntil(link.url)]) {
      expect(until).toBeLessThanOrEqual(Date.parse(expires_at));
      expect(until).toBeGreaterThan(Date.parse(expires_at) - 10_000);
    }
    const context = systemContext(app.ports, undefined, "test", AUTHENTICATION_KEYSPACES);
    const readPrincipal = (token: string) => runIn(context, () => Principal.fromToken(token));
    const answer = await runIn({ ...context, actor: (await readPrincipal(key.key)).actor, credentialExpiresAt: expires_at }, () =>
      fileResponse({ file_name: "x.csv", content_type: "text/csv", bytes: Buffer.alloc(MAX_RESPONSE_BYTES + 1) }),
    );
    expect(saidUntil(answer.headers?.location ?? "")).toBeLessThanOrEqual(Date.parse(expires_at));
    const session = Date.parse((await readPrincipal(rep.token)).expires_at ?? "");
    expect(session - Clock.ms()).toBeGreaterThan(29 * 24 * HOUR_MS);
  });

  it("has the same address for a repeat with an Idempotency-Key", async () => {
    const options = { idempotencyKey: "upload-1" };
    const [first, again] = [
      await tenant.admin.createUpload(uploadInput(), options),
      await tenant.admin.createUpload(uploadInput(), options),
    ];
    expect(again.data).toEqual(first.data);
  });

  it.each([
    ["no size", { size: 0 }, "size"],
    ["half a byte", { size: 1.5 }, "size"],
    ["more than 512 MB", { size: 512 * 1024 * 1024 + 1 }, "size"],
    ["a picture with scripts", { content_type: "image/svg+xml" }, "content_type"],
    ["a web page", { content_type: "text/html" }, "content_type"],
    ["a path", { file_name: "../list.csv" }, "file_name"],
    ["a path of Windows", { file_name: "C:\\list.csv" }, "file_name"],
    ["a name that breaks a line", { file_name: "a\r\nb.csv" }, "file_name"],
    ["a name that is too long", { file_name: "a".repeat(256) }, "file_name"],
    ["no name", { file_name: " " }, "file_name"],
    ["half a character", { file_name: "\ud800" }, "file_name"],
    ["what only the system sets", { used_for: "x" }, "used_for"],
  ])("is rejected with %s", async (_, more, field) => {
    await expect(announceUpload(tenant.admin, more)).rejects.toMatchObject({ status: 400, details: [{ field }] });
  });

  it.each([
    ["a name of 255 characters", { file_name: "ä".repeat(255) }],
    ["512 MB", { size: 512 * 1024 * 1024 }],
    ["a type with parameters, in capitals", { content_type: "Text/CSV; charset=utf-8" }],
    ["what Windows says of CSV", { content_type: "application/vnd.ms-excel" }],
  ])("is accepted with %s", async (_, more) => {
    expect((await announceUpload(tenant.admin, more)).upload_id).toMatch(/^upl_/);
  });
});

describe("the address of an upload", () => {
  const parseLink = (link: Link) => {
    const [text = "", signature = ""] = link.url.split("/_objects/")[1]?.split(".") ?? [];
    return { said: JSON.parse(Buffer.from(text, "base64url").toString()) as Record<string, unknown>, signature };
  };
  const forged = (link: Link, change: object): Link => {
    const { said: payload, signature } = parseLink(link);
    const text = Buffer.from(JSON.stringify({ ...payload, ...change })).toString("base64url");
    return { ...link, url: `${server.url}/_objects/${text}.${signature}` };
  };

  it("cannot be changed: neither its key, size, type, expiry nor purpose", async () => {
    const link = await announceUpload();
    const changes = [
      { key: `${otherTenant.id}/uploads/upl_x` },
      { size: 1 },
      { content_type: "text/plain" },
      { until: 9e15 },
      { method: "GET", file_name: "x" },
    ];
    for (const change of changes) {
      const answer = await sendBytes(forged(link, change));
      expect([answer.status, ((await answer.json()) as { error: { code: string } }).error.code]).toEqual([403, "FORBIDDEN"]);
    }
    for (const token of ["", ".", "x", "x.y", `${link.url.split("/_objects/")[1]}x`, "%", "e30.e30"]) {
      expect((await fetch(`${server.url}/_objects/${token}`, { method: "PUT", body: "x" })).status).toBe(403);
    }
    expect(await readStatus(link.upload_id)).toBe("PENDING");
    expect((await sendBytes(link)).status).toBe(200);
  });

  it("accepts PUT only", async () => {
    const link = await announceUpload();
    for (const method of ["GET", "POST", "DELETE", "HEAD"]) expect((await fetch(link.url, { method })).status).toBe(403);
  });

  it("is valid for an hour", async () => {
    const link = await announceUpload();
    app.setClock({ advance: HOUR_MS });
    expect((await sendBytes(link)).status).toBe(403);
    app.setClock({ advance: -1000 });
    expect((await sendBytes(link)).status).toBe(200);
  });

  it("accepts exactly the announced bytes, regardless of the declared length", async () => {
    const link = await announceUpload();
    const wrongBodies = [Buffer.concat([csvBytes, csvBytes]), csvBytes.subarray(1), Buffer.alloc(0)];
    for (const body of wrongBodies) {
      expect((await sendBytes(link, body)).status).toBe(400);
      expect(await sendChunked(link, body)).toBe(400);
      expect(await app.objects.open(objectKey(link.upload_id))).toBeUndefined();
    }
    expect((await sendBytes(link, csvBytes, { "content-type": "text/html" })).status).toBe(400);
    // An immediate rejection leaves no file either, whether it or the file's creation comes first.
    for (let round = 0; round < 120; round++) expect(await sendChunked(link, wrongBodies[round % 3] as Buffer)).toBe(400);
    expect(readdirSync(join(app.state.folder, "objects.partial"))).toEqual([]);
    expect(await sendChunked(link, csvBytes)).toBe(200);
  });

  it("stores the first of several concurrent transfers, completely", async () => {
    const link = await announceUpload(tenant.admin, { size: 5_000_000 });
    const bodies = [1, 2, 3].map((fill) => Buffer.alloc(5_000_000, fill));
    const answers = await Promise.all(bodies.map(async (body) => (await sendBytes(link, body)).status));
    expect(answers.sort()).toEqual([200, 412, 412]);
    const chunks: Buffer[] = [];
    for await (const chunk of (await app.objects.open(objectKey(link.upload_id)))?.read() ?? []) chunks.push(Buffer.from(chunk));
    const storedBody = Buffer.concat(chunks);
    expect(bodies.some((body) => body.equals(storedBody))).toBe(true);
  });

  it("stores nothing of an aborted transfer", async () => {
    const link = await announceUpload(tenant.admin, { size: 1_000_000 });
    const leaving = httpRequest(link.url, { method: "PUT", headers: { ...link.headers, "content-length": "1000000" } });
    leaving.on("error", () => undefined);
    leaving.write(Buffer.alloc(500_000));
    await expect.poll(() => readdirSync(join(app.state.folder, "objects.partial")).length).toBe(1);
    leaving.destroy();
    await expect.poll(() => readdirSync(join(app.state.folder, "objects.partial"))).toEqual([]);
    expect(await app.objects.open(objectKey(link.upload_id))).toBeUndefined();
    expect((await sendBytes(link, Buffer.alloc(1_000_000, "a"))).status).toBe(200);
  });
});

/** Sends a body without its length. */
const sendChunked = (link: Link, body: Buffer): Promise<number> =>
  new Promise((resolve, reject) => {
    const request = httpRequest(link.url, { method: link.method, headers: link.headers }, (response) => {
      response.resume();
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", reject);
    if (body.length > 0) request.write(body.subarray(0, 5));
    request.end(body.subarray(5));
  });

describe("a consumed upload", () => {
  it("provides its bytes and their detected type", async () => {
    const id = await createSentUpload();
    const takenUpload = await takeUpload(id, "import imp_1");
    expect(takenUpload).toMatchObject({
      id,
      key: objectKey(id),
      file_name: "list.csv",
      content_type: "text/csv",
      detected_type: "TEXT",
    });
    const chunks: Uint8Array[] = [];
    for await (const chunk of takenUpload.source.read()) chunks.push(chunk);
    expect(Buffer.concat(chunks).equals(csvBytes)).toBe(true);
    const { data } = await tenant.admin.getUpload({ id });
    expect(data).toMatchObject({ status: "USED", used_for: "import imp_1", detected_type: "TEXT", sha256: null });
  });

  it("is consumed once, also in concurrent requests", async () => {
    const id = await createSentUpload();
    const tries = await Promise.allSettled([1, 2, 3, 4].map((n) => takeUpload(id, `use ${n}`)));
    expect(tries.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of tries) if (result.status === "rejected") expect(result.reason.code).toBe("CONFLICT");
    expect(await catchRejection(takeUpload(id))).toEqual(["CONFLICT", ["upload_id"]]);
    expect((await tenant.admin.getUpload({ id })).data.used_for).toMatch(/^use \d$/);
  });

  it("is consumed in the caller's transaction, or not at all", async () => {
    const id = await createSentUpload();
    const takeInTransaction = (fail: boolean) =>
      runAsUser(tenant.userId, () =>
        retryOnConflict(async () => {
          const tx = transaction();
          const { key } = await Upload.take(id, "joined", tx);
          if (fail) throw new Error("thought better of it");
          return tx.commit(key);
        }),
      );
    await expect(takeInTransaction(true)).rejects.toThrow("thought better");
    expect(await readStatus(id)).toBe("STORED");
    const results = await Promise.allSettled([takeInTransaction(false), takeInTransaction(false)]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    expect(await catchRejection(takeInTransaction(false))).toEqual(["CONFLICT", ["upload_id"]]);
  });

  it("must belong to the user and tenant, with the same error as an unknown one", async () => {
    const id = await createSentUpload();
    const expected = ["VALIDATION_ERROR", ["upload_id"]];
    expect(await catchRejection(runAsUser(rep.id, () => Upload.take(id, "x")))).toEqual(expected);
    expect(await catchRejection(runAsUser(otherTenant.userId, () => Upload.take(id, "x"), otherTenant))).toEqual(expected);
    // A user's id is meaningless in another tenant.
    expect(await catchRejection(runAsUser(tenant.userId, () => Upload.take(id, "x"), otherTenant))).toEqual(expected);
    for (const otherId of ["upl_000000000000000000", tenant.userId, "", "x"])
      expect(await catchRejection(takeUpload(otherId))).toEqual(expected);
    expect(await readStatus(id)).toBe("STORED");
  });

  it("must have bytes of the announced size", async () => {
    const { upload_id: id } = await announceUpload();
    expect(await catchRejection(takeUpload(id))).toEqual(["RULE_VIOLATION", ["upload_id"]]);
    await app.objects.write(objectKey(id), csvBytes.subarray(1));
    expect(await catchRejection(takeUpload(id))).toEqual(["RULE_VIOLATION", ["upload_id"]]);
    await app.objects.write(objectKey(id), csvBytes);
    expect((await takeUpload(id)).key).toBe(objectKey(id));
  });

  it("must not have expired", async () => {
    const [late, intime] = [await createSentUpload(), await createSentUpload()];
    app.setClock({ advance: 24 * HOUR_MS - 60_000 });
    expect((await takeUpload(intime)).id).toBe(intime);
    app.setClock({ advance: 60_000 });
    expect(await catchRejection(takeUpload(late))).toEqual(["RULE_VIOLATION", ["upload_id"]]);
  });

  it("gets its digest when its bytes are read completely", async () => {
    const body = Buffer.alloc(3_000_000, "row\n");
    const id = await createSentUpload(body);
    await takeUpload(id);
    const expected = createHash("sha256").update(body).digest("hex");
    for (let attempt = 0; attempt < 2; attempt++) {
      expect(await runIn(systemContext(app.ports, tenant.id, "import"), () => Upload.digest(id))).toBe(expected);
    }
    const { data } = await tenant.admin.getUpload({ id });
    expect([data.sha256, data.status, data.version]).toEqual([expected, "USED", 3]);
  });
});

describe("unused uploads", () => {
  const run = () => sweepAndAct(app);
  const again = async () => createClient(inProcessTransport(app, (await signIn(app, tenant)).access_token));

  it("are deleted with their bytes after a day, with an hour for readers", async () => {
    const [stored, { upload_id: unsentId }] = [await createSentUpload(), await announceUpload()];
    app.setClock({ advance: 24 * HOUR_MS + 60_000 });
    await run();
    const { data: waiting } = await (await again()).getUpload({ id: stored });
    expect([waiting.status, (await app.objects.open(objectKey(stored)))?.size]).toEqual(["EXPIRED", csvBytes.length]);
    app.setClock({ advance: HOUR_MS });
    await run();
    expect(await app.objects.open(objectKey(stored))).toBeUndefined();
    for (const id of [stored, unsentId]) {
      const { data } = await (await again()).getUpload({ id });
      expect([data.status, data.kept_until, data.version]).toEqual(["EXPIRED", null, 2]);
    }
    await run();
    expect((await (await again()).getUpload({ id: stored })).data.version).toBe(2);
  });

  it("stay for a week while they are used", async () => {
    const id = await createSentUpload();
    await takeUpload(id);
    app.setClock({ advance: 7 * 24 * HOUR_MS - 60_000 });
    await run();
    expect((await app.objects.open(objectKey(id)))?.size).toBe(csvBytes.length);
    app.setClock({ advance: 120_000 });
    await run();
    expect(await app.objects.open(objectKey(id))).toBeUndefined();
    expect((await (await again()).getUpload({ id })).data).toMatchObject({ status: "USED", kept_until: null });
  });

  it("are deleted even if the sweep was killed between bytes and record", async () => {
    const id = await createSentUpload();
    app.setClock({ advance: 26 * HOUR_MS });
    await app.objects.delete(objectKey(id));
    await run();
    expect((await (await again()).getUpload({ id })).data).toMatchObject({ status: "EXPIRED", kept_until: null });
  });

  it("are not deleted early on any request", async () => {
    const id = await createSentUpload();
    await runIn(systemContext(app.ports, tenant.id, "due"), () => Upload.expire(id, Clock.now()));
    expect((await app.objects.open(objectKey(id)))?.size).toBe(csvBytes.length);
    expect(await readStatus(id)).toBe("STORED");
  });

  it("are included in the recount, and their audit trail contains no address", async () => {
    const link = await announceUpload();
    await app.settle();
    const { data } = await tenant.admin.listAuditEntries({ record_id: link.upload_id });
    expect(data.length).toBe(1);
    const { data: entry } = await tenant.admin.getAuditEntry({ id: String(data[0]?.id) });
    expect(JSON.stringify(entry)).not.toContain("_objects");
  });
});
