import { createSequenceFixture, type SequenceFixture, settings } from "../../../engagement/reengagement/sequence-fixture.ts";
import type { TestUser } from "../../../support/app.ts";
import { type Scenario, scenario, type World } from "../scenario.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** A batch that all users see, with a sequence of one text message, and a person whom only the administrator sees. */
interface PreparedBatch {
  readonly fixture: SequenceFixture;
  readonly id: string;
  readonly person: { readonly id: string; readonly phone: string };
  readonly template: string;
  /** A template for the changed sequence. */
  readonly otherTemplate: string;
}

type Sequence = { readonly channel: string; readonly template_id: string; readonly after_days: number }[];
const buildSequence = (template_id: string): Sequence => [{ channel: "sms", template_id, after_days: 1 }];

async function prepareBatch({ app, admin, tenant }: World): Promise<PreparedBatch> {
  await admin.updateTenant({ settings });
  const fixture = await createSequenceFixture(app, tenant);
  const person = await fixture.person();
  const createTemplate = async (body_text: string): Promise<string> =>
    (await admin.createMessageTemplate({ name: `${body_text} ${person.id}`, channel: "SMS", body_text })).data.id;
  const [template, otherTemplate] = [await createTemplate("approved"), await createTemplate("edited")];
  const sequence = buildSequence(template);
  const { data } = await admin.createReengagementBatch({ batch_name: "Back", assigned_to: null, sequence });
  return { fixture, id: data.id, person, template, otherTemplate };
}

/** Adds the person and activates the batch, both as the administrator. */
async function startBatch(world: World): Promise<PreparedBatch> {
  const batch = await prepareBatch(world);
  await batch.fixture.member(batch.id, batch.person.id);
  await world.admin.activateReengagementBatch({ id: batch.id });
  await world.app.settle();
  return batch;
}

/** Lets the message become due, and returns which text the person got. */
async function readText(world: World, { fixture, person }: PreparedBatch): Promise<"approved" | "edited" | "nothing"> {
  for (const seconds of [DAY_SECONDS, 60, 60]) await world.letPass(seconds);
  const texts = await fixture.listSentTexts(person.phone);
  return texts.includes("edited") ? "edited" : texts.includes("approved") ? "approved" : "nothing";
}

type Editor = TestUser["client"];

async function changeSequence({ id, otherTemplate }: PreparedBatch, editor: Editor): Promise<void> {
  await editor.updateReengagementBatch({ id, sequence: buildSequence(otherTemplate) });
  await editor.activateReengagementBatch({ id });
}

const changedSequence = scenario<PreparedBatch>({
  ...{ authority: "reengagement_step", record: "reengagement_batch", change: "sequence of a running batch", role: "SALES_REP" },
  approve: startBatch,
  edit: (_, batch, editor) => [editor.pauseReengagementBatch({ id: batch.id }).then(() => changeSequence(batch, editor))],
  run: readText,
});

const startedDraft = scenario<PreparedBatch>({
  ...{ authority: "reengagement_step", record: "reengagement_batch", change: "start of a batch with members", role: "SALES_REP" },
  async approve(world) {
    const batch = await prepareBatch(world);
    await batch.fixture.member(batch.id, batch.person.id);
    return batch;
  },
  edit: (_, batch, editor) => [changeSequence(batch, editor)],
  run: readText,
});

const changedTemplate = scenario<PreparedBatch>({
  ...{ authority: "reengagement_step", record: "message_template", change: "text of a step's template", role: "MARKETER" },
  approve: startBatch,
  edit: (_, { template }, editor) => [editor.updateMessageTemplate({ id: template, body_text: "edited" })],
  async approveAgain({ admin }, { id }) {
    await admin.pauseReengagementBatch({ id });
    await admin.activateReengagementBatch({ id });
  },
  run: readText,
});

const addedMember = scenario<PreparedBatch>({
  ...{ authority: "reengagement_step", record: "reengagement_member", change: "member of a running batch", role: "SALES_REP" },
  async approve(world) {
    const batch = await prepareBatch(world);
    await world.admin.activateReengagementBatch({ id: batch.id });
    return batch;
  },
  edit: (_, { id, person }, editor) => [editor.addReengagementMember({ id, person_id: person.id })],
  // The batch has no other member, so any message is one to the added member.
  run: async (world, batch) => ((await readText(world, batch)) === "nothing" ? "nothing" : "edited"),
});

/** A fill that has not begun, and its customers, whom only the administrator sees. */
interface StartedFill {
  readonly batch: string;
  readonly segment: string;
  readonly persons: Readonly<Record<"approved" | "edited", string>>;
  readonly release: () => Promise<void>;
}

const taggedFilter = (tag: string) => ({ tags: { has: tag } });

/** Holds the events of fills back, so that a fill begins after the change and not at once. */
function holdFills({ app: { ports } }: World): () => Promise<void> {
  const publish = ports.bus.publish;
  const held: Parameters<typeof publish>[0][number][] = [];
  ports.bus.publish = (events) => {
    held.push(...events.filter(({ type }) => type.startsWith("reengagement_fill.")));
    return publish.call(
      ports.bus,
      events.filter(({ type }) => !type.startsWith("reengagement_fill.")),
    );
  };
  return async () => {
    ports.bus.publish = publish;
    await ports.bus.publish(held);
  };
}

async function startFill(world: World): Promise<StartedFill> {
  const { admin, app } = world;
  const createCustomer = async (tag: string): Promise<string> => {
    const customer = { customer_type: "INDIVIDUAL", first_name: "Ida", last_name: "Lund", tags: [tag] };
    return String((await admin.createCustomer(customer)).data.personal_key_id);
  };
  const persons = { approved: await createCustomer("approved"), edited: await createCustomer("edited") };
  const dynamic = { name: "Quiet", membership: "DYNAMIC", filter: taggedFilter("approved") };
  const { data: segment } = await admin.createSegment(dynamic);
  const { data: batch } = await admin.createReengagementBatch({ batch_name: "Back", assigned_to: null });
  await app.settle();
  const release = holdFills(world);
  await admin.fillReengagementBatch({ id: batch.id, segment_id: segment.id });
  return { batch: batch.id, segment: segment.id, persons, release };
}

const changedSegment = scenario<StartedFill>({
  ...{ authority: "reengagement_fill", record: "segment", change: "filter of the segment of a fill", role: "MARKETER" },
  approve: startFill,
  edit: (_, { segment }, editor) => [editor.updateSegment({ id: segment, filter: taggedFilter("edited") })],
  async run({ admin, app }, { batch, persons, release }) {
    await release();
    await app.settle();
    const { data } = await admin.listReengagementBatchMembers({ id: batch });
    const added = data.map(({ personal_key_id }) => String(personal_key_id));
    return added.includes(persons.edited) ? "edited" : added.includes(persons.approved) ? "approved" : "nothing";
  },
});

/** A fill from a contact list whose filter matches no contact, although there is one that only the administrator sees. */
const changedList = scenario<Pick<StartedFill, "batch" | "release"> & { readonly list: string }>({
  ...{ authority: "reengagement_fill", record: "contact_list", change: "filter of the contact list of a fill", role: "MARKETER" },
  async approve(world) {
    const { admin, app } = world;
    const { data: customer } = await admin.createCustomer({ customer_type: "BUSINESS", name: "Yard" });
    const contact = { customer_id: customer.id, first_name: "Hidden", last_name: "Lund", email: "hidden@mail.example" };
    await admin.createContact(contact);
    const dynamic = { name: "Quiet", membership: "DYNAMIC", filter: { first_name: "No-one-has-this" } };
    const { data: list } = await admin.createContactList(dynamic);
    const { data: batch } = await admin.createReengagementBatch({ batch_name: "Back", assigned_to: null });
    await app.settle();
    const release = holdFills(world);
    await admin.fillReengagementBatch({ id: batch.id, contact_list_id: list.id });
    return { batch: batch.id, list: list.id, release };
  },
  edit: (_, { list }, editor) => [editor.updateContactList({ id: list, filter: { first_name: "Hidden" } })],
  async run({ admin, app }, { batch, release }) {
    await release();
    await app.settle();
    return (await admin.listReengagementBatchMembers({ id: batch })).data.length > 0 ? "edited" : "nothing";
  },
});

export const reengagementScenarios: readonly Scenario[] = [
  changedSequence,
  startedDraft,
  changedTemplate,
  addedMember,
  changedSegment,
  changedList,
];
