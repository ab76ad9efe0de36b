import { digestRights } from "@crm/core/analytics/report/reader-rights.ts";
import { type Context, type Owners, runIn } from "@crm/core/kernel/context.ts";
import { expect, it } from "vitest";

interface Rights {
  readonly id: string;
  readonly roles: readonly string[];
  readonly owners: Owners;
  readonly teams: readonly string[];
  readonly includesPrivate: boolean;
}

const rights: Rights = {
  ...{ id: "usr_1", roles: ["SALES_REP", "USER"], owners: new Set(["usr_1", "usr_2"]), teams: ["tea_1", "tea_2"] },
  includesPrivate: false,
};

const digest = (changes: Partial<Rights> = {}): Promise<string> => {
  const { id, roles, owners, teams, includesPrivate } = { ...rights, ...changes };
  const actor = { type: "user", tenant_id: "tnt_1", id, session_id: "", roles };
  const context = { actor, visibleOwners: async () => owners, visibleTeams: async () => new Set(teams), includesPrivate };
  return runIn(context as unknown as Context, digestRights);
};

it.each([
  ["another user", { id: "usr_9" }],
  ["another role", { roles: ["ANALYST", "USER"] }],
  ["fewer roles", { roles: ["USER"] }],
  ["fewer owners", { owners: new Set(["usr_1"]) }],
  ["all owners", { owners: "all" as const }],
  ["fewer teams", { teams: ["tea_1"] }],
  ["private records", { includesPrivate: true }],
])("is another one for %s", async (_, changes) => {
  expect(await digest(changes)).not.toBe(await digest());
});

it("does not depend on the order in which rights are read", async () => {
  const changes = { roles: ["USER", "SALES_REP"], owners: new Set(["usr_2", "usr_1"]), teams: ["tea_2", "tea_1"] };
  expect(await digest(changes)).toBe(await digest());
});
