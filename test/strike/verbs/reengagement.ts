import { expect } from "vitest";
import { type Sequencing, settings as sequenced, sequencing } from "../../reengagement/sequencing.ts";
import { newLead } from "../../support.ts";
import { LEASE, type Scene, verb } from "../harness.ts";

/** Batches of persons who are won back: how they are filled, and what is heard of their members. */

let names = 0;

async function batch({ crm }: Scene): Promise<string> {
  const { data } = await crm.createReengagementBatch({ batch_name: `Struck ${++names}` } as never);
  await crm.activateReengagementBatch({ id: data.id });
  return data.id;
}

const person = async ({ crm }: Scene): Promise<string> =>
  (await crm.createLead(newLead({ email: `struck${++names}@quiet.example`, phone: null }))).data.personal_key_id;

interface Filling {
  id: string;
  list: string;
  persons: string[];
}

const filling = verb<Filling>({
  name: "fillReengagementBatch",
  covers: { subscribers: ["reengagement-fills"], due: ["reengagement_fill"] },
  async prepare(scene) {
    const { crm } = scene;
    const { data: yard } = await crm.createCustomer({ name: `Struck ${++names}` });
    const contacts = [];
    for (const first_name of ["Ada", "Bo", "Cy"])
      contacts.push(
        (await crm.createContact({ customer_id: yard.id, first_name, last_name: `Struck ${++names}` } as never)).data,
      );
    const { data: list } = await crm.createContactList({ name: `Struck ${++names}` });
    await crm.changeContactListMembers({ id: list.id, add: contacts.map(({ id }) => id) });
    await scene.line.drain();
    return { id: await batch(scene), list: list.id, persons: contacts.map((contact) => String(contact.personal_key_id)).sort() };
  },
  ask: ({ crm }, { id, list }, options) => crm.fillReengagementBatch({ id, contact_list_id: list }, options),
  proceed: ({ line }) => line.pass(LEASE),
  async check({ crm }, { id, persons }, answer) {
    const { data } = await crm.getReengagementFill({ id: (answer as { id: string }).id });
    expect(data).toMatchObject({ status: "completed", found: 3 });
    const { data: members } = await crm.listReengagementBatchMembers({ id });
    expect(members.map(({ personal_key_id }) => String(personal_key_id)).sort()).toEqual(persons);
  },
});

const hearing = verb<{ member: string; who: string }>({
  name: "a call with somebody who is won back",
  covers: { subscribers: ["reengagement-told"] },
  by: (name) => name === "reengagement-told",
  async prepare(scene) {
    const [id, who] = [await batch(scene), await person(scene)];
    return { member: (await scene.crm.addReengagementMember({ id, person_id: who })).data.id, who };
  },
  ask: ({ crm }, { who }, options) =>
    crm.createInteraction({ personal_key_id: who, interaction_type_id: "call", direction: "OUTBOUND" } as never, options),
  async check({ crm }, { member }) {
    const { data } = await crm.getReengagementMember({ id: member });
    expect(data).toMatchObject({ status: "CONTACTED", contact_attempts: 1, last_contact_method: "PHONE", version: 2 });
  },
});

/** Seconds after which a clock in bulk that was claimed and not done is handed out again. */
const IN_BULK = 61 * 60;

const connections = new WeakMap<Scene, Sequencing>();
const connected = async (scene: Scene): Promise<void> => {
  connections.set(scene, await sequencing(scene.line.app, { admin: scene.crm } as never));
};
const on = (scene: Scene): Sequencing => connections.get(scene) ?? expect.fail("Not connected");

interface Stepping {
  batch: string;
  member: string;
  phone: string;
}

/** Of each step one message, and none is missing: the batch begins, its members' clocks are set, and each is taken step by step. */
const stepping = verb<Stepping>({
  name: "activateReengagementBatch",
  covers: {
    operations: ["activateReengagementBatch"],
    subscribers: ["reengagement-steps", "reengagement-walks"],
    due: ["reengagement_batch", "reengagement_member"],
  },
  settings: sequenced,
  open: connected,
  async prepare(scene) {
    const [{ crm }, { sms: template_id, person: made, member }] = [scene, on(scene)];
    const { id: who, phone } = await made();
    const sequence = [0, 0].map((after_days) => ({ channel: "sms", template_id, after_days }));
    const { data } = await crm.createReengagementBatch({ batch_name: `Struck ${++names}`, sequence } as never);
    return { batch: data.id, member: await member(data.id, who), phone };
  },
  ask: ({ crm }, { batch: id }, options) => crm.activateReengagementBatch({ id }, options),
  async proceed({ line }) {
    for (let times = 0; times < 4; times++) await line.pass(IN_BULK);
  },
  by: (name) => name === "request" || name.startsWith("reengagement-"),
  async check(scene, { member, phone }) {
    expect(await on(scene).sent(phone)).toHaveLength(2);
    expect(await on(scene).now(member)).toMatchObject({ sequence_step: 2, contact_attempts: 2, status: "CONTACTED" });
    const { data: messages } = await scene.crm.listMessages({ limit: 100 });
    expect(messages.filter(({ to_address }) => to_address === phone).map(({ status }) => status)).toEqual(["sent", "sent"]);
  },
});

export const reengagement = [filling, hearing, stepping];
