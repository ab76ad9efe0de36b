import { expect } from "vitest";
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

export const reengagement = [filling, hearing];
