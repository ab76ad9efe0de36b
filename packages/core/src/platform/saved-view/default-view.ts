import * as z from "zod";
import { type Actor, useActor } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { IdInput } from "../../kernel/schema.ts";
import { putDerived } from "../../storage/write/derived-record.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { ViewDefaults } from "./default-view.entity.ts";
import { RoleViewDefaults } from "./role-view.entity.ts";
import { RoleView } from "./role-view.ts";
import { VIEW_DEFAULTS } from "./saved-view.kind.ts";
import { View } from "./saved-view.ts";

/** The default views of a user, in one record beside the user, created when the user first chooses one. */

export const DefaultViewIds = z.object({
  views: z.record(z.string(), z.string()).describe("The id of the view with which the list of a kind opens, by kind"),
  sources: z
    .record(z.string(), z.enum(["user", "role", "tenant"]))
    .describe(
      "By kind, the origin of the view: chosen by the user, or by an administrator for the role of the user or for all roles",
    ),
});
type DefaultViewIds = z.output<typeof DefaultViewIds>;

/** Returns the default views: of each kind that of the user, else that of the role, else that of the tenant, among those that the user sees. */
export const get = fn(z.strictObject({}), async () => {
  const user = requireCurrentUser();
  const [own, forRoles] = await Promise.all([
    Records.load(ViewDefaults, defaultsId(user.id)),
    Records.load(RoleViewDefaults, RoleView.defaultsId()),
  ]);
  return resolveDefaults(own?.views ?? {}, RoleView.listDefaults(forRoles, user.roles));
});

export const set = fn(IdInput, async ({ id }) => {
  const { kind } = await View.get({ id });
  return updateDefaults((views) => ({ ...views, [kind]: id }));
});

export const clear = fn(IdInput, async ({ id }) => {
  await View.get({ id });
  return updateDefaults((views) => Object.fromEntries(Object.entries(views).filter(([, viewId]) => viewId !== id)));
});

async function resolveDefaults(
  own: Readonly<Record<string, string>>,
  { role, tenant }: ReturnType<typeof RoleView.listDefaults>,
): Promise<DefaultViewIds> {
  const candidates = Object.entries({ tenant, role, user: own } as const);
  const visibleViews = await View.findReadable([...new Set(candidates.flatMap(([, views]) => Object.values(views)))]);
  const resolved: DefaultViewIds = { views: {}, sources: {} };
  for (const [source, views] of candidates)
    for (const [kind, id] of Object.entries(views)) {
      const view = visibleViews.get(id);
      if (!view || (source !== "user" && view.sharing !== "EVERYONE")) continue;
      resolved.views[kind] = id;
      resolved.sources[kind] = source as DefaultViewIds["sources"][string];
    }
  return resolved;
}

const updateDefaults = (change: (views: Record<string, string>) => Record<string, string>): Promise<DefaultViewIds> => {
  const user = requireCurrentUser();
  return retryOnConflict(async () => {
    const [before, forRoles] = await Promise.all([
      Records.load(ViewDefaults, defaultsId(user.id)),
      Records.load(RoleViewDefaults, RoleView.defaultsId()),
    ]);
    const views = change(before?.views ?? {});
    const tx = transaction();
    putDerived(tx, ViewDefaults, before, defaultsId(user.id), { user_id: user.id, views });
    return tx.commit(await resolveDefaults(views, RoleView.listDefaults(forRoles, user.roles)));
  });
};

function requireCurrentUser(): Extract<Actor, { type: "user" }> {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("API keys have no default view: sign in as a user");
  return actor;
}

/** The id of the one record of a user. */
const defaultsId = (user: string): string => derivedId(VIEW_DEFAULTS, idTime(user), "views", user);

export * as DefaultView from "./default-view.ts";
