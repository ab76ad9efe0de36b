import { generateKeyPairSync } from "node:crypto";
import { accountFor, loadProvider } from "@crm/core/agreements/signature/provider/signature-account.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { App } from "@crm/local/app.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { buildEnvelope } from "./provider-double.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app);
  await callLocalControl("POST", "providers/docusign", { answer: "ok" });
  await callLocalControl("POST", "providers/dropbox_sign", { answer: "ok" });
});
afterAll(() => app.stop());

/** The data of a control are those of the control that the test names. */
const callLocalControl = async (method: string, path: string, body: object = {}): Promise<{ status: number; data: never }> =>
  // The route of a control decides its data, and each test knows its own.
  (await runControl(app, method, new URL(`http://localhost/_local/${path}`), Buffer.from(JSON.stringify(body)))) as never;

/** Runs work in the system context of a tenant. */
const runInTenant = <T>({ ports }: App, id: string, work: () => Promise<T>): Promise<T> =>
  runIn(systemContext(ports, id, "signature"), work);

/** The credentials that the provider's double accepts. */
async function readCredentials(provider: "docusign" | "dropbox_sign"): Promise<Record<string, string>> {
  const { data } = await callLocalControl("GET", `providers/${provider}`);
  return (data as { account: Record<string, string> }).account;
}

const buildAccountInput = async (provider: "docusign" | "dropbox_sign", more: object = {}) => ({
  provider,
  name: "Ours",
  environment: "demo" as const,
  ...(await readCredentials(provider)),
  ...more,
});

describe("an account with a signature provider", () => {
  it.each(["docusign", "dropbox_sign"] as const)(
    "of %s is created, read, checked and deleted, and its key is never returned",
    async (provider) => {
      const secret = Object.values(await readCredentials(provider)).find((credential) => credential.length > 50) ?? "";
      const { data: account, ...answer } = await tenant.admin.createSignatureAccount(await buildAccountInput(provider));
      expect(account).toMatchObject({ provider, name: "Ours", environment: "demo", is_default: false });
      const { data: renamed } = await tenant.admin.updateSignatureAccount({ id: account.id, name: "Theirs" });
      expect((await tenant.admin.checkSignatureAccount({ id: account.id })).data).toMatchObject({ works: true, problems: [] });
      await app.settle();
      const seen = JSON.stringify([
        ...[account, answer, renamed],
        ...[
          (await tenant.admin.getSignatureAccount({ id: account.id })).data,
          (await tenant.admin.listSignatureAccounts({})).data,
        ],
        ...[(await tenant.admin.listAuditEntries({})).data, await stored()],
      ]);
      for (const part of secret.split(/[\r\n]+/).filter((line) => line.length > 20 && !line.startsWith("-----")))
        expect(seen).not.toContain(part);
      expect(seen).not.toContain('sealed":{');
      const { data: deletedAccount } = await tenant.admin.deleteSignatureAccount({ id: account.id });
      expect(deletedAccount).toMatchObject({ id: account.id });
      await expect(tenant.admin.getSignatureAccount({ id: account.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
      await expect(runInTenant(app, tenant.id, () => loadProvider(account.id))).rejects.toMatchObject({ code: "RULE_VIOLATION" });
    },
  );

  /** The outbox and the mailbox, which are visible outside the tenant. */
  const stored = async () => [(await callLocalControl("GET", "outbox")).data, (await callLocalControl("GET", "mailbox")).data];

  it("is available to administrators of its own tenant only", async () => {
    const { data: account } = await tenant.admin.createSignatureAccount(await buildAccountInput("dropbox_sign"));
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.getSignatureAccount({ id: account.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(otherTenant.admin.checkSignatureAccount({ id: account.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(runInTenant(app, otherTenant.id, () => loadProvider(account.id))).rejects.toMatchObject({
      code: "RULE_VIOLATION",
    });
    for (const role of ["DIRECTOR", "SALES_REP", "USER"] as const) {
      const user = await addUser(app, tenant, role);
      await expect(user.client.getSignatureAccount({ id: account.id })).rejects.toMatchObject({ code: "FORBIDDEN" });
      await expect(user.client.createSignatureAccount(await buildAccountInput("dropbox_sign"))).rejects.toMatchObject({
        code: "FORBIDDEN",
      });
    }
  });

  it.each([
    ["a key that is none", "docusign", { private_key: "secret" }, "private_key"],
    ["a short key", "docusign", { private_key: generateShortKey() }, "private_key"],
    ["no key", "docusign", { private_key: undefined }, "private_key"],
    ["no user", "docusign", { user_id: undefined }, "user_id"],
    ["an integration key that is none", "docusign", { integration_key: "not-an-integration-key" }, "integration_key"],
    ["the key of another provider", "docusign", { api_key: "0123456789abcdef" }, "api_key"],
    ["no API key", "dropbox_sign", { api_key: undefined }, "api_key"],
    ["an account id", "dropbox_sign", { account_id: "93be49ab-afa0-4adf-933c-f752070d71ec" }, "account_id"],
    ["an environment that is none", "dropbox_sign", { environment: "http://10.0.0.1" }, "environment"],
    ["an address", "dropbox_sign", { base_url: "http://169.254.169.254" }, "base_url"],
  ] as const)("with %s is rejected without repeating the value", async (_, provider, more, field) => {
    const rejection = await tenant.admin.createSignatureAccount(await buildAccountInput(provider, more)).then(
      () => undefined,
      (error: { code: string; details: { field: string; message: string }[]; message: string }) => error,
    );
    expect(rejection).toMatchObject({ code: "VALIDATION_ERROR" });
    expect(rejection?.details.map((detail) => detail.field)).toEqual([field]);
    const value = (more as Record<string, string | undefined>)[field];
    if (value !== undefined && field.endsWith("key")) expect(JSON.stringify(rejection)).not.toContain(value);
  });

  it("cannot change its provider or environment", async () => {
    const { data: account } = await tenant.admin.createSignatureAccount(await buildAccountInput("dropbox_sign"));
    await expect(tenant.admin.updateSignatureAccount({ id: account.id, environment: "production" })).rejects.toMatchObject({
      details: [{ field: "environment" }],
    });
  });

  it("takes a new key, and uses it from then on", async () => {
    const { data: account } = await tenant.admin.createSignatureAccount(await buildAccountInput("dropbox_sign"));
    const next = "fedcba9876543210fedcba9876543210";
    const { data: changedAccount } = await tenant.admin.updateSignatureAccount({ id: account.id, api_key: next });
    expect(changedAccount.secret_changed_at > account.secret_changed_at).toBe(true);
    expect((await tenant.admin.checkSignatureAccount({ id: account.id })).data).toMatchObject({
      works: false,
      problems: [{ code: "unauthorized" }],
    });
    await callLocalControl("POST", "providers/dropbox_sign", { api_key: next });
    expect((await tenant.admin.checkSignatureAccount({ id: account.id })).data.works).toBe(true);
    const { data: again } = await tenant.admin.updateSignatureAccount({ id: account.id, api_key: next });
    expect(again.version).toBe(changedAccount.version + 1);
  });

  it("returns the address at which consent is given", async () => {
    const { data: account } = await tenant.admin.createSignatureAccount(await buildAccountInput("docusign"));
    const { integration_key } = await readCredentials("docusign");
    await callLocalControl("POST", "providers/docusign", { integration: { integration_key, consent: false } });
    const { data } = await tenant.admin.checkSignatureAccount({ id: account.id });
    expect(data).toMatchObject({ works: false, problems: [{ code: "consent_required" }] });
    expect(data.problems[0]?.url).toMatch(/^https:\/\/account-d\.docusign\.com\/oauth\/auth\?/);
    await callLocalControl("POST", "providers/docusign", { integration: { integration_key, consent: true } });
    expect((await tenant.admin.checkSignatureAccount({ id: account.id })).data.works).toBe(true);
  });

  it("is the only default of its provider, also after concurrent requests", async () => {
    const make = async (name: string) =>
      (await tenant.admin.createSignatureAccount(await buildAccountInput("dropbox_sign", { name, is_default: true }))).data;
    const first = await make("First");
    const findDefaultAccount = () => runInTenant(app, tenant.id, () => accountFor("dropbox_sign"));
    expect(await findDefaultAccount()).toBe(first.id);
    await Promise.all([make("Second"), make("Third")]);
    const { data: all } = await tenant.admin.listSignatureAccounts({});
    const defaults = all.filter(({ is_default }) => is_default);
    expect(defaults).toHaveLength(1);
    expect(await findDefaultAccount()).toBe(defaults[0]?.id);
    await tenant.admin.deleteSignatureAccount({ id: String(defaults[0]?.id) });
    await expect(findDefaultAccount()).rejects.toMatchObject({ code: "RULE_VIOLATION" });
    await expect(runInTenant(app, tenant.id, () => accountFor("docusign", first.id))).rejects.toMatchObject({
      code: "RULE_VIOLATION",
    });
  });

  it("provides the adapter for sending, and the provider's mail is in the mailbox", async () => {
    const { data: account } = await tenant.admin.createSignatureAccount(await buildAccountInput("docusign"));
    const sent = await runInTenant(app, tenant.id, async () => (await loadProvider(account.id)).send(buildEnvelope()));
    const mails = (await callLocalControl("GET", "mailbox?to=grace@harbour.example")).data as {
      channel: string;
      subject: string;
    }[];
    expect(mails.at(-1)).toMatchObject({ channel: "signature", subject: expect.stringContaining("Fleet contract") });
    const outbox = (await callLocalControl("GET", "outbox")).data as { url: string; status: number; provider: string }[];
    expect(outbox.at(-1)).toMatchObject({ provider: "docusign", status: 201, url: expect.stringMatching(/\/envelopes$/) });
    expect(
      (await callLocalControl("POST", `providers/docusign/envelopes/${sent.envelope_id}`, { do: "sign", signer: "2" })).status,
    ).toBe(400);
    expect(
      (await callLocalControl("POST", `providers/docusign/envelopes/${sent.envelope_id}`, { do: "sign", signer: "1" })).status,
    ).toBe(200);
    expect((await callLocalControl("POST", "providers/docusign", { answer: "sometimes" })).status).toBe(400);
    expect((await callLocalControl("GET", "providers/unknown")).status).toBe(404);
  });
});

function generateShortKey(): string {
  return generateKeyPairSync("rsa", {
    modulusLength: 1024,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  }).privateKey;
}
