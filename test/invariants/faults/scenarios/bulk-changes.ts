import { expect } from "vitest";
import { newLead } from "../../../support/app.ts";
import { defineScenario, type Fixture } from "../harness.ts";

/** Bulk changes, and undoing them. */

interface BulkSubject {
  ids: string[];
  gone: string;
}

async function createSubject({ crm }: Fixture): Promise<BulkSubject> {
  const [firstId, two, deletedId] = await Promise.all(
    [newLead(), newLead(), newLead()].map(async (lead) => (await crm.createLead(lead)).data.id),
  );
  await crm.deleteLead({ id: String(deletedId) });
  return { ids: [String(firstId), String(two)], gone: String(deletedId) };
}

const changeInput = ({ ids, gone: deletedId }: BulkSubject) => ({
  ...{ kind: "lead", action: "update" as const, ids: [...ids, deletedId] },
  ...{ changes: { need: "struck" }, add_tags: ["struck"] },
});

const readLeads = async ({ crm }: Fixture, { ids }: BulkSubject) =>
  Promise.all(
    ids.map(async (id) => {
      const { need, tags, version } = (await crm.getLead({ id })).data;
      return { need: need ?? null, tags, version };
    }),
  );

const bulkChange = defineScenario<BulkSubject>({
  name: "createBulkChange",
  covers: { operations: ["createBulkChange"], subscribers: ["bulk-change"], due: ["bulk_change"] },
  prepare: createSubject,
  ask: ({ crm }, subject, options) => crm.createBulkChange(changeInput(subject), options),
  async check(scene, subject, answer) {
    const { id } = answer as { id: string };
    const { data } = await scene.crm.getBulkChange({ id });
    expect(data).toMatchObject({ status: "completed", found: 3, done: 2, failed: 1, skipped: 0 });
    const { data: rows } = await scene.crm.listBulkChangeResults({ id });
    expect(rows.map(({ id, status }) => [id, status])).toEqual([[subject.gone, 404], ...subject.ids.map((id) => [id, 200])]);
    expect(await readLeads(scene, subject)).toEqual(subject.ids.map(() => ({ need: "struck", tags: ["struck"], version: 2 })));
  },
});

const undoing = defineScenario<BulkSubject & { id: string }>({
  name: "undoBulkChange",
  covers: { operations: ["undoBulkChange"], subscribers: ["bulk-change"], due: ["bulk_change"] },
  async prepare(scene) {
    const subject = await createSubject(scene);
    const { data } = await scene.crm.createBulkChange(changeInput(subject));
    await scene.system.drain();
    return { ...subject, id: data.id };
  },
  ask: ({ crm }, { id }, options) => crm.undoBulkChange({ id }, options),
  async check(scene, subject, answer) {
    const { id } = answer as { id: string };
    expect((await scene.crm.getBulkChange({ id })).data).toMatchObject({ status: "completed", done: 2, failed: 0, skipped: 0 });
    expect((await scene.crm.getBulkChange({ id: subject.id })).data.undone_by_id).toBe(id);
    expect(await readLeads(scene, subject)).toEqual(subject.ids.map(() => ({ need: null, tags: [], version: 3 })));
  },
});

export const scenarios = [bulkChange, undoing];
