import { replaceDerivation } from "@crm/core/platform/auth/password-derivation.ts";
import { createClient, type Transport } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { inProcessTransport, startTestApp } from "../../support/app.ts";
import { dumpTable, readStoredBytes } from "./table-dump.ts";

/** The secrets in one user's life. Everything that was returned or could be read is recorded. */
let app: App;
const logLines: string[] = [];
const answers: { path: string; body: string }[] = [];
const secrets: Record<string, string> = {};
const revealingPaths = new Set(["/auth/signup", "/auth/login", "/auth/refresh", "/auth/activate", "/api-keys"]);

const recordAnswers =
  (transport: Transport): Transport =>
  async (request) => {
    const answer = await transport(request);
    answers.push({ path: request.path.replace("/api/v1", ""), body: answer.body + JSON.stringify(answer.headers) });
    return answer;
  };
const clientFor = (token?: string) => createClient(recordAnswers(inProcessTransport(app, token)));

beforeAll(async () => {
  app = await startTestApp({ log: { write: (...line) => logLines.push(JSON.stringify(line)) } });
  replaceDerivation();
  secrets.password = "First-Secret-9000";
  const { data } = await clientFor().signup({
    tenant_name: "Secrets",
    tenant_slug: "secrets",
    first_name: "Ada",
    last_name: "Admin",
    email: "ada@secrets.example",
    password: secrets.password,
  });
  const admin = clientFor(data.access_token);
  Object.assign(secrets, { signupRefresh: data.refresh_token, signupAccess: data.access_token });
  const next = (await clientFor().refresh({ refresh_token: data.refresh_token })).data;
  Object.assign(secrets, { nextRefresh: next.refresh_token, nextAccess: next.access_token });
  secrets.wrong = "Wrong-Secret-9000";
  await expect(clientFor().login({ email: "ada@secrets.example", password: secrets.wrong })).rejects.toMatchObject({
    status: 401,
  });
  const { data: signedIn } = await clientFor().login({ email: "ada@secrets.example", password: secrets.password });
  Object.assign(secrets, { login: signedIn.refresh_token, device: signedIn.device_token });

  const { data: key } = await admin.createApiKey({ name: "Robot", role: "ADMIN" });
  secrets.key = key.key;
  await clientFor(key.key).listUsers();
  await admin.revokeApiKey({ id: key.id }, { idempotencyKey: "revoke" });
  await admin.revokeApiKey({ id: key.id }, { idempotencyKey: "revoke" });

  const userInput = { email: "inge@secrets.example", first_name: "Inge", last_name: "Invited", role: "USER" as const };
  const { data: user } = await admin.createUser(userInput);
  await app.settle();
  const token = decodeURIComponent(/token=(\S+)/.exec(app.mail.sent(userInput.email)[0]?.text ?? "")?.[1] ?? "");
  secrets.second = "Second-Secret-9000";
  const active = (await clientFor().activate({ token, password: secrets.second })).data;
  secrets.third = "Third-Secret-9000";
  await clientFor(active.access_token).changePassword({ current_password: secrets.second, password: secrets.third });
  secrets.fourth = "Fourth-Secret-9000";
  const vera = { email: "vera@secrets.example", first_name: "Vera", last_name: "Vier", role: "USER" as const };
  await admin.createUser({ ...vera, password: secrets.fourth }, { idempotencyKey: "create" });
  await admin.createUser({ ...vera, password: secrets.fourth }, { idempotencyKey: "create" });
  await admin.deleteUser({ id: user.id });
  await app.settle();
  for (const entry of (await admin.listAuditEntries({ limit: 100 })).data) await admin.getAuditEntry({ id: entry.id });
});
afterAll(() => app.stop());

describe("a secret", () => {
  it("is never in clear text in the table, its stream or the stored database", async () => {
    const disk = readStoredBytes(app);
    expect(disk.includes("ada@secrets.example")).toBe(true);
    const leakedSecrets = Object.entries(secrets).filter(([, secret]) => disk.includes(secret));
    expect(leakedSecrets).toEqual([]);
  });

  it("is only in the response that creates it", () => {
    const otherAnswers = answers.filter(({ path }) => !revealingPaths.has(path));
    expect(otherAnswers.length).toBeGreaterThan(15);
    const leakingAnswers = otherAnswers.filter(({ body }) => Object.values(secrets).some((secret) => body.includes(secret)));
    expect(leakingAnswers).toEqual([]);
    for (const { body } of answers) expect(body).not.toMatch(/argon2|"hash"|secret_hash/);
    const passwords = Object.values(secrets).filter((secret) => secret.includes("-Secret-"));
    expect(answers.filter(({ body }) => passwords.some((password) => body.includes(password)))).toEqual([]);
  });

  it("is in no log line and no mail", () => {
    expect(logLines.length).toBeGreaterThan(20);
    const output = [...logLines, ...app.mail.sent().map((mail) => JSON.stringify(mail))].join("\n");
    expect(Object.entries(secrets).filter(([, secret]) => output.includes(secret))).toEqual([]);
  });

  it("is stored as argon2id with parameters if it is a password, separately from the user", async () => {
    const items = await dumpTable(app);
    const hashes = items.filter(({ sk }) => sk === "~password").map(({ hash }) => String(hash));
    expect(hashes).toHaveLength(3);
    for (const hash of hashes) expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$[\w+/]{22}\$[\w+/]{43}$/);
    expect(new Set(hashes).size).toBe(3);
    const elsewhere = items.filter(
      (item) => item.sk !== "~password" && !String(item.pk).startsWith("S#LOGIN#") && JSON.stringify(item).includes("argon2"),
    );
    expect(elsewhere).toEqual([]);
  });
});

describe("a repeat with the same idempotency key", () => {
  it("has the same response as the first request", () => {
    for (const path of ["/users", /^\/api-keys\/key_/]) {
      const matchingAnswers = answers.filter((answer) =>
        typeof path === "string" ? answer.path === path : path.test(answer.path),
      );
      const repeated = matchingAnswers.slice(-2).map(({ body }) => JSON.parse(body.slice(0, body.lastIndexOf("}{") + 1)).data);
      expect(repeated[0].id).toBeDefined();
      expect(repeated[1]).toEqual(repeated[0]);
    }
  });
});
