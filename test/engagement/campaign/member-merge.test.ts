import type { DomainEvent } from "@crm/core/kernel/ports.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { deliverToSubscriber, recordPublishedEvents, signUp, startTestApp, type Tenant } from "../../support/app.ts";

let app: App;
let tenant: Tenant;
let events: readonly DomainEvent[];
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  events = recordPublishedEvents(app);
});
afterAll(() => app.stop());

let count = 0;
const createCampaign = async (): Promise<string> =>
  (await tenant.admin.createCampaign({ name: `Fair ${++count}`, type: "EMAIL", start_date: "2026-04-01" })).data.id;
const createPerson = async (): Promise<string> => (await tenant.admin.createPerson({ first_name: `Ida ${++count}` })).data.id;
const addMember = async (id: string, person_id: string): Promise<string> =>
  (await tenant.admin.addCampaignMember({ id, person_id })).data.id;
const respond = (id: string, member_id: string, kind: string, source: string, at: string) =>
  tenant.admin.recordCampaignResponse({ id, member_id, kind, source, at });
const listMembers = async (id: string) => (await tenant.admin.listCampaignMembers({ id })).data;
const listResponses = async (id: string) =>
  (await tenant.admin.listCampaignResponses({ id })).data
    .map(({ kind, source, member_id, personal_key_id }) => ({ kind, source, member_id, personal_key_id }))
    .toSorted((a, b) => (`${a.kind} ${a.source}` < `${b.kind} ${b.source}` ? -1 : 1));

async function merge(id: string, merged_id: string): Promise<void> {
  await tenant.admin.mergePersons({ id, merged_id });
  await app.settle();
}

const [EARLY, LATE] = ["2026-05-01T09:00:00.000Z", "2026-05-02T09:00:00.000Z"] as const;

describe("two members whose persons are merged", () => {
  it.each([
    ["the person who was added first", 0],
    ["the person who was added later", 1],
  ] as const)("are one: %s survives", async (_, survivorIndex) => {
    const id = await createCampaign();
    const persons = [await createPerson(), await createPerson()] as const;
    const [first, second] = [await addMember(id, persons[0]), await addMember(id, persons[1])];
    await respond(id, first, "OPENED", "message", LATE);
    await respond(id, second, "OPENED", "message", EARLY);
    await respond(id, second, "FORM", "form", LATE);
    const survivor = persons[survivorIndex];
    await merge(survivor, persons[1 - survivorIndex] ?? "");
    const merged = {
      ...{ id: first, personal_key_id: survivor, status: "RESPONDED" },
      ...{ opened_at: EARLY, responded_at: LATE, clicked_at: null },
    };
    const [member, ...others] = await listMembers(id);
    expect(others).toEqual([]);
    expect(member).toMatchObject(merged);
    const owner = { member_id: first, personal_key_id: survivor };
    expect(await listResponses(id)).toEqual([
      { kind: "FORM", source: "form", ...owner },
      { kind: "OPENED", source: "message", ...owner },
    ]);
    // Both ids lead to the member, and so do reports for the other one.
    for (const person of persons) expect(await addMember(id, person)).toBe(first);
    await respond(id, second, "FORM", "form", EARLY);
    expect(await listMembers(id)).toHaveLength(1);
    expect(await listResponses(id)).toHaveLength(2);
    // Repeated and late events change nothing.
    const before = await listMembers(id);
    for (const event of events.filter(({ type, record_id }) => type === "person.updated" && persons.includes(record_id)))
      await deliverToSubscriber(app, "campaigns", event);
    expect(await listMembers(id)).toEqual(before);
  });

  it("are two again when the persons are separated, each with the own responses", async () => {
    const id = await createCampaign();
    const [a, b] = [await createPerson(), await createPerson()];
    const [first, second] = [await addMember(id, a), await addMember(id, b)];
    await respond(id, second, "CALLED", "call", EARLY);
    // The member of the person who is merged was added first, so it survives under the other person.
    await merge(b, a);
    expect(await listMembers(id)).toMatchObject([{ id: first, personal_key_id: b, responded_at: EARLY }]);
    await tenant.admin.unmergePersons({ id: b, merged_id: a });
    await app.settle();
    const members = (await listMembers(id)).toSorted((left, right) => (String(left.added_at) < String(right.added_at) ? -1 : 1));
    expect(members).toMatchObject([
      { id: first, personal_key_id: a },
      { id: second, personal_key_id: b, status: "RESPONDED" },
    ]);
    expect(await listResponses(id)).toEqual([{ kind: "CALLED", source: "call", member_id: second, personal_key_id: b }]);
  });

  it("keep a member of one of them, and other campaigns as they are", async () => {
    const [id, other] = [await createCampaign(), await createCampaign()];
    const [a, b] = [await createPerson(), await createPerson()];
    const [member, otherMember] = [await addMember(id, b), await addMember(other, a)];
    await merge(a, b);
    expect(await listMembers(id)).toMatchObject([{ id: member, personal_key_id: a }]);
    expect(await listMembers(other)).toMatchObject([{ id: otherMember, personal_key_id: a }]);
    expect((await tenant.admin.getCampaignMember({ id: otherMember })).data.version).toBe(1);
    const { data } = await tenant.admin.listAllCampaignMembers({ person: b });
    expect(data.map(({ id: memberId }) => memberId).sort()).toEqual([member, otherMember].sort());
  });
});
