import type { Client } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";

/** A mail to the members of a campaign on a server that is killed. `connect` returns a client of the server that runs at the time. */

const BATCH_SIZE = 100;

const memberAddress = (index: number): string => `member${index}@mail.example`;

/** Creates a running campaign with members, and starts a mail to them. Returns the id of the send. */
export async function startCampaignSend(connect: () => Client, members: number): Promise<string> {
  const crm = connect();
  const account = { name: "News", way: "house", address: "news@harbour.example", is_default: true, mails_per_second: 100 };
  await crm.createMailAccount(account);
  const fields = { name: "Spring", type: "EMAIL", start_date: "2026-01-01", status: "IN_PROGRESS" };
  const { data: campaign } = await crm.createCampaign(fields);
  for (let first = 0; first < members; first += BATCH_SIZE) {
    const persons = Array.from({ length: Math.min(BATCH_SIZE, members - first) }, (_, offset) => ({
      first_name: "Ada",
      contact_points: [{ contact_type: "email", contact_value: memberAddress(first + offset) }],
    }));
    const { data: created } = await crm.batchPersons({ operation: "create", items: persons });
    const items = created.results.map(({ id }) => ({ campaign_id: campaign.id, person_id: id }));
    await crm.batchCampaignMembers({ operation: "create", items });
  }
  const content = { subject: "Spring", body: "Dear {{person.first_name}}, welcome" };
  return String((await crm.sendCampaignEmail({ id: campaign.id, content })).data.send_id);
}

/** Expects that each member has one message, and got at most one mail. A mail whose answer was lost with the process stays `unknown`. */
export async function expectOneMailEach(
  connect: () => Client,
  { id, members, mailbox }: { id: string; members: number; mailbox: readonly { to: string }[] },
): Promise<void> {
  const crm = connect();
  expect((await crm.getEmailSend({ id })).data).toMatchObject({
    ...{ send_status: "SENT", recipients_count: members, passed_over_count: 0, error: null },
  });
  const { data: results } = await crm.getEmailSendResults({ id });
  console.log(`mails to members: ${results.sent} sent, ${results.unknown} unknown`);
  expect(results).toMatchObject({ written: members, queued: 0, refused: 0, recalled: 0, failed: 0 });
  expect(results.sent + results.unknown).toBe(members);
  const addresses = new Set(Array.from({ length: members }, (_, index) => memberAddress(index)));
  const receivers = mailbox.map(({ to }) => to).filter((to) => addresses.has(to));
  expect(receivers.length).toBeGreaterThanOrEqual(results.sent);
  expect(new Set(receivers).size).toBe(receivers.length);
}
