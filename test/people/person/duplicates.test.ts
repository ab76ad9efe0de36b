import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { People, type PersonRecord } from "@crm/core/people/person/person.entity.ts";
import { splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { dynamodbLimits } from "@crm/core/storage/table/table.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { Transaction } from "@crm/core/storage/write/transaction.ts";
import { createClient } from "@crm/functions/derive/client.ts";
import { streamHandler } from "@crm/functions/stream/index.ts";
import type { App } from "@crm/local/app.ts";
import type { DynamoDBRecord } from "aws-lambda";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createFaultyStream, dumpItems } from "../../storage/stream/chaos.ts";
import { addUser, inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { createSeededRandom } from "../../support/random.ts";
import { selectSample } from "../../support/sample.ts";
import { listStreamRecords } from "../../support/stored-items.ts";
import { buildPersonRecord, loadPeople, measureQuality } from "./match-quality.ts";
import { generatePersons, type SyntheticPerson } from "./synthetic-persons.ts";

let app: App;
let tenant: Tenant;
const deliveredRecords: DynamoDBRecord[] = [];

beforeAll(async () => {
  app = await startTestApp({
    stream: (ports) => {
      const real = streamHandler(ports);
      return (event) => {
        deliveredRecords.push(...event.Records);
        return real(event);
      };
    },
  });
  tenant = await signUp(app);
});
afterAll(() => app.stop());

const runInTenant = <T>(work: () => Promise<T>, targetTenant = tenant): Promise<T> =>
  runIn(systemContext(app.ports, targetTenant.id, "test"), work);

let serial = 0;
/** A person with complete and unique data. */
const generatePerson = (): SyntheticPerson =>
  generatePersons({
    originals: 1,
    duplicates: 0,
    each: 0,
    mistakes: 0,
    inField: 0,
    seed: 1000 + 7 * ++serial,
  })[0] as SyntheticPerson;
const generateCompletePerson = (): SyntheticPerson => {
  for (;;) {
    const person = generatePerson();
    if (Object.values(person).every((value) => value !== "")) return person;
  }
};

/** Creates persons in full transactions; each record takes two writes. */
const writePersons = (records: readonly PersonRecord[], targetTenant = tenant): Promise<unknown> =>
  runInTenant(async () => {
    for (const chunk of splitIntoChunks(records, dynamodbLimits.transaction / 2))
      await chunk.reduce((tx, record) => tx.create(People, record), new Transaction()).commit(undefined);
  }, targetTenant);
const createPerson = async (person: SyntheticPerson, targetTenant = tenant): Promise<PersonRecord> => {
  const record = buildPersonRecord(person);
  await writePersons([record], targetTenant);
  return record;
};
const listDuplicates = async (id: string, targetTenant = tenant) => {
  await app.consumer.settle();
  return (await targetTenant.admin.listPersonDuplicates({ id })).data;
};
const listStatuses = async (id: string): Promise<string[]> => (await listDuplicates(id)).map(({ status }) => status);
const changePerson = (id: string, fields: Partial<PersonRecord>): Promise<PersonRecord> =>
  runInTenant(() => Records.change(People, id, (current) => ({ ...current, ...fields })));
const listBlocks = (id: string): unknown[] =>
  dumpItems(app, tenant.id).filter(
    ({ pk, person_ids }) => String(pk).includes("#BLOCK#") && (person_ids as Set<string> | undefined)?.has(id),
  );

describe("two persons who may be duplicates", () => {
  it("are found when the second one is created, and shown from both sides", async () => {
    const person = generateCompletePerson();
    const first = await createPerson(person);
    expect(await listDuplicates(first.id)).toEqual([]);
    const second = await createPerson({ ...person, first_name: person.last_name, last_name: person.first_name });
    const [seen] = await listDuplicates(first.id);
    expect(seen).toMatchObject({ person_id: first.id, other_person_id: second.id, status: "OPEN" });
    expect(seen?.other_person_name).toBe(`${person.last_name} ${person.first_name}`);
    expect(seen?.reasons.map(({ reason }) => reason)).toContain("first and last name swapped");
    expect(await listDuplicates(second.id)).toMatchObject([{ id: seen?.id, person_id: second.id, other_person_id: first.id }]);
  });

  it("are found when both are created at the same moment in separate consumers", async () => {
    const pairs = Array.from({ length: 10 }, () => {
      const person = generateCompletePerson();
      return [buildPersonRecord(person), buildPersonRecord(person)] as const;
    });
    await app.consumer.settle();
    deliveredRecords.length = 0;
    await writePersons(pairs.flat());
    await app.consumer.settle();
    for (const [firstPerson, secondPerson] of pairs)
      expect(await listDuplicates(firstPerson.id)).toMatchObject([{ other_person_id: secondPerson.id }]);
    // Repeat from an empty store, with each half of the pairs handled by another consumer.
    const halves = [0, 1].map((half) =>
      deliveredRecords.filter(({ dynamodb }) => pairs.some((pair) => pair[half]?.id === dynamodb?.Keys?.sk?.S)),
    );
    const otherApp = await startTestApp({ stream: () => async () => ({ batchItemFailures: [] }) });
    try {
      await runIn(systemContext(otherApp.ports, tenant.id, "test"), () =>
        pairs
          .flat()
          .reduce((tx, record) => tx.create(People, record), new Transaction())
          .commit(undefined),
      );
      const handle = streamHandler(otherApp.ports);
      const answers = await Promise.all(halves.map((Records) => handle({ Records })));
      expect(answers.flatMap(({ batchItemFailures }) => batchItemFailures)).toEqual([]);
      const open = dumpItems(otherApp, tenant.id).filter(({ __edb_e__ }) => __edb_e__ === "candidate");
      expect(open).toHaveLength(10);
      const writes = listStreamRecords(otherApp).filter(({ dynamodb }) => dynamodb?.NewImage?.__edb_e__?.S === "candidate");
      expect(writes).toHaveLength(10);
    } finally {
      await otherApp.stop();
    }
  });

  it("become obsolete when one changes, and open again when it changes back", async () => {
    const person = generateCompletePerson();
    const [first, second] = [await createPerson(person), await createPerson(person)];
    expect(await listStatuses(first.id)).toEqual(["OPEN"]);
    const { first_name, last_name, addresses, hashes } = buildPersonRecord(generateCompletePerson());
    await changePerson(second.id, { first_name, last_name, addresses, hashes });
    expect(await listStatuses(first.id)).toEqual(["OBSOLETE"]);
    const back = buildPersonRecord(person);
    await changePerson(second.id, {
      first_name: back.first_name,
      last_name: back.last_name,
      addresses: back.addresses,
      hashes: back.hashes,
    });
    expect(await listStatuses(first.id)).toEqual(["OPEN"]);
  });

  it("stay dismissed after later matches", async () => {
    const person = generateCompletePerson();
    const [first, second] = [await createPerson(person), await createPerson(person)];
    const [seen] = await listDuplicates(first.id);
    const { data } = await tenant.admin.dismissDuplicate({ id: String(seen?.id), reason: "Father and son" });
    expect(data.status).toBe("DISMISSED");
    await changePerson(second.id, { first_name: `${person.first_name}x` });
    expect(await listStatuses(first.id)).toEqual(["DISMISSED"]);
    await runInTenant(() => Records.remove(People, second.id));
    await runInTenant(() => Records.restore(People, second.id));
    expect(await listStatuses(first.id)).toEqual(["DISMISSED"]);
    await app.settle();
    const history = await tenant.admin.listAuditEntries({ record_id: String(seen?.id) });
    const entry = await tenant.admin.getAuditEntry({ id: String(history.data[0]?.id) });
    expect(entry.data).toMatchObject({ change_reason: "Father and son", user_id: tenant.userId });
    const analyst = await addUser(app, tenant, "ANALYST");
    await expect(analyst.client.dismissDuplicate({ id: String(seen?.id) })).rejects.toMatchObject({ status: 403 });
  });

  it("are obsolete while one is deleted, and found again after its restore", async () => {
    const person = generateCompletePerson();
    const [first, second] = [await createPerson(person), await createPerson(person)];
    expect(await listStatuses(first.id)).toEqual(["OPEN"]);
    await runInTenant(() => Records.remove(People, second.id));
    expect(await listStatuses(first.id)).toEqual(["OBSOLETE"]);
    expect(listBlocks(second.id)).toEqual([]);
    expect(listBlocks(first.id).length).toBeGreaterThan(5);
    // A new person is compared with the existing ones.
    const third = await createPerson(person);
    expect((await listDuplicates(third.id)).map(({ other_person_id }) => other_person_id)).toEqual([first.id]);
    await runInTenant(() => Records.restore(People, second.id));
    expect(await listStatuses(first.id)).toEqual(["OPEN", "OPEN"]);
    expect(await listStatuses(third.id)).toEqual(["OPEN", "OPEN"]);
  });

  it("are obsolete while one is deleted, even by a rule under which any two persons are alike", async () => {
    const ownTenant = await signUp(app);
    const { definition } = (await ownTenant.admin.getRule({ kind: "person_match" })).data.in_force;
    const alike = { kind: "person_match", definition: { ...(definition as object), shift: 40 } };
    const { data: draft } = await ownTenant.admin.createRuleVersion(alike);
    await ownTenant.admin.publishRuleVersion({ kind: "person_match", id: draft.id });
    const person = generateCompletePerson();
    const [first, second] = [await createPerson(person, ownTenant), await createPerson(person, ownTenant)];
    const readStatuses = async () => (await listDuplicates(first.id, ownTenant)).map(({ status }) => status);
    expect(await readStatuses()).toEqual(["OPEN"]);
    await runInTenant(() => Records.remove(People, second.id), ownTenant);
    expect(await readStatuses()).toEqual(["OBSOLETE"]);
  });

  it("are obsolete once one is merged, and the survivor's address lists those of both", async () => {
    const person = generateCompletePerson();
    const [first, second, third] = [await createPerson(person), await createPerson(person), await createPerson(person)];
    expect(await listStatuses(third.id)).toEqual(["OPEN", "OPEN"]);
    await changePerson(second.id, { merged_into: first.id });
    await changePerson(first.id, { merged_ids: [second.id] });
    expect((await listDuplicates(third.id)).filter(({ status }) => status === "OPEN")).toMatchObject([
      { other_person_id: first.id },
    ]);
    expect((await listDuplicates(third.id)).map(({ other_person_id }) => other_person_id)).toEqual([first.id, first.id]);
    expect((await listDuplicates(second.id))[0]).toMatchObject({ person_id: first.id });
    expect(listBlocks(second.id)).toEqual([]);
  });

  it("are found through a third person similar to both", async () => {
    const person = {
      ...generateCompletePerson(),
      first_name: "wilhelmina",
      last_name: "brankovich",
      document_number: "7654321",
      line2: "",
    };
    const bare = { ...person, number: "", postal_code: "", birth_date: "" };
    const first = await createPerson({ ...bare, last_name: "" });
    const third = await createPerson({ ...bare, document_number: "7654921" });
    expect(await listDuplicates(first.id)).toEqual([]);
    const second = await createPerson(person);
    const listOtherIds = async (id: string) => new Set((await listDuplicates(id)).map(({ other_person_id }) => other_person_id));
    expect(await listOtherIds(second.id)).toEqual(new Set([first.id, third.id]));
    expect(await listOtherIds(first.id)).toEqual(new Set([second.id, third.id]));
  });

  it("stay open once a lead named both contact points, except while one is deleted", async () => {
    const [email, phone] = ["named.once@mail.example", "+32 485 77 00 11"];
    const names = { first_name: "Nora", last_name: "Named" };
    const { data: firstLead } = await tenant.admin.createLead(newLead({ ...names, email }));
    const { data: secondLead } = await tenant.admin.createLead(newLead({ ...names, email: null, phone }));
    await tenant.admin.createLead(newLead({ ...names, email, phone }));
    expect(await listDuplicates(firstLead.personal_key_id)).toMatchObject([
      { status: "OPEN", score: 90, other_person_id: secondLead.personal_key_id },
    ]);
    await changePerson(secondLead.personal_key_id, { first_name: "Quite", last_name: "Different" });
    expect(await listDuplicates(firstLead.personal_key_id)).toMatchObject([{ status: "OPEN", score: 90 }]);
    await runInTenant(() => Records.remove(People, secondLead.personal_key_id));
    expect(await listStatuses(firstLead.personal_key_id)).toEqual(["OBSOLETE"]);
    await runInTenant(() => Records.restore(People, secondLead.personal_key_id));
    expect(await listStatuses(firstLead.personal_key_id)).toEqual(["OPEN"]);
  });

  it("are written once, despite repeated deliveries of the stream", async () => {
    const person = generateCompletePerson();
    await app.consumer.settle();
    deliveredRecords.length = 0;
    const [first] = [await createPerson(person), await createPerson(person)];
    const [seen] = await listDuplicates(first.id);
    const before = dumpItems(app, tenant.id);
    const handle = streamHandler(app.ports);
    for (let times = 0; times < 2; times++)
      expect(await handle({ Records: [...deliveredRecords] })).toEqual({ batchItemFailures: [] });
    // Handled twice in parallel, once in reverse order.
    await Promise.all([handle({ Records: [...deliveredRecords].reverse() }), handle({ Records: [...deliveredRecords] })]);
    await app.settle();
    const listMatchItems = (items: typeof before) =>
      items
        .filter(({ pk, sk }) => /#BLOCK#/.test(String(pk)) || /^(~match|dup_)/.test(String(sk)))
        .map((item) => JSON.stringify(item, serializeSet));
    expect(listMatchItems(dumpItems(app, tenant.id)).sort()).toEqual(listMatchItems(before).sort());
    expect(seen?.version).toBe(1);
  });

  it("are evaluated by their current state when the stream is late", async () => {
    const person = generateCompletePerson();
    await app.consumer.settle();
    deliveredRecords.length = 0;
    const [first, second] = [await createPerson(person), await createPerson(person)];
    expect(await listStatuses(first.id)).toEqual(["OPEN"]);
    const late = deliveredRecords.filter(({ dynamodb }) => dynamodb?.Keys?.sk?.S === second.id);
    expect(late).toHaveLength(1);
    const { first_name, last_name, addresses, hashes } = buildPersonRecord(generateCompletePerson());
    await changePerson(second.id, { first_name, last_name, addresses, hashes });
    expect(await listStatuses(first.id)).toEqual(["OBSOLETE"]);
    expect(await streamHandler(app.ports)({ Records: late })).toEqual({ batchItemFailures: [] });
    expect(await listStatuses(first.id)).toEqual(["OBSOLETE"]);
  });

  it("belong to one tenant", async () => {
    const person = generateCompletePerson();
    const otherTenant = await signUp(app);
    const [ownPerson, foreignPerson] = [await createPerson(person), await createPerson(person, otherTenant)];
    expect(await listDuplicates(ownPerson.id)).toEqual([]);
    expect(await listDuplicates(foreignPerson.id, otherTenant)).toEqual([]);
    await expect(otherTenant.admin.listPersonDuplicates({ id: ownPerson.id })).rejects.toMatchObject({ status: 404 });
  });

  it("are resumed after a crash between blocks and candidates", async () => {
    const otherApp = await startTestApp({
      stream: () => async () => ({ batchItemFailures: [] }),
      log: { write: () => undefined },
    });
    try {
      const person = generateCompletePerson();
      const records = [buildPersonRecord(person), buildPersonRecord(person)];
      await runIn(systemContext(otherApp.ports, tenant.id, "test"), () =>
        records.reduce((tx, record) => tx.create(People, record), new Transaction()).commit(undefined),
      );
      const seen: DynamoDBRecord[] = await buildStreamRecords(
        otherApp,
        records.map(({ id }) => id),
      );
      const { database } = otherApp.ports;
      let broken = true;
      const breaking = {
        ...otherApp.ports,
        database: {
          table: database.table,
          send: async (command: object, scope: never) => {
            if (broken && JSON.stringify(command).includes('"sk":"dup_')) throw new Error("broken");
            return database.send(command, scope);
          },
        },
      } as typeof otherApp.ports;
      const handle = streamHandler(breaking);
      expect((await handle({ Records: seen })).batchItemFailures).not.toEqual([]);
      broken = false;
      expect((await handle({ Records: seen })).batchItemFailures).toEqual([]);
      expect(dumpItems(otherApp, tenant.id).filter(({ __edb_e__ }) => __edb_e__ === "candidate")).toHaveLength(1);
    } finally {
      await otherApp.stop();
    }
  });
});

/** Stream records of new persons, as the table would write them. */
async function buildStreamRecords(sourceApp: App, ids: readonly string[]): Promise<DynamoDBRecord[]> {
  const { marshall } = await import("@aws-sdk/util-dynamodb");
  const items = dumpItems(sourceApp, tenant.id).filter(({ sk }) => ids.includes(String(sk)));
  return items.map((item, index) => ({
    dynamodb: { Keys: marshall({ pk: item.pk, sk: item.sk }), NewImage: marshall(item), SequenceNumber: String(index + 1) },
  })) as DynamoDBRecord[];
}

const serializeSet = (_: string, value: unknown) => (value instanceof Set ? [...value].sort() : value);

describe("a block", () => {
  it("with too many persons is ignored, and takes no more", async () => {
    const records = Array.from({ length: 90 }, () =>
      buildPersonRecord({ ...generateCompletePerson(), first_name: "Maria", last_name: "Crowded" }),
    );
    await writePersons(records);
    await app.consumer.settle();
    const late = buildPersonRecord({ ...generateCompletePerson(), first_name: "Maria", last_name: "Crowded" });
    await writePersons([late]);
    await app.consumer.settle();
    const blocks = dumpItems(app, tenant.id).filter(({ pk }) => String(pk).includes("#BLOCK#"));
    const sizes = blocks.map(({ person_ids }) => (person_ids as Set<string> | undefined)?.size ?? 0);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(64);
    const marked = blocks.filter(({ is_full }) => is_full);
    // The blocks of both names by sound, of the last name, and of first and last letters.
    expect(marked).toHaveLength(4);
    expect(marked.flatMap(({ person_ids = [] }) => [...(person_ids as Iterable<string>)])).toEqual([]);
    // Persons who share other data are still found.
    const similarPerson = buildPersonRecord({ ...generateCompletePerson(), first_name: "Maria", last_name: "Crowded" });
    await writePersons([
      similarPerson,
      { ...buildPersonRecord(generateCompletePerson()), first_name: "Maria", last_name: "Crowded", hashes: similarPerson.hashes },
    ]);
    expect(await listStatuses(similarPerson.id)).toEqual(["OPEN"]);
  });
});

describe("the queue", () => {
  it("shows open pairs by score or time, or those of another status", async () => {
    const { admin } = await signUp(app);
    const ownTenant = { ...tenant, admin, id: (await admin.getTenant({})).data.id };
    for (let pairs = 0; pairs < 4; pairs++) {
      const person = generateCompletePerson();
      await createPerson(person, ownTenant);
      await createPerson(pairs % 2 ? person : { ...person, document_number: "", street: "", birth_date: "" }, ownTenant);
    }
    await app.settle();
    const queue = await admin.listDuplicates({});
    expect(queue.meta.total).toBe(4);
    const scores = queue.data.map(({ score }) => score);
    expect(scores).toEqual([...scores].sort((a, b) => b - a));
    expect(scores[0]).toBeGreaterThan(scores[3] as number);
    const times = (await admin.listDuplicates({ sort: "created_at", order: "asc" })).data.map(({ created_at }) => created_at);
    expect(times).toEqual([...times].sort());
    const first = String(queue.data[0]?.id);
    await admin.dismissDuplicate({ id: first });
    await app.settle();
    expect((await admin.listDuplicates({})).data.map(({ id }) => id)).not.toContain(first);
    expect((await admin.listDuplicates({ status: "DISMISSED" })).data.map(({ id }) => id)).toEqual([first]);
    const page = await admin.listDuplicates({ limit: 2 });
    const rest = await admin.listDuplicates({ limit: 2, cursor: String(page.meta.next_cursor) });
    expect(new Set([...page.data, ...rest.data].map(({ id }) => id)).size).toBe(3);
    await expect(createClient(inProcessTransport(app)).listDuplicates({})).rejects.toMatchObject({ status: 401 });
  });
});

describe("a full batch of the stream", () => {
  it("is processed at once with shared reads", async () => {
    const meter = { read: 0, write: 0, commands: 0 };
    const crm = await startTestApp({ meter });
    try {
      const persons = generatePersons({ originals: 300, duplicates: 0, each: 0, mistakes: 0, inField: 0, seed: 5 });
      await loadPeople(crm.ports, "ten_000000000000000001", persons);
      await crm.consumer.settle();
      expect(meter.commands).toBeLessThan(300);
    } finally {
      await crm.stop();
    }
  });
});

describe("among generated persons with planted duplicates", () => {
  const populations = [
    ["a few mistakes in one duplicate each", { originals: 500, duplicates: 100, each: 1, mistakes: 4, inField: 1, seed: 11 }],
    ["several duplicates with many mistakes", { originals: 100, duplicates: 150, each: 5, mistakes: 6, inField: 2, seed: 12 }],
  ] as const;
  it.each(selectSample(populations, { name: ([name]) => name, kind: () => "planted" }))("%s", async (_, making) => {
    const line = createFaultyStream(createSeededRandom(making.seed));
    const persons = generatePersons(making);
    const crm = await startTestApp({ stream: line.stream, log: { write: () => undefined } });
    try {
      const id = "ten_000000000000000001";
      const ids = await loadPeople(crm.ports, id, persons);
      await crm.consumer.settle();
      await line.flush();
      const humans = new Map(ids.map((person, index) => [person, persons[index]?.human ?? -1]));
      const { pairs, recall, precision } = measureQuality(crm, id, humans);
      expect(pairs).toBeGreaterThanOrEqual(100);
      expect(recall).toBeGreaterThanOrEqual(0.985);
      expect(precision).toBeGreaterThanOrEqual(0.995);
    } finally {
      await crm.stop();
    }
  });
});
