import * as z from "zod";
import { Clock } from "../kernel/clock.ts";
import { useActor } from "../kernel/context.ts";
import { forbidden } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { derivedId, timeOf } from "../kernel/id.ts";
import { text } from "../kernel/schema.ts";
import { Moved } from "../storage/table/moved.ts";
import { Records } from "../storage/write/records.ts";
import { retryOnConflict, transaction } from "../storage/write/transaction.ts";
import { ViewDefaults } from "./defaults.entity.ts";
import { VIEW_DEFAULTS } from "./view.domain.ts";
import { Views } from "./view.entity.ts";
import { View } from "./view.ts";

/** With which view a user begins, beside the user: there is one record for each, once something was chosen. */

export const Chosen = z.object({ views: z.record(z.string(), z.string()).describe("The id of a view by its kind") });

/** Those that are there still, and shown to the user. */
export const get = fn(z.strictObject({}), async () => {
  const { views = {} } = (await Records.load(ViewDefaults, idOf(self()))) ?? {};
  const found = await View.asAudience(() => Records.shownOf(Object.values(views).map((id) => ({ kind: Views.kind, id }))));
  return { views: Object.fromEntries(Object.entries(views).filter(([, id]) => found.has(id))) };
});

const One = z.strictObject({ id: text(64) });

export const set = fn(One, async ({ id }) => {
  const { kind } = await View.get({ id });
  return written((views) => ({ ...views, [kind]: id }));
});

export const clear = fn(One, async ({ id }) => {
  await View.get({ id });
  return written((views) => Object.fromEntries(Object.entries(views).filter(([, chosen]) => chosen !== id)));
});

const written = (change: (views: Record<string, string>) => Record<string, string>) => {
  const user_id = self();
  return retryOnConflict(async () => {
    const before = await Records.load(ViewDefaults, idOf(user_id));
    const views = change(before?.views ?? {});
    const tx = transaction();
    if (before) tx.replace(ViewDefaults, before, Records.nextVersion(before, { ...before, views }));
    else {
      const now = Clock.now();
      const born = Records.born(ViewDefaults, { user_id, views }, { id: idOf(user_id) });
      tx.create(ViewDefaults, { ...born, created_at: now, updated_at: now }, () => new Moved("They are there already"));
    }
    return tx.commit({ views });
  });
};

function self(): string {
  const actor = useActor();
  if (actor.type !== "user") throw forbidden("An API key is no user: it begins with no view");
  return actor.id;
}

/** The only one that a user can have. */
const idOf = (user: string): string => derivedId(VIEW_DEFAULTS, timeOf(user), "views", user);

export * as Defaults from "./defaults.ts";
