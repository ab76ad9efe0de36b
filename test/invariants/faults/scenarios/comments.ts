import { expect } from "vitest";
import { addUser, type TestUser } from "../../../support/app.ts";
import { defineScenario } from "../harness.ts";

/** Comments: those whom they mention, and the followers of the record, are told once. */

const mention = defineScenario<{ id: string; mentioned: TestUser; follower: TestUser }>({
  name: "a comment with a mention",
  covers: { subscribers: ["comment-notices"] },
  async prepare({ crm, system, tenant }) {
    const mentioned = await addUser(system.app, tenant, "DIRECTOR");
    const follower = await addUser(system.app, tenant, "DIRECTOR");
    const { id } = (await crm.createLead({ last_name: "Struck" })).data;
    await follower.client.followLead({ id });
    return { id, mentioned, follower };
  },
  ask: ({ crm }, { id, mentioned }, options) =>
    crm.createComment({ related_to_id: id, content: `Struck, @[${mentioned.id}]` }, options),
  countsWrite: (name) => name === "comment-notices",
  async check({ crm }, { id, mentioned, follower }) {
    expect((await crm.listComments({ related_to_id: id })).data).toHaveLength(1);
    const count = async ({ client }: TestUser, type: string) =>
      (await client.listNotifications({ type })).data.filter(({ record_id }) => record_id === id).length;
    expect(await count(mentioned, "comment_mentioned")).toBe(1);
    expect(await count(follower, "comment_added")).toBe(1);
  },
});

const noteMention = defineScenario<{ id: string; mentioned: TestUser }>({
  name: "an internal note with a mention",
  covers: { subscribers: ["ticket-letters"] },
  async prepare({ crm, system, tenant }) {
    const mentioned = await addUser(system.app, tenant, "DIRECTOR");
    const { id } = (
      await crm.createTicket({
        ...{ subject: "Struck", description: "Hm", requester: { email: "struck@navy.example" } },
      })
    ).data;
    return { id, mentioned };
  },
  ask: ({ crm }, { id, mentioned }, options) => crm.addTicketComment({ id, body: `Struck, @[${mentioned.id}]` }, options),
  countsWrite: (name) => name === "ticket-letters",
  async check({ crm }, { id, mentioned }) {
    expect((await crm.listTicketComments({ id })).data).toHaveLength(2);
    const { data } = await mentioned.client.listNotifications({ type: "comment_mentioned" });
    expect(data.filter(({ record_id }) => record_id === id)).toHaveLength(1);
  },
});

export const scenarios = [mention, noteMention];
