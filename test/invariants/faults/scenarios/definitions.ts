import { Clock } from "@crm/core/kernel/clock.ts";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { Teams } from "@crm/core/platform/user/team.entity.ts";
import { splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import { expect } from "vitest";
import { recountTenant } from "../../../local/backup/support.ts";
import { newLead } from "../../../support/app.ts";
import { removeColumns } from "../../../support/columns.ts";
import { defineScenario, type Fixture } from "../harness.ts";

/** Definitions of tenants, and the jobs that apply them to existing records. */

const LEAD_COUNT = 3;

async function createLeads({ crm }: Fixture, more: (n: number) => Record<string, unknown>): Promise<void> {
  for (let n = 0; n < LEAD_COUNT; n++) await crm.createLead(newLead(more(n)));
}

/** Longer than any process may use an old definition, and long enough for its job to end. */
const GRACE_SECONDS = 100;

/** The recount runs at once, because the next step removes what it checks. */
async function expectRecounted({ system: line, tenant }: Fixture): Promise<void> {
  expect((await recountTenant(line.app, tenant.id)).differences).toEqual([]);
}

const readDefinition = (scene: Fixture, id: string) => scene.crm.getCustomField({ id }).then(({ data }) => data);

function fieldBackfillScenario() {
  let id = "";
  return defineScenario({
    name: "a custom field becomes filterable",
    covers: {
      operations: ["updateCustomField", "createCustomField", "replaceCustomField"],
      subscribers: ["custom-fields"],
      due: ["custom_field"],
    },
    async open(scene) {
      const field = { field_name: "region", field_label: "Region", field_type: "text" } as const;
      id = (await scene.crm.createCustomField({ entity_type: "lead", ...field })).data.id;
      await createLeads(scene, (n) => ({ custom_fields: { region: `region ${n % 2}` } }));
    },
    async prepare(scene) {
      await scene.crm.updateCustomField({ id, is_filterable: false });
      await scene.system.advance(GRACE_SECONDS);
      expect((await readDefinition(scene, id)).index_status).toBeNull();
    },
    ask: ({ crm }, _subject, options) => crm.updateCustomField({ id, is_filterable: true }, options),
    proceed: ({ system: line }) => line.advance(GRACE_SECONDS),
    async check(scene) {
      expect(await readDefinition(scene, id)).toMatchObject({
        index_status: "READY",
        records_done: LEAD_COUNT,
        records_failed: 0,
      });
      await expectRecounted(scene);
    },
  });
}

function fieldDropScenario() {
  let id = "";
  return defineScenario({
    name: "a custom field is filterable no more",
    covers: { operations: ["updateCustomField"], subscribers: ["custom-fields"], due: ["custom_field"] },
    async open(scene) {
      const field = { field_name: "region", field_label: "Region", field_type: "text" } as const;
      id = (await scene.crm.createCustomField({ entity_type: "lead", ...field })).data.id;
      await createLeads(scene, (n) => ({ custom_fields: { region: `region ${n % 2}` } }));
    },
    async prepare(scene) {
      await scene.crm.updateCustomField({ id, is_filterable: true });
      await scene.system.advance(GRACE_SECONDS);
      expect((await readDefinition(scene, id)).index_status).toBe("READY");
    },
    ask: ({ crm }, _subject, options) => crm.updateCustomField({ id, is_filterable: false }, options),
    proceed: ({ system: line }) => line.advance(GRACE_SECONDS),
    async check(scene) {
      expect((await readDefinition(scene, id)).index_status).toBeNull();
      await expectRecounted(scene);
    },
  });
}

const searchPath = defineScenario({
  name: "createSearchPath",
  covers: { operations: ["createSearchPath"], subscribers: ["search-paths"], due: ["search_path"] },
  open: (scene) => createLeads(scene, (n) => ({ metadata: { region: `region ${n % 2}` } })),
  async prepare({ crm, system: line }) {
    const { data } = await crm.listSearchPaths({ limit: 100 });
    for (const { id } of data) await crm.deleteSearchPath({ id });
    await line.advance(GRACE_SECONDS);
  },
  ask: ({ crm }, _subject, options) => crm.createSearchPath({ entity: "lead", path: "metadata.region", sort: true }, options),
  proceed: ({ system: line }) => line.advance(GRACE_SECONDS),
  async check(scene, _subject, answer) {
    const { id } = answer as { id: string };
    const { data } = await scene.crm.listSearchPaths({ limit: 100 });
    expect(data.map((storedPath) => storedPath.id)).toEqual([id]);
    const { data: path } = await scene.crm.getSearchPath({ id });
    expect(path).toMatchObject({ status: "READY", records_done: LEAD_COUNT, records_failed: 0 });
    const { data: leads } = await scene.crm.listLeads({ paths: { "metadata.region": "region 0" } });
    expect(leads).toHaveLength(2);
    await expectRecounted(scene);
  },
});

/** Built-in values are stored before their first change. */
const masterOrder = defineScenario({
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

/** As many records as have columns. */
const TEAM_COUNT = 1001;

const columns = defineScenario({
  name: "the columns of a kind are built",
  covers: { subscribers: ["search-paths"] },
  open: ({ system: { app }, tenant }) =>
    runIn(systemContext(app.ports, tenant.id, "test"), async () => {
      const teams = Array.from({ length: TEAM_COUNT }, (_, n) =>
        Records.init(Teams, { name: `Team ${n}`, manager_id: null, territory_id: null }),
      );
      for (const chunk of splitIntoChunks(teams, 100))
        await chunk.reduce((tx, team) => tx.create(Teams, team), transaction()).commit(undefined);
    }),
  async prepare({ system: { app }, tenant }) {
    await removeColumns(app, tenant.id, "team");
    return (await tenant.admin.listTeams({ limit: 1 })).data[0]?.id ?? "";
  },
  async ask({ system: { app }, tenant }, record_id) {
    const event = { id: `${record_id}.columns`, type: "columns.outdated", tenant_id: tenant.id, record_id, version: 1 };
    const origin = { actor_id: "system:stream", request_id: "", at: Clock.now() };
    await app.ports.bus.publish([{ ...event, ...origin, changed: [], matches: ["team"] }]);
    return { data: {} };
  },
  async check({ crm }) {
    const { meta } = await crm.listTeams({ sort: "-created_by", limit: 1 });
    expect([meta.total, meta.total_is_lower_bound]).toEqual([TEAM_COUNT, undefined]);
  },
});

export const scenarios = [fieldBackfillScenario(), fieldDropScenario(), searchPath, masterOrder, columns];
