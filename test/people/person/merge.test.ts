import { runIn, systemContext, useActorId } from "@crm/core/kernel/context.ts";
import * as Identity from "@crm/core/people/person/identity.ts";
import { People, type PersonRecord } from "@crm/core/people/person/person.entity.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { allowAnyInput, createClient } from "@crm/functions/derive/client.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createRandom } from "../../../scripts/demo/sample-data.ts";
import { simulateProcess } from "../../platform/auth/simulated-process.ts";
import { inProcessTransport, newLead, signUp, startTestApp, type Tenant } from "../../support/app.ts";
import { resolveTestSize } from "../../support/sample.ts";

let app: App;
let tenant: Tenant;
let serial = 0;

beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app, { default_country: "BE" });
});
afterAll(() => app.stop());

type Input = Record<string, unknown>;
const create = async (input: Input = { document_type: "passport" }) => (await tenant.admin.createPerson(input)).data;
const get = async (id: string) => (await tenant.admin.getPerson({ id })).data;
const merge = async (id: string, merged_id: string, more: Input = {}) =>
  (await tenant.admin.mergePersons({ id, merged_id, ...more })).data;
const unmerge = async (id: string, merged_id: string) => (await tenant.admin.unmergePersons({ id, merged_id })).data;
const update = (id: string, patch: Input) => tenant.admin.updatePerson({ id, ...patch });
const newEmail = (): string => `m${++serial}@mail.example`;
const emailPoint = (contact_value = newEmail(), more: Input = {}) => ({ contact_type: "email", contact_value, ...more });

const runInTenant = <T>(work: () => Promise<T>): Promise<T> => runIn(systemContext(app.ports, tenant.id, "test"), work);
const loadPerson = (id: string): Promise<PersonRecord | undefined> => runInTenant(() => Records.load(People, id));

/** The stored content of a person, except when and by whom it was written. */
async function readContent(id: string): Promise<object> {
  const { version: _v, updated_at: _at, updated_by: _by, sealed, ...rest } = (await loadPerson(id)) as PersonRecord;
  return { ...rest, sealed: sealed && Object.keys(sealed.values).sort() };
}

const fullPersonInput = (label: string): Input => ({
  first_name: `First ${label}`,
  last_name: "Same",
  title: `Title ${label}`,
  custom_attributes: { [label]: 1, both: label },
  birth_date: label === "a" ? "1980-01-02" : "1981-03-04",
  document_number: `DOC-${label}-12345`,
  external_key: `key-${label}-${++serial}`,
  contact_points: [emailPoint(), { contact_type: "phone", contact_value: `0485 ${String(100_000 + ++serial)}` }],
  addresses: [{ city: `City ${label}`, country: "BE" }],
  preferences: [{ channel: "email", consent: "ALLOWED", at: label === "a" ? "2026-01-01T00:00:00Z" : "2026-02-01T00:00:00Z" }],
});

describe("a merge", () => {
  it("shows in a preview the outcome of each field and reference, and writes nothing", async () => {
    const [a, b] = [
      await create(fullPersonInput("a")),
      await create({ ...fullPersonInput("b"), title: undefined, notes: "of b" }),
    ];
    await tenant.admin.createLead(newLead({ personal_key_id: b.id }));
    const before = [await readContent(a.id), await readContent(b.id)];
    const preview = await merge(a.id, b.id, { dry_run: true, choices: { first_name: "merged" } });
    expect(preview.merge_id).toBeNull();
    const field = (name: string) => preview.fields.find((each) => each.field === name);
    expect(field("first_name")).toMatchObject({ survivor: "First a", merged: "First b", outcome: "First b", is_conflict: true });
    expect(field("notes")).toMatchObject({ survivor: null, outcome: "of b", from: "merged", is_conflict: false });
    expect(field("last_name")).toMatchObject({ outcome: "Same", is_conflict: false });
    expect(field("custom_attributes.b")).toMatchObject({ outcome: 1, from: "merged" });
    expect(field("preferences.email.any")).toMatchObject({ from: "merged" });
    expect(field("sensitive.document_number")).toMatchObject({ survivor: "•••345", from: "survivor", is_conflict: true });
    expect(preview.joins).toMatchObject({ addresses: ["City b, BE"], records: { lead: 1 } });
    expect(preview.joins.contact_points).toHaveLength(3);
    expect([await readContent(a.id), await readContent(b.id)]).toEqual(before);
  });

  it("gives the survivor missing values, keeps its own, and joins contact points and addresses", async () => {
    const [a, b] = [await create(fullPersonInput("a")), await create({ ...fullPersonInput("b"), notes: "of b" })];
    const { merge_id } = await merge(a.id, b.id, { choices: { title: "merged", "sensitive.birth_date": "merged" } });
    const survivor = await get(a.id);
    expect(survivor).toMatchObject({
      first_name: "First a",
      title: "Title b",
      notes: "of b",
      birth_date: "1981-03-04",
      document_number: "DOC-a-12345",
      custom_attributes: { a: 1, b: 1, both: "a" },
      merged_ids: [b.id],
      merges: [{ id: merge_id, person_id: b.id }],
    });
    expect(survivor.contact_points).toHaveLength(4);
    expect(survivor.contact_points.filter(({ is_primary }) => is_primary)).toHaveLength(2);
    expect(survivor.addresses.map(({ city, is_default }) => [city, is_default])).toEqual([
      ["City a", true],
      ["City b", false],
    ]);
    expect(survivor.preferences).toMatchObject([{ at: "2026-02-01T00:00:00.000Z" }]);
    const { data } = await tenant.admin.listMerges({ id: a.id });
    expect(data).toMatchObject([{ id: merge_id, merged_id: b.id, undone_at: null }]);
  });

  it("redirects each former id, contact point and external key to the survivor, for reads and writes", async () => {
    const [a, b, c] = [
      await create(),
      await create({ external_key: `old-${++serial}`, contact_points: [emailPoint()] }),
      await create(),
    ];
    await merge(b.id, c.id);
    await merge(a.id, b.id);
    for (const id of [a.id, b.id, c.id]) expect((await get(id)).id).toBe(a.id);
    expect((await update(c.id, { notes: "by an old id" })).data).toMatchObject({ id: a.id, notes: "by an old id" });
    const lead = await tenant.admin.createLead(newLead({ email: b.emails[0] }));
    expect(lead.data.personal_key_id).toBe(a.id);
    const namedLead = await tenant.admin.createLead(newLead({ personal_key_id: c.id }));
    expect(namedLead.data.personal_key_id).toBe(a.id);
    const keyed = await allowAnyInput(tenant.admin).resolvePerson({ external_key: b.external_key });
    expect(keyed.data).toMatchObject({ is_new: false, person: { id: a.id } });
    await app.settle();
    const { data } = await tenant.admin.listPersons({ limit: 100 });
    expect(data.map(({ id }) => id)).not.toContain(b.id);
  });

  it("that crosses another one happens once, and the second is rejected as already merged", async () => {
    const [a, b] = [await create(), await create()];
    const answers = await Promise.allSettled([merge(a.id, b.id), merge(b.id, a.id)]);
    expect(answers.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
    const rejection = answers.find((answer) => answer.status === "rejected") as PromiseRejectedResult;
    expect(rejection.reason).toMatchObject({ status: 409 });
    expect((await get(a.id)).id).toBe((await get(b.id)).id);
  });

  it("during writes to both persons loses none of them", async () => {
    const [a, b] = [await create(), await create()];
    const writes = Array.from({ length: 12 }, (_, index) =>
      tenant.admin.addContactPoint({ id: index % 2 === 0 ? a.id : b.id, ...emailPoint() }),
    );
    const leads = Array.from({ length: 6 }, () => tenant.admin.createLead(newLead({ personal_key_id: b.id })));
    await Promise.all([...writes, ...leads, merge(a.id, b.id)]);
    const survivor = await get(b.id);
    expect(survivor.id).toBe(a.id);
    expect(survivor.contact_points.filter(({ lead_id }) => lead_id === null)).toHaveLength(12);
    for (const lead of await Promise.all(leads)) expect((await get(lead.data.personal_key_id)).id).toBe(a.id);
  });

  it("rejects a person with itself, a person of another tenant, and an unknown choice", async () => {
    const a = await create();
    const stranger = await signUp(app);
    const { data: foreignPerson } = await stranger.admin.createPerson({ notes: "Theirs" });
    await expect(merge(a.id, a.id)).rejects.toMatchObject({ status: 409 });
    await expect(merge(a.id, foreignPerson.id)).rejects.toMatchObject({ status: 404 });
    const b = await create();
    await expect(merge(a.id, b.id, { choices: { shoe_size: "merged" } })).rejects.toMatchObject({
      status: 400,
      details: [{ field: "choices.shoe_size" }],
    });
  });
});

describe("a merge during stream processing", () => {
  it("of a pair found meanwhile by the stream completes", async () => {
    const twin = {
      first_name: "Tamsin",
      last_name: "Twinned",
      birth_date: "1969-09-06",
      addresses: [{ city: "Ghent", country: "BE" }],
    };
    const [a, b] = [await create(twin), await create(twin)];
    const { database } = app.ports;
    const { send } = database;
    let isIntercepted = false;
    (database as { send: typeof send }).send = async (command, scope) => {
      // Only for the merge's own transaction; otherwise the stream consumer would wait for itself.
      if (!isIntercepted && command.constructor.name === "TransactWriteCommand" && useActorId() === tenant.userId) {
        isIntercepted = true;
        await app.settle();
      }
      return send.call(database, command, scope);
    };
    try {
      await merge(a.id, b.id);
    } finally {
      (database as { send: typeof send }).send = send;
    }
    expect((await get(b.id)).id).toBe(a.id);
    const { data } = await tenant.admin.listPersonDuplicates({ id: a.id });
    expect(data.map(({ status }) => status)).toEqual(["MERGED"]);
  });
});

describe("an unmerge", () => {
  it("restores both persons", async () => {
    const [a, b] = [await create(fullPersonInput("a")), await create({ ...fullPersonInput("b"), notes: "of b" })];
    const before = [await readContent(a.id), await readContent(b.id)];
    await merge(a.id, b.id, { choices: { title: "merged", "sensitive.birth_date": "merged", external_key: "merged" } });
    expect((await get(a.id)).birth_date).toBe("1981-03-04");
    await unmerge(a.id, b.id);
    expect([await readContent(a.id), await readContent(b.id)]).toEqual(before);
    expect([(await get(a.id)).birth_date, (await get(b.id)).birth_date]).toEqual(["1980-01-02", "1981-03-04"]);
    const { data } = await tenant.admin.listMerges({ id: a.id });
    expect(data[0]).toMatchObject({ undone_by: tenant.userId, undone_at: expect.any(String) });
    await merge(b.id, a.id);
    await unmerge(b.id, a.id);
    expect([await readContent(a.id), await readContent(b.id)]).toEqual(before);
  });

  it("preserves later changes: those of the survivor there, and verified facts of the other with it", async () => {
    const [a, b] = [
      await create({ first_name: "A" }),
      await create({ first_name: "B", title: "Dr", contact_points: [emailPoint()] }),
    ];
    await merge(a.id, b.id);
    await update(a.id, { intention: "since", title: "Prof" });
    const [joinedPoint] = (await get(a.id)).contact_points;
    await tenant.admin.updateContactPoint({ id: a.id, point_id: joinedPoint?.id as string, is_verified: true });
    await tenant.admin.addContactPoint({ id: a.id, ...emailPoint("since@mail.example") });
    await unmerge(a.id, b.id);
    expect(await get(a.id)).toMatchObject({ first_name: "A", title: "Prof", intention: "since", emails: ["since@mail.example"] });
    const otherPerson = await get(b.id);
    expect(otherPerson).toMatchObject({ id: b.id, first_name: "B", title: "Dr", emails: b.emails });
    expect(otherPerson.contact_points[0]?.is_verified).toBe(true);
  });

  it("works in any order, and shows the values of persons still merged each time", async () => {
    const a = await create();
    const b = await create({ title: "of b", notes: "of b" });
    const c = await create({ title: "of c", intention: "of c" });
    await merge(a.id, b.id);
    await merge(a.id, c.id, { choices: { title: "merged" } });
    expect(await get(a.id)).toMatchObject({ title: "of c", notes: "of b", intention: "of c" });
    await unmerge(a.id, b.id);
    expect(await get(a.id)).toMatchObject({ title: "of c", notes: null, intention: "of c" });
    await unmerge(a.id, c.id);
    expect(await get(a.id)).toMatchObject({ title: null, notes: null, intention: null });
  });

  it("of a survivor that was merged itself must wait for the unmerge of that", async () => {
    const [a, b, c] = [await create(), await create(), await create()];
    await merge(b.id, c.id);
    await merge(a.id, b.id);
    await expect(unmerge(a.id, c.id)).rejects.toMatchObject({ status: 409 });
    await unmerge(a.id, b.id);
    expect((await get(c.id)).id).toBe(b.id);
    await unmerge(b.id, c.id);
    for (const { id } of [a, b, c]) expect((await get(id)).id).toBe(id);
  });

  it("leaves a contact point with a person who took it meanwhile", async () => {
    const [a, b] = [await create(), await create({ contact_points: [emailPoint()] })];
    await merge(a.id, b.id);
    const [joinedPoint] = (await get(a.id)).contact_points;
    await tenant.admin.removeContactPoint({ id: a.id, point_id: joinedPoint?.id as string });
    const c = await create({ contact_points: [emailPoint(b.emails[0])] });
    const { lost: lostEmails } = await unmerge(a.id, b.id);
    expect(lostEmails).toEqual(b.emails);
    expect((await get(b.id)).contact_points[0]).toMatchObject({ contact_value: b.emails[0], normalized: null });
    expect((await get(c.id)).contact_points).toHaveLength(1);
  });

  it("returns contact points and key that the survivor had while it was deleted and restored", async () => {
    const [a, b] = [await create(), await create({ external_key: `back-${++serial}`, contact_points: [emailPoint()] })];
    const before = await readContent(b.id);
    await merge(a.id, b.id);
    await tenant.admin.deletePerson({ id: a.id });
    await tenant.admin.restorePerson({ id: a.id });
    await unmerge(a.id, b.id);
    expect(await readContent(b.id)).toEqual(before);
    const response = await tenant.admin.resolvePerson({ emails: b.emails });
    expect(response.data.person.id).toBe(b.id);
    expect((await allowAnyInput(tenant.admin).resolvePerson({ external_key: b.external_key })).data.person.id).toBe(b.id);
  });
});

describe("random histories of merges", () => {
  const HISTORIES = resolveTestSize("CRM_HISTORIES", 3, 6);

  it.each(Array.from({ length: HISTORIES }, (_, seed) => seed + 1))(
    "preserve ids, contact points and content (seed %i)",
    async (seed) => {
      const random = createRandom(seed);
      const pick = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)] as T;
      const chance = (share: number): boolean => random() < share;
      const maybe = (value: unknown): unknown => (chance(0.5) ? value : undefined);
      const createdPersons = await Promise.all(
        Array.from({ length: 6 }, (_, index) =>
          create({
            first_name: maybe(pick(["Ann", "Bob", "Cid"])),
            title: maybe(`T${index}`),
            notes: maybe(`N${index}`),
            birth_date: maybe(`19${50 + index}-01-01`),
            custom_attributes: maybe({ [pick(["x", "y"])]: index }),
            contact_points: Array.from({ length: Math.floor(random() * 3) }, () => emailPoint()),
            addresses: chance(0.5) ? [{ city: pick(["Ghent", "Bruges"]), country: "BE" }] : [],
            preferences: chance(0.5)
              ? [{ channel: "email", consent: pick(["ALLOWED", "REFUSED"]), at: `2026-01-0${index + 1}T00:00:00Z` }]
              : [],
          }),
        ),
      );
      const ids = createdPersons.map(({ id }) => id);
      const before = new Map(await Promise.all(ids.map(async (id) => [id, await readContent(id)] as const)));
      const open: [string, string][] = [];
      const isFree = (id: string): boolean => !open.some(([, merged]) => merged === id);
      for (let step = 0; step < 14; step++) {
        const live = ids.filter(isFree);
        const undoable = open.filter(([survivor]) => isFree(survivor));
        if (undoable.length > 0 && (live.length < 3 || chance(0.4))) {
          const pair = pick(undoable);
          await unmerge(...pair);
          open.splice(open.indexOf(pair), 1);
        } else {
          const [survivor, merged] = [pick(live), pick(live)];
          if (survivor === merged) continue;
          const preview = await merge(survivor, merged, { dry_run: true });
          const choices = Object.fromEntries(
            preview.fields.filter(() => chance(0.5)).map(({ field }) => [field, pick(["survivor", "merged"])]),
          );
          await merge(survivor, merged, { choices });
          open.push([survivor, merged]);
        }
        await holds(ids, open);
      }
      while (open.length > 0) {
        const pair = pick(open.filter(([survivor]) => isFree(survivor)));
        await unmerge(...pair);
        open.splice(open.indexOf(pair), 1);
      }
      for (const id of ids) expect(await readContent(id)).toEqual(before.get(id));
    },
  );

  /** Every id leads to its surviving person, and every contact point has one owner and is stored on it. */
  async function holds(ids: readonly string[], open: readonly [string, string][]): Promise<void> {
    const leads = (id: string): string => {
      const openMerge = open.find(([, merged]) => merged === id);
      return openMerge ? leads(openMerge[0]) : id;
    };
    const owners = new Map<string, string>();
    await runInTenant(async () => {
      for (const id of ids) expect((await Identity.read(id)).id).toBe(leads(id));
      for (const id of ids.filter((candidateId) => leads(candidateId) === candidateId)) {
        const person = await Identity.read(id);
        expect([...person.merged_ids].sort()).toEqual(
          ids.filter((candidateId) => candidateId !== id && leads(candidateId) === id).sort(),
        );
        const owning = person.contact_points.filter(({ normalized }) => normalized !== null);
        for (const { normalized } of owning) {
          expect(owners.has(normalized as string)).toBe(false);
          owners.set(normalized as string, id);
        }
        const locks = await Identity.readPointLocks(owning.map(Identity.toNormalizedPoint));
        for (const lock of locks) expect(lock.holders.map(leads)).toEqual([id]);
      }
    });
  }
});

describe("concurrent unmerges of the same persons", () => {
  it("succeed once, and the later one is rejected", async () => {
    const [a, b] = [await create(fullPersonInput("a")), await create(fullPersonInput("b"))];
    await merge(a.id, b.id);
    let isRead = false;
    const late = simulateProcess(app, async (command) => {
      const { Key } = (command as { input: { Key?: { sk?: string } } }).input;
      // Another request undoes the merge between the reads of the merged person and of the survivor.
      if (isRead && Key?.sk === a.id) {
        isRead = false;
        await unmerge(a.id, b.id);
      }
      isRead ||= Key?.sk === b.id;
    });
    const client = createClient(inProcessTransport(late, tenant.token));
    await expect(client.unmergePersons({ id: a.id, merged_id: b.id })).rejects.toMatchObject({ status: 404 });
    expect((await get(b.id)).id).toBe(b.id);
  });
});
