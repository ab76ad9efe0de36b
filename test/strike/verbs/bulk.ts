import { expect } from "vitest";
import { newLead } from "../../support.ts";
import { type Scene, verb } from "../harness.ts";

/** Bulk changes, and what takes them back. */

interface Changed {
  ids: string[];
  gone: string;
}

async function made({ crm }: Scene): Promise<Changed> {
  const [one, two, gone] = await Promise.all(
    [newLead(), newLead(), newLead()].map(async (lead) => (await crm.createLead(lead)).data.id),
  );
  await crm.deleteLead({ id: String(gone) });
  return { ids: [String(one), String(two)], gone: String(gone) };
}

const change = ({ ids, gone }: Changed) => ({
  ...{ kind: "lead", action: "update" as const, ids: [...ids, gone] },
  ...{ changes: { need: "struck" }, add_tags: ["struck"] },
});

const standing = async ({ crm }: Scene, { ids }: Changed) =>
  Promise.all(
    ids.map(async (id) => {
      const { need, tags, version } = (await crm.getLead({ id })).data;
      return { need: need ?? null, tags, version };
    }),
  );

const changing = verb<Changed>({
  name: "createBulkChange",
  covers: { operations: ["createBulkChange"], subscribers: ["bulk-change"], due: ["bulk_change"] },
  prepare: made,
  ask: ({ crm }, subject, options) => crm.createBulkChange(change(subject), options),
  async check(scene, subject, answer) {
    const { id } = answer as { id: string };
    const { data } = await scene.crm.getBulkChange({ id });
    expect(data).toMatchObject({ status: "completed", found: 3, done: 2, failed: 1, skipped: 0 });
    const { data: rows } = await scene.crm.listBulkChangeResults({ id });
    expect(rows.map(({ id, status }) => [id, status])).toEqual([[subject.gone, 404], ...subject.ids.map((id) => [id, 200])]);
    expect(await standing(scene, subject)).toEqual(subject.ids.map(() => ({ need: "struck", tags: ["struck"], version: 2 })));
  },
});

const takingBack = verb<Changed & { id: string }>({
  name: "undoBulkChange",
  covers: { operations: ["undoBulkChange"], subscribers: ["bulk-change"], due: ["bulk_change"] },
  async prepare(scene) {
    const subject = await made(scene);
    const { data } = await scene.crm.createBulkChange(change(subject));
    await scene.line.drain();
    return { ...subject, id: data.id };
  },
  ask: ({ crm }, { id }, options) => crm.undoBulkChange({ id }, options),
  async check(scene, subject, answer) {
    const { id } = answer as { id: string };
    expect((await scene.crm.getBulkChange({ id })).data).toMatchObject({ status: "completed", done: 2, failed: 0, skipped: 0 });
    expect((await scene.crm.getBulkChange({ id: subject.id })).data.undone_by_id).toBe(id);
    expect(await standing(scene, subject)).toEqual(subject.ids.map(() => ({ need: null, tags: [], version: 3 })));
  },
});

export const bulk = [changing, takingBack];
