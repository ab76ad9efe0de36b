import { expect } from "vitest";
import { recountOf } from "../../backup/support.ts";
import { newLead } from "../../support.ts";
import { type Scene, verb } from "../harness.ts";

/** What tenants declare, and the work on the records that are there already. */

const LEADS = 3;

async function open({ crm }: Scene, more: (n: number) => Record<string, unknown>): Promise<void> {
  for (let n = 0; n < LEADS; n++) await crm.createLead(newLead(more(n)));
}

/** Past the time in which some process may not know of it, with the work on it done. */
const GRACE = 100;

/** Now, because what comes next takes it away again. */
async function isRecounted({ line, tenant }: Scene): Promise<void> {
  expect((await recountOf(line.app, tenant.id)).differences).toEqual([]);
}

const definition = (scene: Scene, id: string) => scene.crm.getCustomField({ id }).then(({ data }) => data);

function fieldBackfill() {
  let id = "";
  return verb({
    name: "a custom field becomes filterable",
    covers: {
      operations: ["updateCustomField", "createCustomField", "replaceCustomField"],
      subscribers: ["custom-fields"],
      due: ["custom_field"],
    },
    async open(scene) {
      const field = { field_name: "region", field_label: "Region", field_type: "text" } as const;
      id = (await scene.crm.createCustomField({ entity_type: "lead", ...field })).data.id;
      await open(scene, (n) => ({ custom_fields: { region: `region ${n % 2}` } }));
    },
    async prepare(scene) {
      await scene.crm.updateCustomField({ id, is_filterable: false } as never);
      await scene.line.pass(GRACE);
      expect((await definition(scene, id)).index_status).toBeNull();
    },
    ask: ({ crm }, _subject, options) => crm.updateCustomField({ id, is_filterable: true } as never, options),
    proceed: ({ line }) => line.pass(GRACE),
    async check(scene) {
      expect(await definition(scene, id)).toMatchObject({ index_status: "READY", records_done: LEADS, records_failed: 0 });
      await isRecounted(scene);
    },
  });
}

function fieldDrop() {
  let id = "";
  return verb({
    name: "a custom field is filterable no more",
    covers: { operations: ["updateCustomField"], subscribers: ["custom-fields"], due: ["custom_field"] },
    async open(scene) {
      const field = { field_name: "region", field_label: "Region", field_type: "text" } as const;
      id = (await scene.crm.createCustomField({ entity_type: "lead", ...field })).data.id;
      await open(scene, (n) => ({ custom_fields: { region: `region ${n % 2}` } }));
    },
    async prepare(scene) {
      await scene.crm.updateCustomField({ id, is_filterable: true } as never);
      await scene.line.pass(GRACE);
      expect((await definition(scene, id)).index_status).toBe("READY");
    },
    ask: ({ crm }, _subject, options) => crm.updateCustomField({ id, is_filterable: false } as never, options),
    proceed: ({ line }) => line.pass(GRACE),
    async check(scene) {
      expect((await definition(scene, id)).index_status).toBeNull();
      await isRecounted(scene);
    },
  });
}

const searchPath = verb({
  name: "createSearchPath",
  covers: { operations: ["createSearchPath"], subscribers: ["search-paths"], due: ["search_path"] },
  open: (scene) => open(scene, (n) => ({ metadata: { region: `region ${n % 2}` } })),
  async prepare({ crm, line }) {
    const { data } = await crm.listSearchPaths({ limit: 100 });
    for (const { id } of data) await crm.deleteSearchPath({ id });
    await line.pass(GRACE);
  },
  ask: ({ crm }, _subject, options) => crm.createSearchPath({ entity: "lead", path: "metadata.region", sort: true }, options),
  proceed: ({ line }) => line.pass(GRACE),
  async check(scene, _subject, answer) {
    const { id } = answer as { id: string };
    const { data } = await scene.crm.listSearchPaths({ limit: 100 });
    expect(data.map((each) => each.id)).toEqual([id]);
    const { data: path } = await scene.crm.getSearchPath({ id });
    expect(path).toMatchObject({ status: "READY", records_done: LEADS, records_failed: 0 });
    const { data: found } = await scene.crm.listLeads({ paths: { "metadata.region": "region 0" } } as never);
    expect(found).toHaveLength(2);
    await isRecounted(scene);
  },
});

/** Values that every tenant has are written down before their first change. */
const order = verb({
  name: "values of master data are put into an order",
  covers: { operations: ["reorderMasters"] },
  async prepare({ crm }) {
    const { data } = await crm.listMasters({ kind: "insurance_types" });
    return data.map(({ code }) => code).reverse();
  },
  ask: ({ crm }, ids, options) => crm.reorderMasters({ kind: "insurance_types", ids }, options),
  async check({ crm }, ids) {
    const { data } = await crm.listMasters({ kind: "insurance_types" });
    expect(data.map(({ code }) => code)).toEqual(ids);
  },
});

export const definitions = [fieldBackfill(), fieldDrop(), searchPath, order];
