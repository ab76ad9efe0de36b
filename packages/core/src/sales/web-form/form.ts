import { randomBytes } from "node:crypto";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActor, useActorId, useSettings, useTenant } from "../../kernel/context.ts";
import { invalid } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import type { Page } from "../../kernel/page.ts";
import { IdInput, oneOf, patchSchema, query, type StoredFields, toStoredFields, toStoredPatch } from "../../kernel/schema.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { Master } from "../../platform/master-data/master.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { readItem } from "../../storage/table/database.ts";
import type { Item } from "../../storage/table/item.ts";
import { hashTexts, type Key, systemKey } from "../../storage/table/key.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { leadGrants } from "../lead/lead.kind.ts";
import { type FormRecord, Forms, fields, Stored } from "./form.entity.ts";
import { formKinds } from "./form.rules.ts";
import { FormCache } from "./form-cache.ts";
import { OutcomeCounts } from "./outcome-counts.ts";
import { Questions } from "./questions.ts";
import { SubmissionLog } from "./submission-log.ts";

/** Web forms, for the users who manage them. The public side is in submission.ts and tracking.ts. */

export const Info = Stored;
export const Row = rowSchema(Stored, Forms.definition.row);
export type Form = FormRecord;

export const create = fn(z.strictObject(fields), async (input) => {
  const formFields = await resolveReferences({ ...toStoredFields(fields, input), owner_id: resolveFirstOwner(input) });
  const form = Records.init(Forms, { ...formFields, key: generateKey(), key_rotated_at: null });
  return transaction().create(Forms, form).put(lookupItem(form.key, form.id)).commit(form);
});

/** A form that creates leads gives them to its author, if new leads belong to whom creates them. Leads without an owner are easily overlooked. */
function resolveFirstOwner({
  owner_id,
  makes_lead,
}: {
  owner_id?: string | null | undefined;
  makes_lead: boolean;
}): string | null {
  const actor = useActor();
  const author = actor.type === "user" && useSettings().new_lead_owner === "creator" ? actor.id : null;
  return owner_id === undefined && makes_lead ? author : (owner_id ?? null);
}

export const get = fn(IdInput, ({ id }) => Records.read(Forms, id));

const filters = { is_active: query.boolean().optional(), kind: oneOf(formKinds).optional() };

const Query = listSchema(Forms, filters);

export const list = fn(Query, async (input): Promise<Page<FormRecord>> => listRecords(Forms, await listQuery(input)));

/** Builds the list query of forms. */
export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(Forms, input);

/** The list definition, for exports. */
export const listDefinition = { collection: Forms, query: Query, listQuery, info: Info, fields };

export const replace = fn(z.strictObject({ ...fields, ...IdInput.shape }), ({ id, ...input }) =>
  edit(id, toStoredFields(fields, input), input.owner_id),
);

export const update = fn(patchSchema(fields).extend(IdInput.shape), ({ id, ...patch }) =>
  edit(id, toStoredPatch(fields, patch), patch.owner_id),
);

const edit = (id: string, input: Partial<StoredFields<typeof fields>>, owner: string | null | undefined): Promise<FormRecord> =>
  invalidateCacheAfter(
    Records.change(Forms, id, (current) => {
      // A PUT without `owner_id` keeps the owner.
      const changes = owner === undefined ? { ...input, owner_id: current.owner_id } : input;
      return resolveReferences({ ...current, ...changes }, current);
    }),
  );

export const remove = fn(IdInput, ({ id }) => invalidateCacheAfter(Records.remove(Forms, id)));

export const restore = fn(IdInput, ({ id }) => invalidateCacheAfter(Records.restore(Forms, id)));

/** Gives the form a new key. The old key stops working at once in this process, and within a minute in others. */
export const rotateKey = fn(IdInput, ({ id }) =>
  invalidateCacheAfter(
    Records.change(Forms, id, (current, tx) => {
      const key = generateKey();
      tx.delete(lookupKey(current.key)).put(lookupItem(key, id));
      return { ...current, key, key_rotated_at: Clock.now() };
    }),
  ),
);

export const Statistics = z.object({
  days: z.array(OutcomeCounts.Day),
  views: z.number().int().describe("In all these days"),
  submissions: z.number().int().describe("Accepted ones, in all these days"),
  rate: z.number().nullable().describe("Submissions for each view, in percent with one decimal; null without a view"),
});

export const readStatistics = fn(
  IdInput.extend({ days: query.int(1, 400).optional().describe("Number of days back, including today; defaults to 30") }),
  async ({ id, days: span = 30 }) => {
    const days = await OutcomeCounts.listByForm((await Records.read(Forms, id)).id, span);
    const [views, submissions] = [sum(days, ({ views }) => views), sum(days, ({ accepted }) => accepted)];
    // A page of the tenant that asks itself has submissions without views.
    return { days, views, submissions, rate: views === 0 ? null : Math.min(100, Math.round((submissions / views) * 1000) / 10) };
  },
);

const sum = <T>(rows: readonly T[], read: (row: T) => number): number => rows.reduce((total, row) => total + read(row), 0);

export const Submission = SubmissionLog.Row;

export const listSubmissions = fn(SubmissionLog.ListQuery, async (input) => {
  await Records.read(Forms, input.id);
  return SubmissionLog.listByForm(input);
});

/** Finds the form of a key in the system keyspace. The item determines the tenant of a public request. */
export async function findByKey(key: string): Promise<{ tenant_id: string; id: string } | undefined> {
  const item = await readItem(lookupKey(key));
  return item && { tenant_id: String(item.tenant_id), id: String(item.id) };
}

/** Loads the live form with this id in the tenant of the actor. */
export const load = (id: string): Promise<FormRecord | undefined> => Records.load(Forms, id, { live: true });

/** Generates a key of 256 random bits: 43 characters. */
const generateKey = (): string => randomBytes(32).toString("base64url");
const lookupKey = (key: string): Key => ({ pk: systemKey("form", hashTexts("form", key)), sk: "form" });
const lookupItem = (key: string, id: string): Item => ({ ...lookupKey(key), tenant_id: useTenant(), id });

async function invalidateCacheAfter(pendingWrite: Promise<FormRecord>): Promise<FormRecord> {
  const form = await pendingWrite;
  FormCache.clear();
  return form;
}

/** Resolves and checks the references of a form. */
async function resolveReferences<T extends StoredFields<typeof fields>>(form: T, before?: FormRecord): Promise<T> {
  const { owner_id } = form;
  if (givesLeadsAnew(form, before)) User.requireAssign(leadGrants.assign, "leads");
  if (owner_id && owner_id !== before?.owner_id) await User.requireOwner(owner_id, "owner_id");
  const next = await Master.resolveAll(fields, form, before, { checkedFields: ["owner_id"] });
  await requireConfirmableConsent(next);
  await Questions.requireAskable(next, before);
  return next;
}

/**
 * Whether a change lets a form give its leads to another user than the caller. Submissions do so as the system, so the caller must be able to assign
 * leads by hand. A form that gave leads to this user before stays changeable.
 */
function givesLeadsAnew({ owner_id, makes_lead }: StoredFields<typeof fields>, before: FormRecord | undefined): boolean {
  if (!makes_lead || !owner_id || owner_id === useActorId()) return false;
  return owner_id !== before?.owner_id || !before.makes_lead;
}

/** Refuses consent for a channel on which the subscription type sends nothing or cannot be confirmed. */
async function requireConfirmableConsent(form: StoredFields<typeof fields>): Promise<void> {
  const { consent_channel, subscription_type, consent_text, is_consent_required, confirms_by_mail } = form;
  if (is_consent_required && !consent_text) throw invalid("consent_text", "Required, because the form requires consent");
  if (confirms_by_mail && consent_channel !== "email")
    throw invalid("consent_channel", "Must be email, because the consent is confirmed by mail");
  if (!consent_channel) return;
  const type = await SubscriptionTypes.load(subscription_type);
  if (type.needs_double_opt_in && consent_channel !== "email")
    throw invalid("consent_channel", "Must be email, because the subscription type needs a confirmation by mail");
  if (!SubscriptionTypes.isForChannel(type, consent_channel))
    throw invalid(
      "subscription_type",
      `This subscription type is for the channel ${type.channel}: choose one for ${consent_channel} or for any channel`,
    );
}

export * as Form from "./form.ts";
