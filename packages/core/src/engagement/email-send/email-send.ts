import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { type ErrorDetail, invalid, invalidAll, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import {
  anyOf,
  IdInput,
  id,
  instant,
  oneOf,
  patchSchema,
  reference,
  type StoredFields,
  toStoredFields,
  toStoredPatch,
} from "../../kernel/schema.ts";
import { MAIL_ACCOUNT } from "../../messaging/mail-account/mail-account.kind.ts";
import { MailAccount } from "../../messaging/mail-account/mail-account.ts";
import { requireWithinYear } from "../../messaging/message/max-schedule.ts";
import { MessageOutcomes } from "../../messaging/message/outcome-counts.ts";
import { PostalAddress } from "../../messaging/message/postal-address.ts";
import { load as loadTemplate } from "../../messaging/template/message-template.ts";
import { SubscriptionTypes } from "../../people/suppression/subscription-type.ts";
import { Master } from "../../platform/master-data/master.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { transaction } from "../../storage/write/transaction.ts";
import { CONTACT_LIST } from "../contact-list/contact-list.kind.ts";
import { SEGMENT } from "../segment/segment.kind.ts";
import { EmailSends, fields, isOpen, type SendRecord, Stored } from "./email-send.entity.ts";
import { emailSendGrants } from "./email-send.kind.ts";
import {
  type Audience,
  findAudienceFault,
  isCancellable,
  isDeletable,
  isOpenToChange,
  type SendStatus,
  sendStatuses,
} from "./email-send.rules.ts";

/** The operations on email sends for users: write, schedule, follow and cancel. The worker is in worker.ts (docs/engagement/email-sends.md). */

export const Info = Stored.omit({ attention_at: true, turn: true });
export const Row = rowSchema(Info, EmailSends.definition.row);

const ownerField = { owner_id: id(USER).nullish().describe("Default: the caller. null: unassigned, and visible to all users") };

/** The counts so far, while the send is running. */
export type Counts = Pick<SendRecord, "recipients_count" | "passed_over_count">;

const readProgress = async (send: SendRecord): Promise<Counts> => {
  const now = isOpen(send) ? await Job.readProgress<Counts>(send.id) : undefined;
  return {
    recipients_count: now?.recipients_count ?? send.recipients_count,
    passed_over_count: now?.passed_over_count ?? send.passed_over_count,
  };
};

export const get = fn(IdInput, async ({ id: sendId }) => {
  const send = await Records.read(EmailSends, sendId);
  return { ...send, ...(await readProgress(send)) };
});

const Query = listSchema(EmailSends, {
  status: oneOf(sendStatuses).optional(),
  campaign: reference().optional(),
});

export const listQuery = async (input: z.output<typeof Query>): Promise<ListQuery> => buildListQuery(EmailSends, input);

export const list = fn(Query, async (input) => listRecords(EmailSends, await listQuery(input)));

/** The list definition that the export uses. */
export const listDefinition = {
  collection: EmailSends,
  query: Query,
  listQuery,
  info: Info,
  fields: { ...fields, ...ownerField },
};

export const Create = z.strictObject({ ...fields, ...ownerField }).meta(anyOf(["segment_id", "contact_list_id"]));

const ASSIGN = [emailSendGrants.assign, "sends"] as const;

function requireAudience(audience: Audience): void {
  const fault = findAudienceFault(audience);
  if (fault) throw invalidAll([fault]);
}

const checkAudience = async (read: Audience, unread: ReadonlySet<string>): Promise<void> => {
  if (!unread.has("segment_id") && !unread.has("contact_list_id")) requireAudience(read);
};

export const create = fn(
  Create,
  async ({ owner_id, ...input }) => {
    requireAudience(input);
    const send = Records.init(EmailSends, {
      ...(await Master.resolveAll(fields, toStoredFields(fields, input))),
      ...{ owner_id: await User.resolveNewOwner(owner_id, ...ASSIGN), send_status: "DRAFT" as const },
      ...{ scheduled_send_time: null, scheduled_by: null, recipients_count: 0, passed_over_count: 0 },
      ...{ started_at: null, finished_at: null, error: null, turn: 0, attention_at: null },
    });
    return transaction().create(EmailSends, send).commit(send);
  },
  checkAudience,
);

export const replace = fn(
  Create.extend(IdInput.shape),
  ({ id: sendId, owner_id, ...input }) => edit(sendId, { ...toStoredFields(fields, input), owner_id }),
  checkAudience,
);

export const update = fn(patchSchema({ ...fields, ...ownerField }).extend(IdInput.shape), ({ id: sendId, owner_id, ...patch }) =>
  edit(sendId, { ...toStoredPatch(fields, patch), owner_id }),
);

type Changes = Partial<StoredFields<typeof fields>> & { owner_id?: string | null | undefined };

/** Changes a send. A scheduled send is checked again as if it were being scheduled, and from then on runs as the user who changed it. */
const edit = (sendId: string, { owner_id: requestedOwner, ...changes }: Changes) =>
  Records.change(EmailSends, sendId, async (current) => {
    if (!isOpenToChange(current.send_status)) throw statusRejection(current.send_status, "changed", "DRAFT or SCHEDULED");
    const mergedFields = { ...current, ...changes };
    requireAudience(mergedFields);
    const next = await Master.resolveAll(fields, mergedFields, current);
    const owner_id =
      requestedOwner === undefined
        ? current.owner_id
        : await User.resolveChangedOwner(current.owner_id, requestedOwner, ...ASSIGN);
    if (current.send_status === "DRAFT" || isDeepStrictEqual(next, current)) return { ...next, owner_id };
    await requireSendable(next);
    return { ...next, owner_id, scheduled_by: useActorId() };
  });

const statusRejection = (status: SendStatus, action: string, when: string): Error =>
  ruleViolation(`A send that is ${status} cannot be ${action}`, [
    { field: "send_status", message: `The status is ${status}, not ${when}` },
  ]);

/**
 * Rejects a send whose template, account, audience or subscription type is missing or of the wrong kind, or whose sender has no postal
 * address. Returns the template.
 */
export async function requireSendable(send: SendRecord) {
  const { template_id, sender_id, segment_id, contact_list_id, subscription_type } = send;
  const [template, sender, segment, list, type] = await Promise.all([
    loadTemplate(template_id),
    sender_id === null ? MailAccount.findDefaultId() : sender_id,
    segment_id === null || Records.isVisible(SEGMENT, segment_id),
    contact_list_id === null || Records.isVisible(CONTACT_LIST, contact_list_id),
    SubscriptionTypes.load(subscription_type),
  ]);
  const details: ErrorDetail[] = [];
  const addDetail = (field: keyof typeof fields, message: string): void => void details.push({ field, message });
  if (!template) addDetail("template_id", "The template no longer exists");
  else if (template.channel !== "EMAIL") addDetail("template_id", "Must be an email template");
  else if (!template.is_active) addDetail("template_id", "The template is not active");
  if (sender === undefined) addDetail("sender_id", "Required, because there is no default account");
  else if (!(await Records.exists(MAIL_ACCOUNT, sender))) addDetail("sender_id", "No such account");
  if (!segment) addDetail("segment_id", "No such segment");
  if (!list) addDetail("contact_list_id", "No such contact list");
  const typeFault = SubscriptionTypes.findFault(type, "email");
  if (typeFault !== undefined) addDetail("subscription_type", typeFault);
  const addressFault = PostalAddress.findFault();
  if (addressFault) details.push(addressFault);
  if (!template || details.length > 0) throw ruleViolation("The send is not ready: fix the listed fields", details);
  return template;
}

const Schedule = IdInput.extend({
  scheduled_send_time: instant().optional().describe("When the send starts. Default: immediately"),
});

/** Schedules a send, or moves a scheduled one to another time. The send runs as the user who scheduled it last. */
export const schedule = fn(Schedule, ({ id: sendId, scheduled_send_time: sendTime }) => {
  if (sendTime !== undefined && sendTime <= Clock.now()) throw invalid("scheduled_send_time", "Must not be in the past");
  if (sendTime !== undefined) requireWithinYear("scheduled_send_time", sendTime);
  return Records.change(EmailSends, sendId, async (current) => {
    if (!isOpenToChange(current.send_status)) throw statusRejection(current.send_status, "scheduled", "DRAFT or SCHEDULED");
    await requireSendable(current);
    const next = { ...current, scheduled_send_time: sendTime ?? Clock.now(), scheduled_by: useActorId() };
    return sendTime === undefined ? markSending(next) : { ...next, send_status: "SCHEDULED" as const };
  });
});

/** Starts the send: the worker begins to write its messages. */
export const markSending = (send: SendRecord): SendRecord => ({
  ...send,
  ...{ send_status: "SENDING", started_at: Clock.now() },
  ...Job.requestWorker(send.turn),
});

/** Returns a scheduled send to DRAFT, before it starts. */
export const unschedule = fn(IdInput, ({ id: sendId }) =>
  Records.change(EmailSends, sendId, (current) => {
    if (current.send_status === "DRAFT") return current;
    if (current.send_status !== "SCHEDULED") throw statusRejection(current.send_status, "unscheduled", "SCHEDULED");
    return { ...current, send_status: "DRAFT" as const, scheduled_send_time: null, scheduled_by: null };
  }),
);

/** Cancels a send. Messages that are not yet with the provider are recalled when they would go out. */
export const cancel = fn(IdInput, ({ id: sendId }) =>
  Records.change(EmailSends, sendId, async (current) => {
    if (current.send_status === "CANCELLED") return current;
    if (!isCancellable(current.send_status))
      throw statusRejection(current.send_status, "cancelled", "DRAFT, SCHEDULED or SENDING");
    return { ...current, ...(await readProgress(current)), send_status: "CANCELLED" as const, ...buildEndFields() };
  }),
);

export const buildEndFields = (): Pick<SendRecord, "finished_at" | "attention_at"> => ({
  finished_at: Clock.now(),
  attention_at: null,
});

export const remove = fn(IdInput, ({ id: sendId }) =>
  Records.remove(EmailSends, sendId, (current) => {
    if (!isDeletable(current.send_status))
      throw statusRejection(current.send_status, "deleted", "finished: cancel the send first");
    return current;
  }),
);

export const restore = fn(IdInput, ({ id: sendId }) => Records.restore(EmailSends, sendId));

export const Results = MessageOutcomes.Info;

/** Returns the outcome counts of the send's messages. A user who can see the send sees the counts of all its messages. */
export const readResults = fn(IdInput, async ({ id: sendId }) => {
  await Records.read(EmailSends, sendId);
  return MessageOutcomes.readCounts(sendId);
});

export { EmailSends, isOpen, type SendRecord } from "./email-send.entity.ts";
/** The timeline entries of the sends of a campaign. */
export const timelineSource = buildTimelineSource(EmailSends, {
  partitions: (campaign) =>
    sendStatuses.map((send_status) => ({ index: "by_class", facets: { campaign_id: campaign, send_status } })),
  title: ({ name }) => name,
  by: ({ created_by }) => created_by,
});

export * as EmailSend from "./email-send.ts";
