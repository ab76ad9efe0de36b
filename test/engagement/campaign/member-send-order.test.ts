import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signInUser } from "../../sales/figures/support.ts";
import { addUser, startTestApp, type TestUser } from "../../support/app.ts";
import { createSendFixture, type Recipient, type SendFixture } from "../email-send/send-fixture.ts";

/** What happens to a member between the addition to a campaign and the delivery of its mail, in each order. */

let app: App;
let fixture: SendFixture;
let marketer: TestUser;
let colleague: TestUser;
const restricted = new Set<string>();
const START_MS = Date.parse("2026-11-25T20:00:00.000Z");
const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
beforeAll(async () => {
  app = await startTestApp();
  app.setClock({ now: new Date(START_MS).toISOString() });
  fixture = await createSendFixture(app, { visibility: "own" });
  [marketer, colleague] = [await addUser(app, fixture.tenant, "MARKETER"), await addUser(app, fixture.tenant, "MARKETER")];
  app.ports.processing = { findRestricted: async (persons) => new Set(persons.filter((person) => restricted.has(person))) };
});
afterAll(() => app.stop());

const positions = ["before adding", "before scheduling", "before writing", "before delivery"] as const;
type Position = (typeof positions)[number];

interface Cell {
  /** The status of the answer to the addition; 201 means a member. */
  added: number;
  /** Mails to the person's address. */
  mails: 0 | 1;
  /** Why there is none: the reason in `left_out`, or the reason on the message. */
  left_out?: string;
  held_reason?: string;
  /** Status and reason of the member at the end; null: no member. */
  member: readonly [status: string, inactive_reason: string | null] | null;
}

const unreached = { mails: 0, added: 201 } as const;
const optedOut: Cell = { ...unreached, left_out: "opted_out", member: ["ADDED", "OPTED_OUT"] };
const lost: Cell = { ...unreached, member: ["ADDED", null] };
const sent: Cell = { added: 201, mails: 1, member: ["SENT", null] };
const isRestricted: Cell = { ...lost, left_out: "restricted" };
const refusedAs = (added: number): Cell => ({ added, mails: 0, member: null });
/** The person is reached under the address of the remaining person, whose member stays. */
const merged: Cell = { ...unreached, member: ["SENT", null] };

/** The events, and what follows from each by its position. */
const events: Readonly<
  Record<string, { happen: (subject: Recipient, peer: Recipient) => Promise<unknown>; cells: Record<Position, Cell> }>
> = {
  nothing: {
    happen: async () => undefined,
    cells: { "before adding": sent, "before scheduling": sent, "before writing": sent, "before delivery": sent },
  },
  "opts out": {
    happen: ({ person }) => {
      const preferences = [{ channel: "email", purpose: "marketing", consent: "REFUSED" }];
      return fixture.crm.setPreferences({ id: person, preferences });
    },
    cells: {
      "before adding": optedOut,
      "before scheduling": optedOut,
      "before writing": optedOut,
      "before delivery": { ...unreached, held_reason: "refused", member: ["ADDED", "OPTED_OUT"] },
    },
  },
  "is deleted": {
    happen: async ({ id, person }) => {
      await fixture.crm.deleteContact({ id });
      await fixture.crm.deletePerson({ id: person });
    },
    cells: {
      "before adding": refusedAs(400),
      "before scheduling": lost,
      "before writing": lost,
      "before delivery": { ...lost, held_reason: "recalled" },
    },
  },
  "is restricted": {
    happen: async ({ person }) => restricted.add(person),
    cells: {
      "before adding": refusedAs(422),
      "before scheduling": isRestricted,
      "before writing": isRestricted,
      "before delivery": { ...lost, held_reason: "restricted" },
    },
  },
  "is merged into another member": {
    happen: ({ person }, peer) => fixture.crm.mergePersons({ id: peer.person, merged_id: person }),
    cells: {
      "before adding": merged,
      "before scheduling": merged,
      "before writing": merged,
      "before delivery": { ...merged, held_reason: "recalled" },
    },
  },
  // The visibility is checked when the message is written.
  "becomes invisible": {
    happen: ({ id }) => fixture.crm.updateContact({ id, owner_id: colleague.id }),
    cells: { "before adding": refusedAs(400), "before scheduling": lost, "before writing": lost, "before delivery": sent },
  },
};

/** Advances the clock minute by minute, and runs what is due. */
async function passMinutes(count: number): Promise<void> {
  for (let minute = 0; minute < count; minute++) {
    app.setClock({ advance: MINUTE_MS });
    await app.settle();
  }
}

it.each(positions)("each event %s leads to the expected mails and members", async (position) => {
  const { crm } = fixture;
  const startMs = START_MS + positions.indexOf(position) * DAY_MS;
  app.setClock({ now: new Date(startMs).toISOString() });
  const client = await signInUser(app, fixture.tenant, marketer);
  const owned = { owner_id: marketer.id };
  const peer = await fixture.contact(owned);
  const subjects = new Map<string, Recipient>();
  for (const event of Object.keys(events)) subjects.set(event, await fixture.contact({ ...owned, customer_id: peer.customer }));
  const passPosition = async (present: Position): Promise<void> => {
    if (present === position) for (const [event, subject] of subjects) await events[event]?.happen(subject, peer);
    await app.settle();
  };

  const { data: campaign } = await client.createCampaign({
    ...{ name: "News", type: "EMAIL", start_date: "2026-11-01", status: "IN_PROGRESS" },
  });
  await client.addCampaignMember({ id: campaign.id, contact_id: peer.id });
  await passPosition("before adding");
  const additions = new Map<string, { added: number; member: string | null }>();
  for (const [event, { id: contact_id }] of subjects) {
    const addition = client.addCampaignMember({ id: campaign.id, contact_id }).then(
      ({ data }) => ({ added: 201, member: data.id }),
      ({ status }) => ({ added: Number(status), member: null }),
    );
    additions.set(event, await addition);
  }

  await passPosition("before scheduling");
  const input = { name: "News", template_id: fixture.template, to_members: true, campaign_id: campaign.id };
  const { data: send } = await client.createEmailSend(input);
  const scheduled_send_time = new Date(startMs + 10 * MINUTE_MS).toISOString();
  await client.scheduleEmailSend({ id: send.id, scheduled_send_time });

  await passPosition("before writing");
  // Messages of an account that is off are written, and wait.
  await crm.updateMailAccount({ id: fixture.account, is_active: false });
  app.setClock({ now: scheduled_send_time });
  await passMinutes(2);
  const { data: written } = await crm.getEmailSend({ id: send.id });
  expect(written).toMatchObject({ send_status: "SENT", error: null });

  await passPosition("before delivery");
  await crm.updateMailAccount({ id: fixture.account, is_active: true });
  app.setClock({ advance: 60 * MINUTE_MS });
  await passMinutes(2);
  const { data: messages } = await crm.listMessages({ limit: 100 });
  const actual: Record<string, object> = {};
  for (const [event, subject] of subjects) {
    const { added = 0, member: id = null } = additions.get(event) ?? {};
    const member = id === null ? null : (await crm.getCampaignMember({ id })).data;
    actual[event] = {
      ...{ added, mails: app.mail.sent(subject.email).length },
      held_reason: messages.find(({ to_address }) => to_address === subject.email)?.held_reason ?? null,
      member: member && [member.status, member.inactive_reason],
      isOwnMember: member ? member.personal_key_id === subject.person : null,
    };
  }
  const cells = Object.entries(events).map(([event, { cells: byPosition }]) => [event, byPosition[position]] as const);
  const expected = cells.map(([event, { left_out: _, held_reason = null, ...cell }]) => [
    event,
    { ...cell, held_reason, isOwnMember: cell.member && !event.includes("merged") },
  ]);
  expect(actual).toEqual(Object.fromEntries(expected));
  const reasons = Map.groupBy(
    cells.flatMap(([, { left_out }]) => left_out ?? []),
    (reason) => reason,
  );
  expect(written.left_out).toEqual(Object.fromEntries([...reasons].map(([reason, { length }]) => [reason, length])));
  expect(app.mail.sent(peer.email)).toHaveLength(1);
});
