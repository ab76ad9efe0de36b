import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { App } from "@crm/local/app.ts";
import { startServer } from "@crm/local/server/http-server.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** Headers in which a client names the host, over real HTTP: links and addresses are built from the configured origin only. */

let app: App;
let server: Awaited<ReturnType<typeof startServer>>;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  server = await startServer(app, 0);
  tenant = await signUp(app);
});
afterAll(async () => {
  await server.close();
  await app.stop();
});

const EVIL_HOST = "evil.example";
const hostHeaders = [
  ["host", EVIL_HOST],
  ["x-forwarded-host", EVIL_HOST],
  ["x-forwarded-proto", "gopher"],
  ["x-forwarded-server", EVIL_HOST],
  ["x-original-host", EVIL_HOST],
  ["x-host", EVIL_HOST],
  ["forwarded", `host=${EVIL_HOST};proto=https`],
  ["origin", `https://${EVIL_HOST}`],
  ["referer", `https://${EVIL_HOST}/`],
];

/** Posts a JSON body with these headers, and returns the answer as text with its headers. */
async function post(path: string, body: object, token?: string): Promise<{ status: number; text: string }> {
  const bytes = Buffer.from(JSON.stringify(body));
  const { hostname, port } = new URL(server.url);
  const call = request({
    ...{ host: hostname, port, method: "POST", path: `/api/v1${path}`, agent: false },
    headers: [
      ...hostHeaders,
      ["content-type", "application/json"],
      ["content-length", String(bytes.length)],
      ...(token === undefined ? [] : [["authorization", `Bearer ${token}`]]),
    ].flat(),
  });
  call.end(bytes);
  const [answer] = (await once(call, "response")) as [IncomingMessage];
  const parts: Buffer[] = [];
  for await (const part of answer as AsyncIterable<Buffer>) parts.push(part);
  return { status: answer.statusCode ?? 0, text: JSON.stringify(answer.headers) + Buffer.concat(parts).toString() };
}

describe("a host that a request names", () => {
  it("is in no link of a password reset", async () => {
    const user = await addUser(app, tenant, "USER");
    expect((await post("/auth/password/forgot", { email: user.email })).status).toBeLessThan(300);
    await app.settle();
    const text = app.mail.sent(user.email).at(-1)?.text ?? "";
    expect(text).toContain(`${app.ports.origin}/`);
    expect(text).not.toContain(EVIL_HOST);
  });

  it("is in no link of an invitation", async () => {
    const email = `invited@${tenant.slug}.example`;
    const { status } = await post("/users", { email, first_name: "Inge", last_name: "Invited", role: "USER" }, tenant.token);
    expect(status).toBe(201);
    await app.settle();
    const text = app.mail.sent(email).at(-1)?.text ?? "";
    expect(text).toContain(`${app.ports.origin}/`);
    expect(text).not.toContain(EVIL_HOST);
  });

  it("is in no address that an answer returns", async () => {
    const { status, text } = await post("/webhooks/inbound", { provider: "twilio", secret: "token" }, tenant.token);
    expect(status).toBe(201);
    expect(text).toContain(`${server.url}/hooks/`);
    expect(text.replaceAll(`https://${EVIL_HOST}"`, "")).not.toContain(EVIL_HOST);
  });
});
