import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { findDefaultId as defaultNumber } from "@crm/core/messaging/sms-account/number.ts";
import { findDefaultId as defaultSender } from "@crm/core/messaging/sms-account/sender.ts";
import type { App } from "@crm/local/app.ts";
import { runControl } from "@crm/local/server/controls.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
beforeEach(async () => {
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "message"), work);

/** The credentials that the double of a provider accepts. */
async function readCredentials(provider: "twilio" | "telnyx"): Promise<Record<string, string>> {
  const url = new URL(`http://localhost/_local/providers/${provider}`);
  const { data } = (await runControl(app, "GET", url, Buffer.from("{}"))) as { data: { account: Record<string, string> } };
  const { public_key: _public, ...account } = data.account;
  return account;
}

const createSender = async (more: object = {}) => (await tenant.admin.createSmsSender({ name: "Harbour", ...more })).data;

const createAccount = async (more: object = {}, provider: "twilio" | "telnyx" = "twilio") => {
  const sender_id = (await createSender()).id;
  const accountInput = { name: "Ours", provider, sender_id, ...(await readCredentials(provider)), ...more };
  return (await tenant.admin.createSmsServiceAccount(accountInput)).data;
};

let lastNumber = 0;
const newNumber = (): string => `+1415555${String(1000 + ++lastNumber)}`;

const createNumber = async (account_id: string, more: object = {}) =>
  (await tenant.admin.createSmsNumber({ number: newNumber(), account_id, ...more })).data;

describe("an account of an SMS provider", () => {
  it("is for a project that exists, or for one of another system", async () => {
    const { id } = (await tenant.admin.createProject({ title: "Jetty" })).data;
    expect((await createAccount({ linked_project_id: id })).linked_project_id).toBe(id);
    expect((await createAccount({ linked_project_id: "4711" })).linked_project_id).toBe("4711");
    await expect(createAccount({ linked_project_id: `${id.slice(0, -4)}zzzz` })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "linked_project_id" }],
    });
  });

  it.each(["twilio", "telnyx"] as const)("of %s is checked, and its key is never returned", async (provider) => {
    const { account_sid: _shown, ...secrets } = await readCredentials(provider);
    const createdAccount = await createAccount({}, provider);
    expect((await tenant.admin.checkSmsServiceAccount({ id: createdAccount.id })).data).toMatchObject({
      works: true,
      problems: [],
    });
    const { data: renamed } = await tenant.admin.updateSmsServiceAccount({ id: createdAccount.id, name: "Theirs" });
    await app.settle();
    const seen = JSON.stringify([
      ...[createdAccount, renamed, (await tenant.admin.getSmsServiceAccount({ id: createdAccount.id })).data],
      ...[(await tenant.admin.listSmsServiceAccounts({})).data, (await tenant.admin.listAuditEntries({})).data],
    ]);
    expect(Object.keys(secrets)).toHaveLength(1);
    for (const secret of Object.values(secrets)) expect(seen).not.toContain(secret);
    expect(seen).not.toContain('sealed":{');
    await tenant.admin.deleteSmsServiceAccount({ id: createdAccount.id });
    await expect(tenant.admin.checkSmsServiceAccount({ id: createdAccount.id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });

  it("with a foreign key reports that, and works once it has its own", async () => {
    const { auth_token } = await readCredentials("twilio");
    const createdAccount = await createAccount({ auth_token: "f".repeat(32) });
    const check = async () => (await tenant.admin.checkSmsServiceAccount({ id: createdAccount.id })).data;
    expect(await check()).toMatchObject({ works: false, problems: [{ message: expect.any(String) }] });
    await tenant.admin.updateSmsServiceAccount({ id: createdAccount.id, auth_token });
    expect(await check()).toMatchObject({ works: true });
  });

  it.each([
    ["a key that is none", { auth_token: "short" }, "auth_token"],
    ["no key", { auth_token: undefined }, "auth_token"],
    ["no account SID", { account_sid: undefined }, "account_sid"],
    ["another provider's key", { api_key: "k".repeat(40) }, "api_key"],
    ["a sender that is not there", { sender_id: "ssd_01kt134r0055ny5s9f" }, "sender_id"],
  ])("with %s is rejected", async (_, more, field) => {
    await expect(createAccount(more)).rejects.toMatchObject({ details: [{ field }] });
  });

  it("keeps its sender and provider, and accepts a webhook of its provider only", async () => {
    const createdAccount = await createAccount();
    const otherSender = await createSender();
    for (const change of [{ provider: "telnyx" }, { sender_id: otherSender.id }])
      await expect(tenant.admin.updateSmsServiceAccount({ id: createdAccount.id, ...change })).rejects.toMatchObject({
        details: [{ field: Object.keys(change)[0] }],
      });
    const webhook = async (provider: "twilio" | "plivo") =>
      (await tenant.admin.createInboundWebhook({ provider, secret: "0123456789abcdef0123456789abcdef" })).data.id;
    const setWebhook = async (webhook_id: string) => tenant.admin.updateSmsServiceAccount({ id: createdAccount.id, webhook_id });
    await expect(setWebhook(await webhook("plivo"))).rejects.toMatchObject({ details: [{ field: "webhook_id" }] });
    expect((await setWebhook(await webhook("twilio"))).data.webhook_id).toMatch(/^iwh_/);
  });
});

describe("a number", () => {
  it("is unique in its tenant, also in concurrent requests, and is restored only if it is still free", async () => {
    const { id: account_id } = await createAccount();
    const numberInput = { number: newNumber(), account_id };
    const results = await Promise.allSettled([
      tenant.admin.createSmsNumber(numberInput),
      tenant.admin.createSmsNumber(numberInput),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const [{ id } = { id: "" }] = (await tenant.admin.listSmsNumbers({})).data;
    await tenant.admin.deleteSmsNumber({ id });
    const { data: second } = await tenant.admin.createSmsNumber(numberInput);
    await expect(tenant.admin.restoreSmsNumber({ id })).rejects.toMatchObject({ details: [{ field: "number" }] });
    await tenant.admin.deleteSmsNumber({ id: second.id });
    expect((await tenant.admin.restoreSmsNumber({ id })).data).toMatchObject({ number: numberInput.number, deleted_at: null });
    tenant = await signUp(app);
    expect((await createNumber((await createAccount()).id, { number: numberInput.number })).number).toBe(numberInput.number);
  });

  it.each(["004915112345678", "+0123456789", "+1 415 555 0100", "+1415555010012345"])(
    "must be E.164, not %s",
    async (invalidNumber) => {
      await expect(createNumber((await createAccount()).id, { number: invalidNumber })).rejects.toMatchObject({
        details: [{ field: "number" }],
      });
    },
  );

  it("stays itself", async () => {
    const { id } = await createNumber((await createAccount()).id);
    await expect(tenant.admin.updateSmsNumber({ id, number: newNumber() })).rejects.toMatchObject({
      details: [{ field: "number" }],
    });
    expect((await tenant.admin.updateSmsNumber({ id, messages_per_second: 0.5 })).data.messages_per_second).toBe(0.5);
  });
});

describe("the defaults", () => {
  it("are one number of a sender and one sender of all, also after concurrent requests", async () => {
    const { id: account_id, sender_id } = await createAccount();
    const numbers = await Promise.all(Array.from({ length: 4 }, () => createNumber(account_id, { is_default: true })));
    const defaultNumbers = (await tenant.admin.listSmsNumbers({ sender: sender_id })).data.filter(({ is_default }) => is_default);
    expect(defaultNumbers).toHaveLength(1);
    expect(await runInTenant(() => defaultNumber(sender_id))).toBe(defaultNumbers[0]?.id);
    expect(numbers.map(({ id }) => id)).toContain(defaultNumbers[0]?.id);
    await tenant.admin.deleteSmsNumber({ id: String(defaultNumbers[0]?.id) });
    expect(await runInTenant(() => defaultNumber(sender_id))).toBeUndefined();
    const first = await createSender({ is_default: true });
    const second = await createSender({ is_default: true });
    expect(await runInTenant(defaultSender)).toBe(second.id);
    expect((await tenant.admin.getSmsSender({ id: first.id })).data.is_default).toBe(false);
    await tenant.admin.updateSmsSender({ id: second.id, is_default: false });
    expect(await runInTenant(defaultSender)).toBeUndefined();
  });
});

describe("records that others refer to", () => {
  it("cannot be deleted, or be restored without those that they refer to", async () => {
    const { id, sender_id } = await createAccount();
    const { id: number_id } = await createNumber(id);
    await expect(tenant.admin.deleteSmsSender({ id: sender_id })).rejects.toMatchObject({ code: "CONFLICT" });
    await expect(tenant.admin.deleteSmsServiceAccount({ id })).rejects.toMatchObject({ code: "CONFLICT" });
    await tenant.admin.deleteSmsNumber({ id: number_id });
    await tenant.admin.deleteSmsServiceAccount({ id });
    await expect(tenant.admin.restoreSmsNumber({ id: number_id })).rejects.toMatchObject({ code: "CONFLICT" });
    await tenant.admin.deleteSmsSender({ id: sender_id });
    expect((await tenant.admin.restoreSmsSender({ id: sender_id })).data.deleted_at).toBeNull();
  });

  it("are managed by administrators, but all users read the names of senders", async () => {
    const { id, sender_id } = await createAccount();
    const rep = await addUser(app, tenant, "DIRECTOR");
    expect((await rep.client.getSmsSender({ id: sender_id })).data.name).toBe("Harbour");
    await expect(rep.client.updateSmsSender({ id: sender_id, name: "Mine" })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(rep.client.getSmsServiceAccount({ id })).rejects.toMatchObject({ code: "FORBIDDEN" });
    await expect(rep.client.listSmsNumbers({})).rejects.toMatchObject({ code: "FORBIDDEN" });
    const otherTenant = await signUp(app);
    await expect(otherTenant.admin.getSmsServiceAccount({ id })).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
