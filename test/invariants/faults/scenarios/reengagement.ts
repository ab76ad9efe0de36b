import { expect } from "vitest";
import {
  createSequenceFixture,
  migrateActiveBatch,
  type SequenceFixture,
  settings as sequenced,
} from "../../../engagement/reengagement/sequence-fixture.ts";
import { newLead } from "../../../support/app.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

/** Re-engagement batches: filling them, and signals from their members. */

let nameCount = 0;

async function createBatch({ crm }: Fixture): Promise<string> {
  const { data } = await crm.createReengagementBatch({ batch_name: `Struck ${++nameCount}` });
  await crm.activateReengagementBatch({ id: data.id });
  return data.id;
}

const createPerson = async ({ crm }: Fixture): Promise<string> =>
  (await crm.createLead(newLead({ email: `struck${++nameCount}@quiet.example`, phone: null }))).data.personal_key_id;

interface FillSubject {
  id: string;
  list: string;
  persons: string[];
}

const batchFill = defineScenario<FillSubject>({
  name: "fillReengagementBatch",
  covers: { subscribers: ["reengagement-fills"], due: ["reengagement_fill"] },
  async prepare(scene) {
    const { crm } = scene;
    const { data: yard } = await crm.createCustomer({ name: `Struck ${++nameCount}` });
    const contacts = [];
    for (const first_name of ["Ada", "Bo", "Cy"])
      contacts.push((await crm.createContact({ customer_id: yard.id, first_name, last_name: `Struck ${++nameCount}` })).data);
    const { data: list } = await crm.createContactList({ name: `Struck ${++nameCount}` });
    await crm.changeContactListMembers({ id: list.id, add: contacts.map(({ id }) => id) });
    await scene.system.drain();
    return {
      id: await createBatch(scene),
      list: list.id,
      persons: contacts.map((contact) => String(contact.personal_key_id)).sort(),
    };
  },
  ask: ({ crm }, { id, list }, options) => crm.fillReengagementBatch({ id, contact_list_id: list }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  async check({ crm }, { id, persons }, answer) {
    const { data } = await crm.getReengagementFill({ id: (answer as { id: string }).id });
    expect(data).toMatchObject({ status: "completed", found: 3 });
    const { data: members } = await crm.listReengagementBatchMembers({ id });
    expect(members.map(({ personal_key_id }) => String(personal_key_id)).sort()).toEqual(persons);
  },
});

const memberSignal = defineScenario<{ member: string; who: string }>({
  name: "a call with a person who is won back",
  covers: { subscribers: ["reengagement-told"] },
  countsWrite: (name) => name === "reengagement-told",
  async prepare(scene) {
    const [id, personId] = [await createBatch(scene), await createPerson(scene)];
    return { member: (await scene.crm.addReengagementMember({ id, person_id: personId })).data.id, who: personId };
  },
  ask: ({ crm }, { who: personId }, options) =>
    crm.createInteraction({ personal_key_id: personId, interaction_type_id: "call", direction: "OUTBOUND" }, options),
  async check({ crm }, { member }) {
    const { data } = await crm.getReengagementMember({ id: member });
    expect(data).toMatchObject({ status: "CONTACTED", contact_attempts: 1, last_contact_method: "PHONE", version: 2 });
  },
});

/** Seconds after which a claimed bulk clock that was not processed is handed out again. */
const BULK_LEASE_SECONDS = 61 * 60;

const connections = new WeakMap<Fixture, SequenceFixture>();
const connectSequences = async (scene: Fixture): Promise<void> => {
  connections.set(scene, await createSequenceFixture(scene.system.app, { admin: scene.crm }));
};
const sequenceFixtureFor = (scene: Fixture): SequenceFixture => connections.get(scene) ?? expect.fail("Not connected");

interface StepSubject {
  batch: string;
  member: string;
  phone: string;
}

/** Each step sends one message and none is missing: the batch starts, sets its members' clocks, and processes each step by step. */
const batchSteps = defineScenario<StepSubject>({
  name: "activateReengagementBatch",
  covers: {
    operations: ["activateReengagementBatch"],
  },
  settings: sequenced,
  open: connectSequences,
  async prepare(scene) {
    const [{ crm }, { sms: template_id, person: addPerson, member }] = [scene, sequenceFixtureFor(scene)];
    const { id: personId, phone } = await addPerson();
    const sequence = [0, 0].map((after_days) => ({ channel: "sms", template_id, after_days }));
    const { data } = await crm.createReengagementBatch({ batch_name: `Struck ${++nameCount}`, sequence });
    return { batch: data.id, member: await member(data.id, personId), phone };
  },
  ask: ({ crm }, { batch: id }, options) => crm.activateReengagementBatch({ id }, options),
  async proceed({ system: line }) {
    for (let times = 0; times < 4; times++) await line.advance(BULK_LEASE_SECONDS);
  },
  countsWrite: (name) => name === "request" || name === "workflows" || name.startsWith("reengagement-"),
  async check(scene, { member, phone }) {
    expect(await sequenceFixtureFor(scene).listSentTexts(phone)).toHaveLength(2);
    expect(await sequenceFixtureFor(scene).readMember(member)).toMatchObject({
      sequence_step: 2,
      contact_attempts: 2,
      status: "CONTACTED",
    });
    const { data: messages } = await scene.crm.listMessages({ limit: 100 });
    expect(messages.filter(({ to_address }) => to_address === phone).map(({ status }) => status)).toEqual(["sent", "sent"]);
  },
});

/** A batch that an earlier release activated gets its workflow, which continues with each member. */
const batchMigration = defineScenario<StepSubject>({
  name: "the workflow of a batch of an earlier release",
  covers: { subscribers: ["reengagement-walks"], due: ["reengagement_batch"] },
  settings: sequenced,
  open: connectSequences,
  async prepare(scene) {
    const [{ crm, system, tenant }, { sms: template_id, person: addPerson, member: addMember }] = [
      scene,
      sequenceFixtureFor(scene),
    ];
    const { id: personId, phone } = await addPerson();
    const sequence = [0, 0].map((after_days) => ({ channel: "sms", template_id, after_days }));
    const { data } = await crm.createReengagementBatch({ batch_name: `Struck ${++nameCount}`, sequence });
    const member = await addMember(data.id, personId);
    await migrateActiveBatch(system.app, tenant.id, { batch: data.id, member });
    return { batch: data.id, member, phone };
  },
  async proceed({ system: line }) {
    for (let times = 0; times < 3; times++) await line.advance(BULK_LEASE_SECONDS);
  },
  countsWrite: (name) => name.startsWith("reengagement-walks"),
  async check(scene, { member, phone }) {
    expect(await sequenceFixtureFor(scene).listSentTexts(phone)).toHaveLength(1);
    expect(await sequenceFixtureFor(scene).readMember(member)).toMatchObject({ sequence_step: 2, next_step_at: null });
  },
});

export const scenarios = [batchFill, memberSignal, batchSteps, batchMigration];
