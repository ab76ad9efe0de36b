import { type Client, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { inProcessTransport, postalSettings, signUp, type Tenant } from "../../support/app.ts";

/** A tenant that sends bulk email, with a template, an account and recipients who may be contacted. */
export interface SendFixture {
  tenant: Tenant;
  /** The administrator with an API key, which stays valid when the clock moves. */
  crm: Client;
  template: string;
  account: string;
  /** Creates a contact of a business, as the given user. */
  contact(more?: object, as?: Client): Promise<Recipient>;
  /** Creates an individual customer. */
  individual(more?: object): Promise<Recipient>;
  list(contacts: readonly { id: string }[]): Promise<string>;
  segment(customers: readonly { id: string }[]): Promise<string>;
  /** Creates a draft; `more` must name the audience. */
  draft(more: object, as?: Client): Promise<string>;
  /** The emails received at these addresses, by subject. */
  listReceivedSubjects(people: readonly { email: string }[]): string[][];
}

export interface Recipient {
  id: string;
  person: string;
  email: string;
  customer: string;
}

export const settings = { ...postalSettings, quiet_hours: { from: "00:00", to: "00:00" }, mail_opt_in_required: false };

let recordCount = 0;

/** Signs up a new tenant unless one is given. */
export async function createSendFixture(
  app: App,
  more: object = {},
  signedUp?: { tenant: Tenant; crm: Client },
): Promise<SendFixture> {
  const { tenant, crm } = signedUp ?? (await signUpWithKey(app, more));
  const address = { name: "News", way: "house", from_name: "Harbour", address: "news@harbour.example", is_default: true };
  const { data: account } = await crm.createMailAccount(address);
  const { data: template } = await crm.createMessageTemplate({
    ...{ name: `Spring ${++recordCount}`, channel: "EMAIL", subject: "Hello {{contact.first_name}}" },
    body_html: "<p>Dear {{contact.first_name}} of {{customer.name|our harbour}}, greetings from {{tenant.name}}</p>",
  });
  return {
    ...{ tenant, crm, template: template.id, account: account.id },
    async contact({ customer_id, ...said }: { customer_id?: string } = {}, as = crm) {
      const email = `reader${++recordCount}@mail.example`;
      const business = async () => (await as.createCustomer({ customer_type: "BUSINESS", name: `Yard ${recordCount}` })).data.id;
      const customer = customer_id ?? (await business());
      const named = { customer_id: customer, first_name: `Ada${recordCount}`, last_name: "Lund", email, ...said };
      const { data } = await as.createContact(named);
      return { id: data.id, person: String(data.personal_key_id), email: data.email ?? email, customer };
    },
    async individual(said = {}) {
      const email = `reader${++recordCount}@mail.example`;
      const named = { customer_type: "INDIVIDUAL", first_name: `Ida${recordCount}`, last_name: "Lund", email, ...said };
      const { data } = await crm.createCustomer(named);
      return { id: data.id, person: String(data.personal_key_id), email, customer: data.id };
    },
    async list(contacts) {
      const { data } = await crm.createContactList({ name: `List ${++recordCount}` });
      await crm.changeContactListMembers({ id: data.id, add: contacts.map(({ id }) => id) });
      await app.settle();
      return data.id;
    },
    async segment(customers) {
      const { data } = await crm.createSegment({ name: `Segment ${++recordCount}` });
      await crm.changeSegmentMembers({ id: data.id, add: customers.map(({ id }) => id) });
      await app.settle();
      return data.id;
    },
    draft: async (said, as = crm) =>
      (await as.createEmailSend({ name: `Send ${++recordCount}`, template_id: template.id, ...said })).data.id,
    listReceivedSubjects: (people) => people.map(({ email }) => app.mail.sent(email).map(({ subject }) => subject ?? "")),
  };
}

async function signUpWithKey(app: App, more: object): Promise<{ tenant: Tenant; crm: Client }> {
  const tenant = await signUp(app, { ...settings, ...more });
  const { data } = await tenant.admin.createApiKey({ name: "Sends", role: "ADMIN" });
  return { tenant, crm: createClient(inProcessTransport(app, data.key)) };
}
