import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import type { PortUse } from "@crm/core/kernel/uses.ts";
import { Outward } from "@crm/core/suppression/outward.ts";
import type { Suppression } from "@crm/core/suppression/reasons.rules.ts";
import { Suppressions } from "@crm/core/suppression/suppressions.ts";
import { functionNames, functions } from "@crm/functions/api/index.ts";
import { schedules } from "@crm/functions/schedule/index.ts";
import { subscribers } from "@crm/functions/subscribe/index.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at, linkOf, MONDAY, visitorAt, works } from "../booking/support.ts";
import { inForce, lasting } from "../contracts/support.ts";
import { invite, meeting } from "../invitation/support.ts";
import { quoteOf } from "../quote/support.ts";
import { approvedQuote } from "../signature/support.ts";
import { move, newTemplate, publish, type Scene, to } from "../stage-automation/support.ts";
import { addUser, signUp, startTestApp, type Tenant } from "../support.ts";

/**
 * Whatever the house writes by itself to people asks whether their address refuses: of every function that may send a mail or a text message
 * stands here how it comes to write to somebody, or why what it sends is nobody's to refuse.
 */

let app: App;
let tenant: Tenant;
let link: { token: string };
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: at("05:55") });
  tenant = await signUp(app, { currency: "EUR", visibility: "all" });
  const host = await addUser(app, tenant, "SALES_REP");
  await works(host);
  link = await linkOf(host);
  tenant = { ...tenant, admin: lasting(app, tenant) };
  const scene = { app, tenant } as Scene;
  const { id } = await newTemplate(scene, { subject: "On its way", body_html: "<p>On its way</p>" });
  await publish(scene, to("qualification", { action: "mail", template_id: id, to: "contact" }));
});
afterAll(() => app.stop());

/** What lets somebody be written to, by what function does it; what it gives back has them written to. */
type Begin = (email: string) => Promise<() => Promise<unknown>>;

const person = async (email: string): Promise<string> => {
  const contact_points = [{ contact_type: "email", contact_value: email }];
  return (await tenant.admin.createPerson({ first_name: "Ada", last_name: "Quist", contact_points } as never)).data.id;
};

const ticket = async (email: string): Promise<string> => {
  const asked = { subject: "The pump is loud", description: "It hums.", requester: { email, name: "Ada Quist" } };
  return (await tenant.admin.createTicket(asked as never)).data.id;
};

const NOTICE = "2027-04-17T00:00:01Z";

const scenes: Readonly<Record<string, Readonly<Record<string, Begin>>>> = {
  "booking-mails": {
    "somebody books": async (email) => async () => {
      const visitor = visitorAt(app);
      const asked = { token: link.token, from: MONDAY, to: MONDAY, timezone: "UTC" };
      const [time] = (await visitor.showBookingTimes(asked as never)).data.slots;
      const request_id = crypto.randomUUID();
      return visitor.bookTime({ token: link.token, start: time?.start, name: "Vera", email, request_id } as never);
    },
  },
  invitations: {
    "somebody is invited": async (email) => {
      const id = await person(email);
      return () => invite(tenant.admin, [{ id }], { ...meeting });
    },
  },
  "ticket-letters": {
    "a ticket is answered": async (email) => {
      const id = await ticket(email);
      return () => tenant.admin.addTicketComment({ id, body: "We look into it", is_public: true });
    },
    "a survey is sent": async (email) => {
      const id = await ticket(email);
      await tenant.admin.resolveTicket({ id });
      return () => tenant.admin.sendTicketSurvey({ id });
    },
  },
  "signature-mails": {
    "a signature is asked for": async (email) => {
      const id = await approvedQuote(tenant.admin);
      return () => tenant.admin.requestQuoteSignature({ id, signers: [{ name: "Ada Quist", email }] } as never);
    },
  },
  "offer-mails": {
    "a quote is sent": async (email) => {
      const { id } = await quoteOf(tenant.admin, {});
      await tenant.admin.submitQuote({ id });
      return () => tenant.admin.sendQuote({ id, to: email } as never);
    },
  },
  "stage-automations": {
    "a deal moves on": async (email) => {
      const { data: customer } = await tenant.admin.createCustomer({ name: "Acme" } as never);
      const contact = { customer_id: customer.id, first_name: "Ada", last_name: "Quist", email };
      const { data } = await tenant.admin.createContact(contact as never);
      const named = { name: "Deal", customer_id: customer.id, contact_id: data.id };
      const { data: deal } = await tenant.admin.createOpportunity(named as never);
      return () => move({ rep: { as: tenant.admin } } as never, deal.id, "qualification");
    },
  },
  // The last, because it takes months.
  "contract-renewal-mails": {
    "a contract is about to renew itself": async (email) => {
      const individual = { customer_type: "individual", first_name: "Ada", last_name: "Quist", email };
      const { data: customer } = await tenant.admin.createCustomer(individual as never);
      const term = { start_date: "2027-02-01", end_date: "2027-05-31", auto_renew: true, auto_renew_agreed: true };
      await inForce(app, tenant, tenant.admin, { ...term, customer_id: customer.id });
      return async () => app.setClock({ now: NOTICE });
    },
  },
};

/** What these send is not written to people, is theirs whatever they refuse, or is asked about elsewhere. */
const others: Readonly<Record<string, string>> = {
  mail: "links by which users set their passwords",
  notifications: "users, who choose themselves",
  "ticket-clocks": "users whose tickets are late",
  mailers: "nobody: whether an account can be used",
  "message-sending": "asked at the gate of messages (test/message/opted-out)",
  persons: "codes that prove an address: whoever gets one asked for it",
};

const senders = (): string[] => {
  const sends = (uses: readonly PortUse[] = []): boolean =>
    ["mail", "sms", "mailer"].some((port) => uses.includes(port as PortUse));
  return [
    ...functionNames.filter((name) => sends((functions[name] as { uses?: readonly PortUse[] }).uses)),
    ...subscribers.flatMap(({ name, listener }) => (sends(listener.uses) ? [name] : [])),
    ...schedules.flatMap(({ name, declared }) => (sends(declared.uses) ? [name] : [])),
  ];
};

it("is known of every function that may send", () => {
  expect(senders().sort()).toEqual([...Object.keys(scenes), ...Object.keys(others)].sort());
});

const inside = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const listed = (address: string, reason: Suppression) => inside(() => Suppressions.add({ channel: "email", address, reason }));

/** What is refused says so: of the address, and of nothing else. */
async function refusedOr(asked: Promise<unknown>): Promise<void> {
  try {
    await asked;
  } catch (error) {
    const { code, details } = error as { code?: string; details?: { field: string }[] };
    expect([code, details?.every(({ field }) => ["to", "personal_key_id", "signers[0].email"].includes(field))]).toEqual([
      "RULE_VIOLATION",
      true,
    ]);
  }
}

interface Case {
  before?: Suppression;
  behind?: Suppression;
  comes: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  "to whom nobody has said anything": { comes: true },
  "where it bounced": { before: "BOUNCED", comes: false },
  "where somebody complained": { before: "COMPLAINED", comes: false },
  "where it bounced a moment ago": { behind: "BOUNCED", comes: false },
  "where marketing alone is refused": { before: "UNSUBSCRIBED", comes: true },
};

let mailboxes = 0;

describe.each(Object.entries(scenes).flatMap(([name, ways]) => Object.keys(ways).map((way) => [name, way] as const)))(
  "%s, as %s",
  (name, way) => {
    it("writes to those who do not refuse, and to nobody else", async () => {
      const begin = scenes[name]?.[way] as Begin;
      const begun: { says: string; email: string; act: () => Promise<unknown>; had: number; its: Case }[] = [];
      for (const [says, its] of Object.entries(cases)) {
        const email = `outward${++mailboxes}@mail.example`;
        begun.push({ says, email, its, act: await begin(email), had: 0 });
      }
      await app.settle();
      for (const each of begun) {
        each.had = app.mail.sent(each.email).length;
        if (each.its.before) await listed(each.email, each.its.before);
      }
      for (const { act, email, its } of begun) {
        await (its.before && !its.comes ? refusedOr(act()) : act());
        if (its.behind) await listed(email, its.behind);
      }
      await app.settle();
      const came = begun.map(({ says, email, had }) => [says, app.mail.sent(email).length > had]);
      expect(came).toEqual(Object.entries(cases).map(([says, { comes }]) => [says, comes]));
    });
  },
);

it("asks everybody who has an address, and tells who may still be written to", async () => {
  const [shared, free] = ["office@mail.example", "free@mail.example"];
  const contact_points = [{ contact_type: "email", contact_value: shared, is_shared: true }];
  const make = async (last_name: string) => (await tenant.admin.createPerson({ last_name, contact_points } as never)).data.id;
  const [, other] = [await make("One"), await make("Other")];
  const refuses = () => inside(() => Outward.refuses(" Office@Mail.example"));
  expect(await refuses()).toBe(false);
  const preferences = [{ channel: "email", purpose: "service", consent: "REFUSED" }];
  await tenant.admin.setPreferences({ id: other, preferences } as never);
  expect(await refuses()).toBe(true);
  expect(await inside(() => Outward.open([shared, free, "none"]))).toEqual([free, "none"]);
});
