import * as z from "zod";
import { useActor } from "../../kernel/context.ts";
import { forbidden } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { derivedId, idTime } from "../../kernel/id.ts";
import { IdInput } from "../../kernel/schema.ts";
import { putDerived } from "../../storage/write/derived-record.ts";
import { Records } from "../../storage/write/records.ts";
import { retryOnConflict, transaction } from "../../storage/write/transaction.ts";
import { ViewDefaults } from "./default-view.entity.ts";
import { VIEW_DEFAULTS } from "./saved-view.kind.ts";
import { View } from "./saved-view.ts";

/** The default views of a user, in one record beside the user, created when the user first chooses one. */

export const DefaultViewIds = z.object({ views: z.record(z.string(), z.string()).describe("The id of a view by its kind") });

/** Returns the default views that still exist and that the user may see. */
export const get = fn(z.strictObject({}), async () => {
  const { views = {} } = (await Records.load(ViewDefaults, defaultsId(requireCurrentUser()))) ?? {};
  const visibleViews = await View.findReadable(Object.values(views));
  return { views: Object.fromEntries(Object.entries(views).filter(([, id]) => visibleViews.has(id))) };
});

export const set = fn(IdInput, async ({ id }) => {
  const { kind } = await View.get({ id });
  return updateDefaults((views) => ({ ...views, [kind]: id }));
});

export const clear = fn(IdInput, async ({ id }) => {
  await View.get({ id });
  return updateDefaults((views) => Object.fromEntries(Object.entries(views).filter(([, viewId]) => viewId !== id)));
});

const updateDefaults = (change: (views: Record<string, string>) => Record<string, string>) => {
  const user_id = requireCurrentUser();
  return retryOnConflict(async () => {
    const before = await Records.load(ViewDefaults, defaultsId(user_id));
    const views = change(before?.views ?? {});
    const tx = transaction();
    putDerived(tx, ViewDefaults, before, defaultsId(user_id), { user_id, views });
    return tx.commit({ views });
  });
};

function requireCurrentUser(): string {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("API keys have no default view: sign in as a user");
  return actor.id;
}

/** The id of the one record of a user. */
const defaultsId = (user: string): string => derivedId(VIEW_DEFAULTS, idTime(user), "views", user);

export * as DefaultView from "./default-view.ts";
