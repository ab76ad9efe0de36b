import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { runIn, systemContext } from "@crm/core/kernel/context.ts";
import { type TeamRecord, Teams } from "@crm/core/platform/user/team.entity.ts";
import { forgetRows } from "@crm/core/storage/read/column-cache.ts";
import { send, splitIntoChunks } from "@crm/core/storage/table/database.ts";
import { tenantKey } from "@crm/core/storage/table/key.ts";
import { Records } from "@crm/core/storage/write/records.ts";
import { transaction } from "@crm/core/storage/write/transaction.ts";
import type { App } from "@crm/local/app.ts";
import { afterAll, beforeAll, expect, it } from "vitest";
import { signUp, startTestApp, type Tenant } from "../../support/app.ts";

/** More rows than a list sorts in memory. */
const TEAM_COUNT = 1001;

let app: App;
let tenant: Tenant;
beforeAll(async () => {
  app = await startTestApp();
  tenant = await signUp(app);
  await runIn(systemContext(app.ports, tenant.id, "test"), async () => {
    const fields = (n: number) => ({ name: `Team ${n}`, manager_id: n < 3 ? tenant.userId : null, territory_id: null });
    const teams = Array.from({ length: TEAM_COUNT }, (_, n) => Records.init(Teams, fields(n) as Omit<TeamRecord, "id">));
    for (const chunk of splitIntoChunks(teams, 100))
      await chunk.reduce((tx, team) => tx.create(Teams, team), transaction()).commit(undefined);
  });
  await app.settle();
});
afterAll(() => app.stop());

/** Removes the columns that the settled stream has asked for. */
async function removeColumns(): Promise<void> {
  await send(
    new DeleteCommand({ TableName: app.ports.database.table, Key: { pk: tenantKey(tenant.id, "COLUMNS"), sk: "team" } }),
  );
  forgetRows("team");
}

it("a list of more than a thousand records can be sorted by any field once it has columns; before, the error names its indexes", async () => {
  const sorted = () => tenant.admin.listTeams({ sort: "territory_id", limit: 1 } as never);
  const before = await sorted();
  await runIn(systemContext(app.ports, tenant.id, "test"), removeColumns);
  await expect(sorted()).rejects.toMatchObject({
    status: 400,
    details: [{ field: "sort", message: expect.stringMatching(/More than 1000 .* sort by created_at, name/) }],
  });
  expect(before.meta.total).toBe(TEAM_COUNT);
  const { meta } = await tenant.admin.listTeams({ sort: "-name", limit: 1 });
  expect(meta.total).toBe(TEAM_COUNT);
});

it("a filter with few matches keeps the sort order: the matches are found among all records", async () => {
  const { data } = await tenant.admin.listTeams({ "manager_id[eq]": "ME", sort: "-created_at", limit: 100 });
  expect(data.map(({ name }) => name)).toEqual(["Team 2", "Team 1", "Team 0"]);
});
