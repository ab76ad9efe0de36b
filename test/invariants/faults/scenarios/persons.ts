import { rotateDataKeys } from "@crm/core/storage/scheduler/key-rotation.ts";
import { allowAnyInput } from "@crm/functions/derive/client.ts";
import { expect } from "vitest";
import { defineScenario, type Fixture } from "../harness.ts";

let pairCount = 0;

interface Pair {
  at: number;
  survivor: string;
  other: string;
}

const pairEmail = (name: string, pairNumber: number): string => `${name}${pairNumber}@strike.example`;
const pairDocument = (name: string, pairNumber: number): string => `DOC-${name}-${pairNumber}`;

async function createPair({ crm }: Fixture): Promise<Pair> {
  const pairNumber = ++pairCount;
  const create = async (name: string, fields: object) => {
    const contact_points = [{ contact_type: "email", contact_value: pairEmail(name, pairNumber) }];
    const { data } = await crm.createPerson({
      ...fields,
      document_number: pairDocument(name, pairNumber),
      contact_points,
    });
    return data.id;
  };
  return {
    at: pairNumber,
    survivor: await create("a", { title: `a ${pairNumber}` }),
    other: await create("b", { notes: `b ${pairNumber}` }),
  };
}

const mergePair = ({ crm }: Fixture, { survivor, other: mergedId }: Pair, options?: { idempotencyKey: string }) =>
  crm.mergePersons({ id: survivor, merged_id: mergedId, choices: { "sensitive.document_number": "merged" } }, options);

/** The state of a pair, read by both ids. A state between merged and separate is a fault. */
async function expectPair({ crm }: Fixture, { at: pairNumber, survivor, other: mergedId }: Pair, isOne: boolean): Promise<void> {
  const [a, b] = [(await crm.getPerson({ id: survivor })).data, (await crm.getPerson({ id: mergedId })).data];
  const { data: merges } = await crm.listMerges({ id: survivor });
  const emails = [pairEmail("a", pairNumber), pairEmail("b", pairNumber)];
  const expectedFields = { title: `a ${pairNumber}`, emails: isOne ? emails : [emails[0]], merged_ids: isOne ? [mergedId] : [] };
  expect(a).toMatchObject({
    ...expectedFields,
    notes: isOne ? `b ${pairNumber}` : null,
    document_number: pairDocument(isOne ? "b" : "a", pairNumber),
  });
  expect(merges).toHaveLength(1);
  expect(merges.filter(({ undone_at }) => undone_at === null)).toHaveLength(isOne ? 1 : 0);
  if (isOne) expect(b.id).toBe(survivor);
  else {
    expect(b).toMatchObject({ id: mergedId, notes: `b ${pairNumber}`, title: null, emails: [emails[1]], merged_ids: [] });
    expect(b.document_number).toBe(pairDocument("b", pairNumber));
  }
  for (const email of emails) {
    const response = await crm.resolvePerson({ emails: [email] });
    expect(response.data.person.id).toBe(isOne || email === emails[0] ? survivor : mergedId);
  }
}

/** Includes the stream consumer, which looks for duplicates of both. */
const isAnySource = (): boolean => true;

const mergePersons = defineScenario<Pair>({
  name: "mergePersons",
  covers: { operations: ["mergePersons"] },
  countsWrite: isAnySource,
  prepare: createPair,
  ask: mergePair,
  check: (scene, subject) => expectPair(scene, subject, true),
});

const unmergePersons = defineScenario<Pair>({
  name: "unmergePersons",
  covers: { operations: ["unmergePersons"] },
  countsWrite: isAnySource,
  async prepare(scene) {
    const pair = await createPair(scene);
    await mergePair(scene, pair);
    return pair;
  },
  ask: ({ crm }, { survivor, other: mergedId }, options) => crm.unmergePersons({ id: survivor, merged_id: mergedId }, options),
  check: (scene, subject) => expectPair(scene, subject, false),
});

/** The operator runs the rotation again until it reports completion. */
function rotationScenario() {
  let persons: Pair;
  return defineScenario<Pair>({
    name: "rotate-keys",
    covers: {},
    countsWrite: (name) => name === "rotate",
    // Every run uses the same persons, because more persons would shift the position of the writes.
    async open(scene) {
      persons = await createPair(scene);
    },
    prepare: async () => persons,
    async proceed({ system: line }) {
      const turn = () => rotateDataKeys(line.app.ports, { batches: 1 }).catch(() => undefined);
      for (let rounds = 0; rounds < 20 && !(await line.invoke("rotate", turn))?.done; rounds++);
      await line.drain();
    },
    async check(scene, { at: pairNumber, survivor, other: mergedId }) {
      const generation = await rotateDataKeys(scene.system.app.ports, { resume: true });
      expect(generation).toMatchObject({ done: true, rewritten: 0, failed: [] });
      for (const [name, id] of [["a", survivor] as const, ["b", mergedId] as const]) {
        const { data } = await scene.crm.getPerson({ id });
        expect(data.document_number).toBe(pairDocument(name, pairNumber));
      }
    },
  });
}

let valueCount = 0;

/** A value that only one record may have; its lock moves with it. */
const uniqueValue = defineScenario<{ from: string; to: string; was: string; now: string }>({
  name: "a unique value changes hands",
  covers: {},
  async open({ crm }) {
    const field = { field_name: "badge", field_label: "Badge", field_type: "text", is_unique: true } as const;
    await crm.createCustomField({ entity_type: "lead", ...field });
  },
  async prepare({ crm }) {
    const [formerBadge, now] = [`badge ${++valueCount}`, `badge ${++valueCount}`];
    const create = async (custom_fields: object) =>
      (await allowAnyInput(crm).createLead({ first_name: "Una", last_name: `Holder${valueCount}`, custom_fields })).data.id;
    return { from: await create({ badge: formerBadge }), to: await create({}), was: formerBadge, now };
  },
  ask: ({ crm }, { from, now }, options) => crm.updateLead({ id: from, custom_fields: { badge: now } }, options),
  async check({ crm }, { from, to, was: formerBadge, now }) {
    expect((await crm.getLead({ id: from })).data.custom_fields).toEqual({ badge: now });
    const take = (badge: string) => crm.updateLead({ id: to, custom_fields: { badge } });
    await expect(take(now)).rejects.toMatchObject({ status: 409 });
    expect((await take(formerBadge)).data.custom_fields).toEqual({ badge: formerBadge });
  },
});

export const scenarios = [rotationScenario(), mergePersons, unmergePersons, uniqueValue];
