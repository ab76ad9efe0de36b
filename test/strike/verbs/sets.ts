import { expect } from "vitest";
import { expectWhole } from "../../segment/support.ts";
import { LEASE, type Scene, verb } from "../harness.ts";

/** Segments, and lists of contacts, which are the same in all that is struck. */

let names = 0;
const customer = async ({ crm }: Scene, more: object = {}) =>
  (await crm.createCustomer({ name: `Struck ${++names}`, ...more } as never)).data.id;

async function membersOf({ crm }: Scene, id: string): Promise<string[]> {
  const { data, meta } = await crm.listSegmentMembers({ id, limit: 100 });
  expect(meta.total).toBe(data.length);
  return data.map((member) => member.id).sort();
}

interface ByHand {
  set: string;
  add: string[];
  remove: string[];
}

const byHand = verb<ByHand>({
  name: "changeSegmentMembers",
  covers: { operations: ["changeSegmentMembers", "changeContactListMembers"] },
  async prepare(scene) {
    const [add, remove] = [[await customer(scene), await customer(scene)], [await customer(scene)]];
    const { data } = await scene.crm.createSegment({ name: "By hand" } as never);
    await scene.crm.changeSegmentMembers({ id: data.id, add: remove });
    return { set: data.id, add, remove };
  },
  ask: ({ crm }, { set, add, remove }, options) => crm.changeSegmentMembers({ id: set, add, remove }, options),
  async check(scene, { set, add }) {
    expect(await membersOf(scene, set)).toEqual([...add].sort());
    await expectWhole(scene.line.app, scene.tenant);
  },
});

let tags = 0;

const build = verb<{ tag: string; members: string[] }>({
  name: "a segment is built",
  covers: {
    operations: ["createSegment", "createContactList"],
    subscribers: ["segment-builds", "contact-list-builds"],
    due: ["segment_build", "contact_list_build"],
  },
  async prepare(scene) {
    const { data: before } = await scene.crm.listSegments({ limit: 100 });
    for (const { id } of before) await scene.crm.deleteSegment({ id });
    const tag = `tag ${++tags}`;
    const members = [await customer(scene, { tags: [tag] }), await customer(scene, { tags: [tag, "more"] })];
    return { tag, members: members.sort() };
  },
  ask: ({ crm }, { tag }, options) =>
    crm.createSegment({ name: tag, membership: "DYNAMIC", filter: { tags: { has: tag } } } as never, options),
  proceed: ({ line }) => line.pass(LEASE),
  async check(scene, { members }, answer) {
    const { id } = answer as { id: string };
    expect((await scene.crm.listSegments({})).data.map((set) => set.id)).toEqual([id]);
    expect(await membersOf(scene, id)).toEqual(members);
    expect((await scene.crm.getSegment({ id })).data.state).toBe("ready");
    await expectWhole(scene.line.app, scene.tenant);
  },
});

function change() {
  let set = "";
  return verb<string>({
    name: "a customer changes, and is a member",
    covers: { subscribers: ["segment-members", "contact-list-members"] },
    by: (name) => name === "segment-members",
    async open({ crm }) {
      set = (await crm.createSegment({ name: "Gold", membership: "DYNAMIC", filter: { tier: "GOLD" } } as never)).data.id;
    },
    prepare: (scene) => customer(scene),
    ask: ({ crm }, id, options) => crm.updateCustomer({ id, tier: "GOLD" }, options),
    async check(scene, id) {
      expect(await membersOf(scene, set)).toContain(id);
      await expectWhole(scene.line.app, scene.tenant);
    },
  });
}

export const sets = [byHand, build, change()];
