import { Clock } from "@crm/core/kernel/clock.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { addUser, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { setUpSmsProvider } from "./sms-provider-double.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
});
const HOUR_MS = 60 * 60 * 1000;
beforeEach(async () => {
  // Move to the start of an hour, because test messages are counted by the hour.
  app.setClock({ advance: HOUR_MS - (Clock.ms() % HOUR_MS) });
  tenant = await signUp(app);
  const tracked = { name: "News", way: "house", address: "news@harbour.example", is_default: true, tracks: true, daily_limit: 1 };
  await tenant.admin.createMailAccount(tracked);
});
afterAll(() => app.stop());

const createTemplate = async (more: object = {}) => {
  const words = {
    subject: "For {{contact.first_name}}",
    body_html: '<p>Dear {{contact.first_name}}, <a href="https://a.example">A</a></p>',
  };
  return (await tenant.admin.createMessageTemplate({ name: "Welcome", channel: "EMAIL", ...words, ...more })).data;
};

const testTemplate = async (as: Tenant["admin"], input: object) => {
  const { data } = await allowAnyInput(as).testMessageTemplate(input);
  await app.settle();
  return (await tenant.admin.getMessage({ id: data.id })).data;
};

describe("a test of a template", () => {
  it("goes to the caller with sample values, is marked, not tracked, and not counted in limits", async () => {
    const { id } = await createTemplate({ is_active: false });
    const rep = await addUser(app, tenant, "SALES_REP");
    const messages = [await testTemplate(rep.client, { id, sample: true }), await testTemplate(rep.client, { id, sample: true })];
    const { email } = (await tenant.admin.getUser({ id: rep.id })).data;
    // The account's daily limit is one message.
    expect(messages.map(({ purpose, status, to_address }) => [purpose, status, to_address])).toEqual([
      ["test", "delivered", email.toLowerCase()],
      ["test", "delivered", email.toLowerCase()],
    ]);
    const service = { channel: "email", to: "first.of.the.day@mail.example", subject: "Hello", body: "Words" };
    const { data: first } = await tenant.admin.sendMessage(service);
    await app.settle();
    expect((await tenant.admin.getMessage({ id: first.id })).data.status).toBe("delivered");
    const mail = app.mail.sent(email).at(-1);
    expect(mail).toMatchObject({ subject: "[Test] For Ada" });
    expect(mail?.html).toBe('<p>Dear Ada, <a href="https://a.example">A</a></p>');
    expect(Object.keys(mail?.headers ?? {})).not.toContain("List-Unsubscribe");
  });

  it("uses a record visible to the caller, and goes to users of the tenant only", async () => {
    const { id } = await createTemplate();
    const rep = await addUser(app, tenant, "SALES_REP");
    const { data: lead } = await tenant.admin.createLead({ last_name: "Byron", owner_id: tenant.userId });
    const catchRejection = (as: Tenant["admin"], more: object) => as.testMessageTemplate({ id, ...more }).catch((error) => error);
    expect(await catchRejection(rep.client, { related_to_id: lead.id })).toMatchObject({ details: [{ field: "related_to_id" }] });
    // A lead has no contact, and a message with an empty field is not sent.
    expect(await catchRejection(tenant.admin, { related_to_id: lead.id })).toMatchObject({
      details: [{ field: "merge.contact.first_name" }],
    });
    // Without a record, merge fields have sample values.
    expect(await catchRejection(tenant.admin, {})).toMatchObject({ status: 202 });
    const stranger = await signUp(app);
    const [foreignUser] = (await stranger.admin.listUsers({})).data;
    expect(await catchRejection(tenant.admin, { sample: true, user_id: foreignUser?.id })).toMatchObject({
      details: [{ field: "user_id" }],
    });
    expect(await catchRejection(tenant.admin, { sample: true, to: "x@mail.example" })).toMatchObject({
      details: [{ field: "to" }],
    });
    expect(await catchRejection(stranger.admin, { sample: true })).toMatchObject({ code: "NOT_FOUND" });
    const message = await testTemplate(tenant.admin, {
      id,
      sample: true,
      user_id: rep.id,
      merge: { "contact.first_name": "Grace" },
    });
    expect(message).toMatchObject({ subject: "[Test] For Grace" });
  });

  it("is limited to sixty an hour for one address", async () => {
    const { id } = await createTemplate();
    const rep = await addUser(app, tenant, "SALES_REP");
    const testInput = { id, sample: true, user_id: rep.id };
    for (let nth = 0; nth < 60; nth++) await tenant.admin.testMessageTemplate(testInput);
    await expect(tenant.admin.testMessageTemplate(testInput)).rejects.toMatchObject({ code: "RATE_LIMITED" });
    expect(await testTemplate(tenant.admin, { id, sample: true })).toMatchObject({ purpose: "test" });
  });

  it("is not sent to an address that complained, and needs a phone number for SMS", async () => {
    const { id } = await createTemplate();
    const rep = await addUser(app, tenant, "SALES_REP");
    const { email } = (await tenant.admin.getUser({ id: rep.id })).data;
    await tenant.admin.createSuppression({ channel: "email", address: email, reason: "COMPLAINED" });
    expect(await testTemplate(rep.client, { id, sample: true })).toMatchObject({ status: "failed", held_reason: "suppressed" });
    await setUpSmsProvider(app, tenant);
    const { id: short } = await createTemplate({
      name: "Short",
      channel: "SMS",
      subject: undefined,
      body_html: undefined,
      body_text: "Hello",
    });
    await expect(rep.client.testMessageTemplate({ id: short, sample: true })).rejects.toMatchObject({
      details: [{ field: "user_id" }],
    });
    await tenant.admin.updateUser({ id: rep.id, phone_number: "+14155550155" });
    expect(await testTemplate(rep.client, { id: short, sample: true })).toMatchObject({
      body: "[Test] Hello",
      to_address: "+14155550155",
    });
  });
});
