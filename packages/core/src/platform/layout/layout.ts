import * as z from "zod";
import { useTenant } from "../../kernel/context.ts";
import { invalidAll, notFound } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { type Role, roles } from "../../kernel/permission.ts";
import { registryName } from "../../kernel/registry.ts";
import { oneOf, toStoredFields } from "../../kernel/schema.ts";
import { changeDerived } from "../../storage/write/derived-record.ts";
import { Records } from "../../storage/write/records.ts";
import { fields, type LayoutRecord, Layouts } from "./layout.entity.ts";
import { LAYOUT } from "./layout.kind.ts";
import { findErrors, type Layout, type LayoutNames, type LayoutParts, resolveLayout } from "./layout.rules.ts";

/**
 * The layouts of a tenant: for each kind one for all roles, and one for each role. The layout of the role counts, else that for all roles, else
 * the default of the kind.
 */

const names = z.array(z.string());
export const Info = z.object({
  kind: z.string(),
  role: oneOf(roles).nullable().describe("As requested; null: for all roles"),
  version: z
    .number()
    .int()
    .describe("Version of the layout that the tenant set for exactly this kind and role; 0: none was ever set"),
  source: z
    .enum(["role", "tenant", "default"])
    .describe("Origin of the layout: set for the role, set for all roles, or the default of the kind"),
  layout: z.object({
    sections: z.array(z.object({ name: z.string(), label: z.string().nullable(), fields: names })),
    primary: names,
    columns: names,
    card: names,
    tabs: names,
  }),
});
type Info = z.output<typeof Info>;

const target = {
  kind: registryName("kinds"),
  role: oneOf(roles)
    .optional()
    .describe("Layout of users with this role. Default: for all roles that have no layout of their own"),
};
const Target = z.strictObject(target);
type Target = z.output<typeof Target>;

/** The fields and tabs of kinds, which only the operations of the kinds tell. */
export interface LayoutSource {
  /**
   * Returns the names that the caller sees; undefined if the caller cannot read the kind. `columns` are names of a new layout, which may be
   * fields that were added a moment ago.
   */
  listNames(kind: string, columns?: readonly string[]): Promise<LayoutNames | undefined>;
  findDefault(kind: string): Promise<Layout>;
}

// The lists of a layout are read-only, and those of a stored record are not.
const toStoredParts = (parts: LayoutParts) => toStoredFields(fields, parts as never);

/** Returns the verbs of layouts. */
export function createLayoutVerbs(source: LayoutSource) {
  const requireNames = async (kind: string, columns?: readonly string[]): Promise<LayoutNames> => {
    const found = await source.listNames(kind, columns);
    if (!found) throw notFound();
    return found;
  };
  const present = async (
    { kind, role }: Target,
    forRole: LayoutRecord | undefined,
    forAll: LayoutRecord | undefined,
  ): Promise<Info> => {
    const names = await requireNames(kind);
    const defaults = await source.findDefault(kind);
    const [ofRole, ofTenant] = [role && isLive(forRole) ? forRole : undefined, isLive(forAll) ? forAll : undefined];
    return {
      kind,
      role: role ?? null,
      version: (role ? forRole : forAll)?.version ?? 0,
      source: ofRole ? "role" : ofTenant ? "tenant" : "default",
      layout: toInfo(resolveLayout(ofRole ?? ofTenant ?? {}, defaults, names)),
    };
  };
  const write = async (
    of: Target,
    edit: (before: LayoutParts | undefined) => Promise<LayoutParts | undefined>,
  ): Promise<Info> => {
    const forAll = of.role ? await Records.load(Layouts, layoutId(of.kind, null)) : undefined;
    return changeDerived(
      Layouts,
      layoutId(of.kind, of.role ?? null),
      async (before) => {
        const parts = await edit(before);
        return parts && { ...toStoredParts(parts), kind: of.kind, role: of.role ?? null };
      },
      (record) => present(of, record, of.role ? forAll : record),
    );
  };
  return {
    get: fn(Target, async (of) => {
      const ids = [layoutId(of.kind, of.role ?? null), layoutId(of.kind, null)];
      const [stored, forAll] = await Records.loadMany(Layouts, ids);
      return present(of, stored, forAll);
    }),
    /**
     * Sets a layout. Omitted parts are those of the default. Without any part nothing changes, so that the answer of a GET, which has the parts
     * in `layout`, can be sent back.
     */
    replace: fn(z.strictObject({ ...target, role: target.role.nullable(), ...fields }), async ({ kind, role, ...set }) => {
      const details = findErrors(set, await requireNames(kind, set.columns ?? []));
      if (details.length > 0) throw invalidAll(details);
      const of = { kind, ...(role ? { role } : {}) };
      return write(of, async (before) => (Object.keys(set).length === 0 ? before : set));
    }),
    /** Removes a layout, so that the next one counts. */
    remove: fn(Target, async (of) => {
      await requireNames(of.kind);
      return write(of, async () => undefined);
    }),
  };
}

/** Returns the parts that the tenant set for users of a role, for each of these kinds that has any. Two reads for each kind, in batches. */
export async function findStoredParts(kinds: readonly string[], role: Role): Promise<ReadonlyMap<string, LayoutParts>> {
  const forRole = await Records.loadMany(
    Layouts,
    kinds.flatMap((kind) => [layoutId(kind, role), layoutId(kind, null)]),
  );
  return new Map(
    kinds.flatMap((kind, index) => {
      const stored = [forRole[2 * index], forRole[2 * index + 1]].find(isLive);
      return stored ? [[kind, stored]] : [];
    }),
  );
}

const isLive = (record: LayoutRecord | undefined): record is LayoutRecord => record !== undefined && !record.deleted_at;

const toInfo = ({ sections, ...parts }: Layout): Info["layout"] => ({
  sections: sections.map(({ name, label, fields: sectionFields }) => ({
    name,
    label: label ?? null,
    fields: [...sectionFields],
  })),
  primary: [...parts.primary],
  columns: [...parts.columns],
  card: [...parts.card],
  tabs: [...parts.tabs],
});

/** The id of the layout of a kind and role; null: for all roles. */
const layoutId = (kind: string, role: Role | null): string =>
  derivedId(LAYOUT, idTime(useTenant()), `layout#${kind}#${role ?? ""}`);

/** Returns the id of the layout that an input names, for If-Match; undefined if the input is invalid. */
export function findRecordId(input: object): string | undefined {
  const { data } = z.object(target).safeParse(input);
  return data && layoutId(data.kind, data.role ?? null);
}
