import { Batches } from "@crm/core/engagement/reengagement/batch.entity.ts";
import { Members } from "@crm/core/engagement/reengagement/member.entity.ts";
import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { type SmsProviderDouble, setUpSmsProvider } from "../../messaging/message/sms-provider-double.ts";
import { postalSettings, type Tenant } from "../../support/app.ts";

/** A tenant with batches that send message sequences, with templates and persons who may be contacted. */
export interface SequenceFixture {
  texts: SmsProviderDouble;
  sms: string;
  email: string;
  person(more?: { phone?: null; email?: null; consent?: string }): Promise<{ id: string; phone: string; email: string }>;
  /** Creates an active batch that sends text messages after these days, unless `more` says otherwise. */
  batch(days: readonly number[], more?: object): Promise<string>;
  member(batch: string, person: string): Promise<string>;
  readMember(member: string): Promise<Record<string, unknown>>;
  /** The text messages sent to a number. */
  listSentTexts(phone: string): Promise<string[]>;
}

/** Activates a batch as the release did that had no workflows, with a member who has got the first message, and migrates it. */
export const migrateActiveBatch = (
  app: App,
  tenant: string,
  { batch, member }: { batch: string; member: string },
): Promise<void> =>
  runIn(systemContext(app.ports, tenant, "test"), async () => {
    const at = Clock.now();
    const step = { as: "sent" as const, at, message_id: null, why: null };
    await Records.change(Members, member, (current) => ({ ...current, steps: [step], sequence_step: 1 }));
    await Records.change(Batches, batch, async (current) => {
      const active = { ...current, status: "ACTIVE" as const, activated_at: at };
      return (await Batches.definition.migrateRecord?.(active, transaction(), 1)) ?? active;
    });
  });

export const settings = { ...postalSettings, quiet_hours: { from: "00:00", to: "00:00" }, mail_opt_in_required: false };

let recordCount = 0;

export async function createSequenceFixture(app: App, tenant: Pick<Tenant, "admin">): Promise<SequenceFixture> {
  const { admin } = tenant;
  const texts = await setUpSmsProvider(app, tenant as Tenant);
  await admin.createMailAccount({ name: "News", way: "house", address: "news@harbour.example", is_default: true });
  const template = async (channel: string, more: object) =>
    (await admin.createMessageTemplate({ name: `Back ${++recordCount}`, channel, ...more })).data.id;
  const body_text = "{{contact.first_name}}, we miss you";
  const [sms, email] = [await template("SMS", { body_text }), await template("EMAIL", { subject: "Hello", body_text })];
  return {
    ...{ texts, sms, email },
    async person({ phone, email: mail, consent = "ALLOWED" } = {}) {
      const own = { phone: `+1212556${String(1000 + ++recordCount)}`, email: `quiet${recordCount}@mail.example` };
      const points = [
        ...(phone === null ? [] : [{ contact_type: "phone", contact_value: own.phone }]),
        ...(mail === null ? [] : [{ contact_type: "email", contact_value: own.email }]),
      ];
      const named = { first_name: `Ida${recordCount}`, last_name: "Lund", contact_points: points };
      const { data } = await admin.createPerson(named);
      const preferences = ["sms", "email"].map((channel) => ({ channel, purpose: "marketing", consent }));
      await admin.setPreferences({ id: data.id, preferences });
      return { id: data.id, ...own };
    },
    async batch(days, more = {}) {
      const sequence = days.map((after_days) => ({ channel: "sms", template_id: sms, after_days }));
      const { data } = await admin.createReengagementBatch({
        batch_name: `Sequence ${++recordCount}`,
        sequence,
        ...more,
      });
      await admin.activateReengagementBatch({ id: data.id });
      return data.id;
    },
    member: async (id, person_id) => (await admin.addReengagementMember({ id, person_id })).data.id,
    readMember: async (id) => (await admin.getReengagementMember({ id })).data,
    listSentTexts: async (phone) =>
      (await texts.messages()).filter(({ to }) => to === phone).map(({ body, text }) => body ?? text ?? ""),
  };
}
