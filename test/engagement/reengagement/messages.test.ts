import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { readMessageId, setUpSmsProvider } from "../../messaging/message/sms-provider-double.ts";
import { authenticationHeaders, receiveMails } from "../../service/ticket/support-mail.ts";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { quiet_hours: { from: "00:00", to: "00:00" } });
});
afterAll(() => app.stop());

describe("messages with a member", () => {
  it("count as contacts when sent and as a response when received, and STOP ends the membership", async () => {
    const { admin } = tenant;
    const texts = await setUpSmsProvider(app, tenant);
    await admin.createMailAccount({ name: "News", way: "house", address: "news@harbour.example", is_default: true });
    const points = [
      { contact_type: "phone", contact_value: "+12125550177" },
      { contact_type: "email", contact_value: "quiet@mail.example" },
    ];
    const { data: person } = await admin.createPerson({ last_name: "Hopper", contact_points: points });
    const { data: batch } = await admin.createReengagementBatch({ batch_name: "Spring" });
    await admin.activateReengagementBatch({ id: batch.id });
    const { data: member } = await admin.addReengagementMember({ id: batch.id, person_id: person.id });
    const now = async () => (await admin.getReengagementMember({ id: member.id })).data;
    const send = async (channel: string, subject?: string): Promise<void> => {
      await admin.sendMessage({ channel, person_id: person.id, body: "It has been a while", subject });
      await app.settle();
    };
    await send("email", "Hello again");
    expect(await now()).toMatchObject({ status: "CONTACTED", contact_attempts: 1, last_contact_method: "EMAIL" });
    await send("sms");
    expect(await now()).toMatchObject({ contact_attempts: 2, last_contact_method: "SMS" });
    const [sentMessage] = (await texts.messages()).filter((message) => message.to === "+12125550177");
    await texts.act(readMessageId(sentMessage), "reply", { reason: "Who is this?" });
    await app.settle();
    expect(await now()).toMatchObject({ status: "RESPONDED", contact_attempts: 2 });
    await texts.act(readMessageId(sentMessage), "reply", { reason: "STOP" });
    await app.settle();
    expect(await now()).toMatchObject({ status: "OPTED_OUT", contact_attempts: 2 });
    const { data: stats } = await admin.getReengagementStats({ id: batch.id });
    expect(stats.days.at(-1)).toMatchObject({ sms_sent: 1, email_sent: 1, response_count: 1 });
  });

  it.each(["support", "sales"])(
    "count one response for a mail that arrives at %s, and none for a forged sender",
    async (mailbox) => {
      const { admin } = tenant;
      const to = `${mailbox}@${tenant.slug}.in.example`;
      if (mailbox === "sales") await admin.createMailAccount({ name: "Sales", way: "house", address: to });
      const from = `quiet.${mailbox}@mail.example`;
      const contact_points = [{ contact_type: "email", contact_value: from }];
      const { data: person } = await admin.createPerson({ last_name: "Hopper", contact_points });
      const { data: batch } = await admin.createReengagementBatch({ batch_name: `Autumn ${mailbox}` });
      await admin.activateReengagementBatch({ id: batch.id });
      const { data: member } = await admin.addReengagementMember({ id: batch.id, person_id: person.id });
      await admin.contactReengagementMember({ id: member.id, method: "PHONE" });
      app.setClock({ advance: 60_000 });
      const now = async () => (await admin.getReengagementMember({ id: member.id })).data.status;
      await receiveMails(app, tenant, { from, to, headers: authenticationHeaders("fail") });
      await receiveMails(app, tenant, {
        from,
        to,
        headers: { ...authenticationHeaders("pass"), "Auto-Submitted": "auto-replied" },
      });
      expect(await now()).toBe("CONTACTED");
      await receiveMails(app, tenant, { from, to, headers: authenticationHeaders("pass") });
      expect(await now()).toBe("RESPONDED");
    },
  );
});
