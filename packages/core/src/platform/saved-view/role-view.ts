import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { type Role, roles } from "../../kernel/permission.ts";
import { IdInput, oneOf, text } from "../../kernel/schema.ts";
import { changeDerived } from "../../storage/write/derived-record.ts";
import { Records } from "../../storage/write/records.ts";
import { type RoleDefaultsRecord, RoleViewDefaults } from "./role-view.entity.ts";
import { ROLE_VIEW_DEFAULTS } from "./saved-view.kind.ts";
import { View } from "./saved-view.ts";

/** The views with which the lists of a role open, as long as their users choose no default of their own. */

const ALL_ROLES = "all_roles";
type Audience = Role | typeof ALL_ROLES;
const audiences: readonly Audience[] = [...roles, ALL_ROLES];

const fields = {
  roles: z
    .array(oneOf(roles))
    .max(roles.length)
    .default([])
    .describe("Roles whose users open the list of the kind with this view. Other views are no longer the default of these roles"),
  all_roles: z.boolean().default(false).describe("Also the default of all roles that have no default of their own"),
};

export const Info = z.object({ roles: z.array(oneOf(roles)), all_roles: z.boolean() });
type Info = z.output<typeof Info>;

export const get = fn(IdInput, async ({ id }) => {
  const { kind } = await View.get({ id });
  return present(await Records.load(RoleViewDefaults, defaultsId()), kind, id);
});

/** Sets exactly these roles. Users who do not see the view later, because it is deleted or shared with fewer users, have the next default. */
export const replace = fn(z.strictObject({ id: text(64), ...fields }), async ({ id, ...input }) => {
  const { kind, sharing } = await View.get({ id });
  const selected = new Set<Audience>(input.all_roles ? [...input.roles, ALL_ROLES] : input.roles);
  if (selected.size > 0 && sharing !== "EVERYONE")
    throw invalid(
      input.roles.length > 0 ? "roles" : "all_roles",
      "Only a view that everyone sees can be the default of roles: set its sharing to EVERYONE first",
    );
  return changeDerived(
    RoleViewDefaults,
    defaultsId(),
    async (before) => ({ views: selectView(before?.views ?? {}, { kind, id, selected }) }),
    async (record) => present(record, kind, id),
  );
});

/** Returns the stored record of the default views of all roles. */
export const defaultsId = (): string => derivedId(ROLE_VIEW_DEFAULTS, idTime(useTenant()), "role-views");

/** Lists the default views by kind that can count for these roles, the most specific first. */
export const listDefaults = (record: RoleDefaultsRecord | undefined, of: readonly Role[]) => ({
  role: of.map((role) => record?.views[role]).find((views) => views !== undefined) ?? {},
  tenant: record?.views[ALL_ROLES] ?? {},
});

interface Selection {
  readonly kind: string;
  readonly id: string;
  readonly selected: ReadonlySet<Audience>;
}

function selectView(views: RoleDefaultsRecord["views"], { kind, id, selected }: Selection): RoleDefaultsRecord["views"] {
  const entries = audiences.map((audience): [Audience, Record<string, string>] => {
    const { [kind]: current, ...others } = views[audience] ?? {};
    const next = selected.has(audience) ? id : current === id ? undefined : current;
    return [audience, next === undefined ? others : { ...others, [kind]: next }];
  });
  return Object.fromEntries(entries.filter(([, byKind]) => Object.keys(byKind).length > 0));
}

const present = (record: RoleDefaultsRecord | undefined, kind: string, id: string): Info => ({
  roles: roles.filter((role) => record?.views[role]?.[kind] === id),
  all_roles: record?.views[ALL_ROLES]?.[kind] === id,
});

export * as RoleView from "./role-view.ts";
