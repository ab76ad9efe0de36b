import { rotate } from "@crm/core/storage/jobs/rotate.ts";
import { expect } from "vitest";
import { type Scene, verb } from "../harness.ts";

let pairs = 0;

interface Pair {
  at: number;
  survivor: string;
  other: string;
}

const emailOf = (name: string, at: number): string => `${name}${at}@strike.example`;
const documentOf = (name: string, at: number): string => `DOC-${name}-${at}`;

async function pair({ crm }: Scene): Promise<Pair> {
  const at = ++pairs;
  const create = async (name: string, said: object) => {
    const contact_points = [{ contact_type: "email", contact_value: emailOf(name, at) }];
    const { data } = await crm.createPerson({ ...said, document_number: documentOf(name, at), contact_points } as never);
    return data.id;
  };
  return { at, survivor: await create("a", { title: `a ${at}` }), other: await create("b", { notes: `b ${at}` }) };
}

const merge = ({ crm }: Scene, { survivor, other }: Pair, options?: { idempotencyKey: string }) =>
  crm.mergePersons({ id: survivor, merged_id: other, choices: { "sensitive.document_number": "merged" } } as never, options);

/** What a pair is, asked of both ids; anything between one and two is a fault. */
async function isPair({ crm }: Scene, { at, survivor, other }: Pair, isOne: boolean): Promise<void> {
  const [a, b] = [(await crm.getPerson({ id: survivor })).data, (await crm.getPerson({ id: other })).data];
  const { data: merges } = await crm.listMerges({ id: survivor });
  const emails = [emailOf("a", at), emailOf("b", at)];
  const shown = { title: `a ${at}`, emails: isOne ? emails : [emails[0]], merged_ids: isOne ? [other] : [] };
  expect(a).toMatchObject({ ...shown, notes: isOne ? `b ${at}` : null, document_number: documentOf(isOne ? "b" : "a", at) });
  expect(merges).toHaveLength(1);
  expect(merges.filter(({ undone_at }) => undone_at === null)).toHaveLength(isOne ? 1 : 0);
  if (isOne) expect(b.id).toBe(survivor);
  else {
    expect(b).toMatchObject({ id: other, notes: `b ${at}`, title: null, emails: [emails[1]], merged_ids: [] });
    expect(b.document_number).toBe(documentOf("b", at));
  }
  for (const email of emails) {
    const found = await crm.resolvePerson({ emails: [email] } as never);
    expect(found.data.person.id).toBe(isOne || email === emails[0] ? survivor : other);
  }
}

/** With the stream, which looks for duplicates of both. */
const all = (): boolean => true;

const mergePersons = verb<Pair>({
  name: "mergePersons",
  covers: { operations: ["mergePersons"] },
  by: all,
  prepare: pair,
  ask: merge,
  check: (scene, subject) => isPair(scene, subject, true),
});

const unmergePersons = verb<Pair>({
  name: "unmergePersons",
  covers: { operations: ["unmergePersons"] },
  by: all,
  async prepare(scene) {
    const made = await pair(scene);
    await merge(scene, made);
    return made;
  },
  ask: ({ crm }, { survivor, other }, options) => crm.unmergePersons({ id: survivor, merged_id: other } as never, options),
  check: (scene, subject) => isPair(scene, subject, false),
});

/** Resumed by its operator until it says that it has come to its end. */
function rotation() {
  let persons: Pair;
  return verb<Pair>({
    name: "rotate-keys",
    covers: {},
    by: (name) => name === "rotate",
    // The same ones each time: whoever is walked over before would move what is struck.
    async open(scene) {
      persons = await pair(scene);
    },
    prepare: async () => persons,
    async proceed({ line }) {
      const turn = () => rotate(line.app.ports, { batches: 1 }).catch(() => undefined);
      for (let rounds = 0; rounds < 20 && !(await line.invoke("rotate", turn))?.done; rounds++);
      await line.drain();
    },
    async check(scene, { at, survivor, other }) {
      const generation = await rotate(scene.line.app.ports, { again: true });
      expect(generation).toMatchObject({ done: true, rewritten: 0, failed: [] });
      for (const [name, id] of [["a", survivor] as const, ["b", other] as const]) {
        const { data } = await scene.crm.getPerson({ id });
        expect(data.document_number).toBe(documentOf(name, at));
      }
    },
  });
}

let values = 0;

/** A value that one record holds at most, and its lock, which goes with it. */
const uniqueValue = verb<{ from: string; to: string; was: string; now: string }>({
  name: "a unique value changes hands",
  covers: {},
  async open({ crm }) {
    const field = { field_name: "badge", field_label: "Badge", field_type: "text", is_unique: true } as const;
    await crm.createCustomField({ entity_type: "lead", ...field });
  },
  async prepare({ crm }) {
    const [was, now] = [`badge ${++values}`, `badge ${++values}`];
    const create = async (custom_fields: object) =>
      (await crm.createLead({ first_name: "Una", last_name: `Holder${values}`, custom_fields } as never)).data.id;
    return { from: await create({ badge: was }), to: await create({}), was, now };
  },
  ask: ({ crm }, { from, now }, options) => crm.updateLead({ id: from, custom_fields: { badge: now } } as never, options),
  async check({ crm }, { from, to, was, now }) {
    expect((await crm.getLead({ id: from })).data.custom_fields).toEqual({ badge: now });
    const take = (badge: string) => crm.updateLead({ id: to, custom_fields: { badge } } as never);
    await expect(take(now)).rejects.toMatchObject({ status: 409 });
    expect((await take(was)).data.custom_fields).toEqual({ badge: was });
  },
});

export const persons = [rotation(), mergePersons, unmergePersons, uniqueValue];
