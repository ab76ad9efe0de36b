import { expect } from "vitest";
import { expectConsistentMemberships } from "../../../engagement/segment/membership-recount.ts";
import { defineScenario, type Fixture, LEASE_SECONDS } from "../harness.ts";

/** Segments, and contact lists, which write in the same way. */

let nameCount = 0;
const createCustomer = async ({ crm }: Fixture, more: object = {}) =>
  (await crm.createCustomer({ name: `Struck ${++nameCount}`, ...more })).data.id;

async function listMemberIds({ crm }: Fixture, id: string): Promise<string[]> {
  const { data, meta } = await crm.listSegmentMembers({ id, limit: 100 });
  expect(meta.total).toBe(data.length);
  return data.map((member) => member.id).sort();
}

interface ManualChange {
  set: string;
  add: string[];
  remove: string[];
}

const manualChange = defineScenario<ManualChange>({
  name: "changeSegmentMembers",
  covers: { operations: ["changeSegmentMembers", "changeContactListMembers"] },
  async prepare(scene) {
    const [add, remove] = [[await createCustomer(scene), await createCustomer(scene)], [await createCustomer(scene)]];
    const { data } = await scene.crm.createSegment({ name: "By hand" });
    await scene.crm.changeSegmentMembers({ id: data.id, add: remove });
    return { set: data.id, add, remove };
  },
  ask: ({ crm }, { set, add, remove }, options) => crm.changeSegmentMembers({ id: set, add, remove }, options),
  async check(scene, { set, add }) {
    expect(await listMemberIds(scene, set)).toEqual([...add].sort());
    await expectConsistentMemberships(scene.system.app, scene.tenant);
  },
});

let tagCount = 0;

const segmentBuild = defineScenario<{ tag: string; members: string[] }>({
  name: "a segment is built",
  covers: {
    operations: ["createSegment", "createContactList"],
    subscribers: ["segment-builds", "contact-list-builds"],
    due: ["segment_build", "contact_list_build"],
  },
  async prepare(scene) {
    const { data: before } = await scene.crm.listSegments({ limit: 100 });
    for (const { id } of before) await scene.crm.deleteSegment({ id });
    const tag = `tag ${++tagCount}`;
    const members = [await createCustomer(scene, { tags: [tag] }), await createCustomer(scene, { tags: [tag, "more"] })];
    return { tag, members: members.sort() };
  },
  ask: ({ crm }, { tag }, options) =>
    crm.createSegment({ name: tag, membership: "DYNAMIC", filter: { tags: { has: tag } } }, options),
  proceed: ({ system: line }) => line.advance(LEASE_SECONDS),
  async check(scene, { members }, answer) {
    const { id } = answer as { id: string };
    expect((await scene.crm.listSegments({})).data.map((set) => set.id)).toEqual([id]);
    expect(await listMemberIds(scene, id)).toEqual(members);
    expect((await scene.crm.getSegment({ id })).data.state).toBe("ready");
    await expectConsistentMemberships(scene.system.app, scene.tenant);
  },
});

function memberChangeScenario() {
  let set = "";
  return defineScenario<string>({
    name: "a customer changes, and is a member",
    covers: { subscribers: ["segment-members", "contact-list-members"] },
    countsWrite: (name) => name === "segment-members",
    async open({ crm }) {
      set = (await crm.createSegment({ name: "Gold", membership: "DYNAMIC", filter: { tier: "GOLD" } })).data.id;
    },
    prepare: (scene) => createCustomer(scene),
    ask: ({ crm }, id, options) => crm.updateCustomer({ id, tier: "GOLD" }, options),
    async check(scene, id) {
      expect(await listMemberIds(scene, set)).toContain(id);
      await expectConsistentMemberships(scene.system.app, scene.tenant);
    },
  });
}

export const scenarios = [manualChange, segmentBuild, memberChangeScenario()];
