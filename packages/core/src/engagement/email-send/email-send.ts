import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { Clock } from "../../kernel/clock.ts";
import { useActorId } from "../../kernel/context.ts";
import { createHelp } from "../../kernel/create-help.ts";
import { collectDetails, type ErrorDetail, invalid, invalidAll, renameFields, ruleViolation } from "../../kernel/error.ts";
import { fn } from "../../kernel/fn.ts";
import { isId } from "../../kernel/id.ts";
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
import { requireWithinYear } from "../../messaging/message/max-schedule.ts";
import { MessageOutcomes } from "../../messaging/message/outcome-counts.ts";
import { MessageTemplate, type Texts } from "../../messaging/template/message-template.ts";
import { GENERAL_TYPE } from "../../people/suppression/subscription-type.masters.ts";
import { Master } from "../../platform/master-data/master.ts";
import { USER } from "../../platform/user/user.kind.ts";
import { User } from "../../platform/user/user.ts";
import { buildListQuery, list as listRecords, listSchema } from "../../storage/read/list.ts";
import type { ListQuery } from "../../storage/read/list-query.ts";
import { buildTimelineSource } from "../../storage/read/timeline.ts";
import { rowSchema } from "../../storage/table/collection.ts";
import { Job } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { type Transaction, transaction } from "../../storage/write/transaction.ts";
import { CAMPAIGN } from "../campaign/campaign.kind.ts";
import { CampaignLookup } from "../campaign/campaign-lookup.ts";
import { SendApproval } from "./approval.ts";
import { requireAudience } from "./audience.ts";
import { EmailSends, fields, isOpen, type SendRecord, Stored } from "./email-send.entity.ts";
import { emailSendGrants } from "./email-send.kind.ts";
import {
  findSendFaults,
  isCancellable,
  isDeletable,
  isOpenToChange,
  isWithdrawable,
  type LeftOut,
  type SendChannel,
  type SendParts,
  type SendStatus,
  sendStatuses,
} from "./email-send.rules.ts";
import { pin, pinTemplate, requireSendable, requireTemplate, type Template, type TemplatePin } from "./readiness.ts";
import { firstInstantAt, lastInstantAt } from "./send-time.rules.ts";
import { buildEndFields, reopen, start } from "./transition.ts";

/** The operations on email sends for users: write, schedule, follow and cancel. The worker is in worker.ts (docs/engagement/email-sends.md). */

export const Info = Stored.omit({
  ...{ attention_at: true, turn: true, sample: true, approval_round: true, written_by: true },
  ...{ template_revision_id: true, filter_revisions: true },
});
export const Row = rowSchema(Info, EmailSends.definition.row);

const ownerField = {
  owner_id: id(USER).nullish().describe("null: unassigned, and visible to all users").meta(createHelp("Default: the caller")),
};

/** The counts so far, while the send is running. */
export type Counts = Pick<SendRecord, "recipients_count" | "passed_over_count"> & { left_out: LeftOut };

const readProgress = async (send: SendRecord): Promise<Counts> => {
  const now = isOpen(send) ? await Job.readProgress<Counts>(send.id) : undefined;
  return {
    recipients_count: now?.recipients_count ?? send.recipients_count,
    passed_over_count: now?.passed_over_count ?? send.passed_over_count,
    // A send that an earlier release began has counted no reasons.
    left_out: now?.left_out ?? send.left_out,
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

export const Create = z
  .strictObject({ ...fields, ...ownerField })
  .meta({ allOf: [anyOf(["segment_id", "contact_list_id", "to_members"]), anyOf(["template_id", "content"])] });

const ASSIGN = [emailSendGrants.assign, "sends"] as const;

function requireParts(send: SendParts): void {
  const faults = findSendFaults(send);
  if (faults.length > 0) throw invalidAll(faults);
}

/** The fields that `findSendFaults` compares. */
const partFields = [
  ...["channel", "campaign_id", "to_members", "member_status", "segment_id", "contact_list_id"],
  ...["template_id", "content", "subject", "sender_id", "tracks"],
];

/** Checks an input with other faults as well, unless one of the compared fields could not be read. */
const checkParts = async (read: Partial<SendParts>, unread: ReadonlySet<string>): Promise<void> => {
  if (!partFields.some((field) => unread.has(field))) requireParts({ channel: "email", to_members: false, ...read });
};

type Values = StoredFields<typeof fields>;
type ResolvedValues = Omit<Values, "subscription_type"> & Pick<SendRecord, "subscription_type">;

/** Resolves master data, the default of the subscription type, and the texts of the content. */
async function resolveValues(values: Values, current?: SendRecord): Promise<ResolvedValues> {
  const subscription_type = values.subscription_type ?? (await findCampaignType(values.campaign_id)) ?? GENERAL_TYPE;
  const details: ErrorDetail[] = [];
  const resolved = await collectDetails(details, Master.resolveAll(fields, { ...values, subscription_type }, current), values);
  const content = await collectDetails(details, buildContent(values, current), null);
  // The write checks references to one kind alone.
  const { sender_id } = values;
  if (sender_id && sender_id !== current?.sender_id && !(await Records.filterVisibleIds([sender_id])).has(sender_id))
    details.push({ field: "sender_id", message: "No such record" });
  if (details.length > 0) throw invalidAll(details);
  return { ...resolved, content, subscription_type: resolved.subscription_type ?? subscription_type };
}

/** Returns the subscription type of a campaign that the caller sees. */
const findCampaignType = async (campaignId: string | null): Promise<string | undefined> =>
  campaignId && isId(campaignId, CAMPAIGN) ? (await CampaignLookup.find(campaignId))?.subscription_type : undefined;

/** Checks the content as the texts of a template, and makes the bodies of its blocks. */
export async function buildContent(
  { channel, content }: Pick<Values, "channel" | "content">,
  current?: Pick<SendRecord, "content">,
): Promise<Values["content"]> {
  if (!content || isDeepStrictEqual(content, current?.content)) return content;
  const { body_text, ...built } = await renameFields(MessageTemplate.buildTexts(toTexts(channel, content)), (field) =>
    field.startsWith("body_text") ? "content.body" : `content.${field}`,
  );
  return { subject: built.subject, body: body_text, body_html: built.body_html, blocks: built.blocks };
}

/** The content of a send as the texts of a template. */
export const toTexts = (
  channel: SendChannel,
  { subject = null, body = null, body_html = null, blocks = null }: NonNullable<Values["content"]>,
) => ({
  ...{ channel: channel === "sms" ? ("SMS" as const) : ("EMAIL" as const), language: null },
  ...{ subject, body_html, body_text: body, blocks },
});

/** Returns the texts of a send, with its template if it has one. Throws RULE_VIOLATION if the template cannot be sent. */
export async function loadTexts(send: SendRecord): Promise<[Texts, Template | undefined]> {
  const { template_id, content, channel, subject } = send;
  const template = template_id === null ? undefined : await requireTemplate(template_id, channel, send);
  const texts = template ?? toTexts(channel, content ?? {});
  return [{ ...texts, subject: subject ?? texts.subject }, template];
}

/** Fields that the system sets, other than those of a new draft. */
type SystemFields = Partial<
  Pick<
    SendRecord,
    "ab_test_id" | "ab_phase" | "sample" | "written_by" | "approval" | "filter_revisions" | "is_tracked" | keyof TemplatePin
  >
>;

/** Builds a draft of resolved values. `id` is given to a send that must be created once. */
export const init = (
  values: ResolvedValues & Pick<SendRecord, "owner_id">,
  system: SystemFields = {},
  options: { id?: string } = {},
): SendRecord =>
  Records.init(
    EmailSends,
    {
      ...values,
      ...{ send_status: "DRAFT" as const, scheduled_send_time: null, scheduled_by: null },
      ...{ recipients_count: 0, passed_over_count: 0, left_out: {}, ab_test_id: null, ab_phase: null, sample: null },
      ...{ started_at: null, finished_at: null, error: null, turn: 0, attention_at: null },
      ...{ approval: null, approval_round: 0, written_by: [], ...pinTemplate(undefined), filter_revisions: {}, is_tracked: null },
      ...system,
    },
    options,
  );

/** Checks the fields of a new send, and builds its draft. */
export async function build(
  { owner_id, ...input }: Omit<z.output<typeof Create>, "owner_id"> & { owner_id?: string | null | undefined },
  system: SystemFields = {},
): Promise<SendRecord> {
  if (!system.sample) requireParts(input);
  const values = await resolveValues(toStoredFields(fields, input));
  return init({ ...values, owner_id: await User.resolveNewOwner(owner_id, ...ASSIGN) }, system);
}

export const create = fn(
  Create,
  async (input) => {
    const send = await build(input);
    return transaction().create(EmailSends, send).commit(send);
  },
  checkParts,
);

export const replace = fn(
  Create.extend(IdInput.shape),
  ({ id: sendId, owner_id, ...input }) => edit(sendId, { ...toStoredFields(fields, input), owner_id }),
  checkParts,
);

export const update = fn(patchSchema({ ...fields, ...ownerField }).extend(IdInput.shape), ({ id: sendId, owner_id, ...patch }) =>
  edit(sendId, { ...toStoredPatch(fields, patch), owner_id }),
);

type Changes = Partial<Values> & { owner_id?: string | null | undefined };

/**
 * Changes a send. A scheduled send is checked again as if it were being scheduled, also whether it needs approval, and from then on runs as the user who
 * changed it. Of a send that waits for approval only the owner can change: the approvers are then asked again, because mails name the owner.
 */
const edit = (sendId: string, { owner_id: requestedOwner, ...changes }: Changes) =>
  Records.change(EmailSends, sendId, async (current, tx) => {
    const { send_status } = current;
    if (!isOpenToChange(send_status) && send_status !== "PENDING_APPROVAL")
      throw statusRejection(send_status, "changed", "DRAFT or SCHEDULED");
    requireNoTest(current);
    const mergedFields = { ...current, ...changes };
    requireParts(mergedFields);
    const resolved: SendRecord = { ...mergedFields, ...(await resolveValues(mergedFields, current)) };
    const owner_id =
      requestedOwner === undefined
        ? current.owner_id
        : await User.resolveChangedOwner(current.owner_id, requestedOwner, ...ASSIGN);
    const next = { ...resolved, owner_id };
    if (isDeepStrictEqual(next, current)) return next;
    if (send_status === "PENDING_APPROVAL" && !isDeepStrictEqual(resolved, current))
      throw statusRejection(send_status, "changed", "DRAFT or SCHEDULED: unschedule it first");
    const written: SendRecord = { ...next, written_by: [...new Set([...current.written_by, useActorId()])] };
    return send_status === "DRAFT" ? written : reschedule(tx, written, current);
  });

/** Returns a changed send as it is scheduled again, by the caller. */
async function reschedule(tx: Transaction, written: SendRecord, current: SendRecord): Promise<SendRecord> {
  const pinned = await pin(written);
  const isMoved = written.local_time !== null && written.local_time !== current.local_time;
  const scheduled_send_time = isMoved ? (startTime(written, undefined) ?? Clock.now()) : current.scheduled_send_time;
  const scheduled: SendRecord = { ...pinned, scheduled_send_time, scheduled_by: useActorId() };
  return (await SendApproval.request(tx, scheduled)) ?? start({ ...scheduled, approval: null });
}

/** Throws RULE_VIOLATION for a send of an A/B test, which decides what is sent and when. */
function requireNoTest({ ab_test_id }: SendRecord): void {
  if (ab_test_id === null) return;
  throw ruleViolation("An A/B test decides what this send contains and when it starts: cancel the test, and create another one", [
    { field: "ab_test_id", message: `The send belongs to ${ab_test_id}` },
  ]);
}

const statusRejection = (status: SendStatus, action: string, when: string): Error =>
  ruleViolation(`A send that is ${status} cannot be ${action}`, [
    { field: "send_status", message: `The status is ${status}, not ${when}` },
  ]);

const Schedule = IdInput.extend({
  scheduled_send_time: instant()
    .optional()
    .describe("When the send starts. Default: immediately, or for a send with local_time when the first time zone reaches it"),
});

/** Schedules a send, or moves a scheduled one to another time. The send runs as the user who scheduled it last. */
export const schedule = fn(Schedule, ({ id: sendId, scheduled_send_time }) =>
  Records.change(EmailSends, sendId, (current, tx) => {
    requireNoTest(current);
    return submit(tx, current, scheduled_send_time);
  }),
);

/**
 * Returns the send as it is scheduled by the caller: PENDING_APPROVAL if the tenant's rule needs approval, SCHEDULED for a time in the future, otherwise
 * SENDING. Adds the requests for approval to the transaction. Throws RULE_VIOLATION if the send is not ready, if it would start now and its audience
 * is empty, or if no user can approve, and VALIDATION_ERROR for an invalid time.
 */
export async function submit(tx: Transaction, current: SendRecord, sendTime: string | undefined): Promise<SendRecord> {
  const send = await prepare(current, sendTime);
  // The audience of a later send may still grow.
  if (!isForLater(send)) await requireAudience(send);
  return (await SendApproval.request(tx, send)) ?? start({ ...send, approval: null });
}

/** Schedules the send to the others in an A/B test. It has what was pinned for the sample, whose approval covers it. */
export async function toScheduled(current: SendRecord, sendTime: string | undefined): Promise<SendRecord> {
  const startAt = startTime(current, sendTime);
  await requireSendable(current);
  return start({ ...current, scheduled_send_time: startAt ?? null, scheduled_by: useActorId() });
}

/** Checks a send that the caller schedules, and returns it with its time; without one it starts at once. */
async function prepare(current: SendRecord, sendTime: string | undefined): Promise<SendRecord> {
  if (!isOpenToChange(current.send_status)) throw statusRejection(current.send_status, "scheduled", "DRAFT or SCHEDULED");
  const startAt = startTime(current, sendTime);
  return { ...(await pin(current)), scheduled_send_time: startAt ?? null, scheduled_by: useActorId() };
}

/** Returns whether the send starts later than now, once it is approved. */
export const isForLater = ({ scheduled_send_time }: SendRecord): boolean => (scheduled_send_time ?? "") > Clock.now();

/** Returns when the send starts; undefined: immediately. Refuses times in the past, and local times that are over everywhere. */
function startTime({ local_time }: SendRecord, sendTime: string | undefined): string | undefined {
  if (local_time !== null) {
    if (sendTime !== undefined) throw invalid("scheduled_send_time", "Cannot be combined with local_time: the send starts by it");
    if (lastInstantAt(local_time) <= Clock.now()) throw invalid("local_time", "Must not be in the past in each time zone");
    const first = firstInstantAt(local_time);
    requireWithinYear("local_time", first);
    return first > Clock.now() ? first : undefined;
  }
  if (sendTime !== undefined && sendTime <= Clock.now()) throw invalid("scheduled_send_time", "Must not be in the past");
  if (sendTime !== undefined) requireWithinYear("scheduled_send_time", sendTime);
  return sendTime;
}

/** Returns a send that has not started to DRAFT. A request for approval is withdrawn. */
export const unschedule = fn(IdInput, ({ id: sendId }) =>
  Records.change(EmailSends, sendId, (current) => {
    if (current.send_status === "DRAFT") return current;
    if (!isWithdrawable(current.send_status))
      throw statusRejection(current.send_status, "unscheduled", "SCHEDULED or PENDING_APPROVAL");
    requireNoTest(current);
    return reopen(withoutRequest(current));
  }),
);

/** Returns the send without the summary of an approval that is still open. */
const withoutRequest = (send: SendRecord): SendRecord =>
  send.send_status === "PENDING_APPROVAL" ? { ...send, approval: null } : send;

/** Cancels a send. Messages that are not yet with the provider are recalled when they would go out. */
export const cancel = fn(IdInput, ({ id: sendId }) =>
  Records.change(EmailSends, sendId, async (current) => {
    if (current.send_status === "CANCELLED") return current;
    if (!isCancellable(current.send_status))
      throw statusRejection(current.send_status, "cancelled", "DRAFT, PENDING_APPROVAL, SCHEDULED or SENDING");
    return withCancellation(current);
  }),
);

/** Returns the send as it is cancelled. Its messages that wait are recalled, also those of a send that is SENT. */
export const withCancellation = async (send: SendRecord): Promise<SendRecord> => ({
  ...withoutRequest(send),
  ...(await readProgress(send)),
  ...{ send_status: "CANCELLED", ...buildEndFields() },
});

/** Deletes a send. One that waits for approval is a draft if it is restored. */
export const remove = fn(IdInput, ({ id: sendId }) =>
  Records.remove(EmailSends, sendId, (current) => {
    if (!isDeletable(current.send_status))
      throw statusRejection(current.send_status, "deleted", "finished: cancel the send first");
    return current.send_status === "PENDING_APPROVAL" ? reopen(withoutRequest(current)) : current;
  }),
);

export const restore = fn(IdInput, ({ id: sendId }) => Records.restore(EmailSends, sendId));

export const Results = MessageOutcomes.Info;

/** Returns the outcome counts of the send's messages. A user who can see the send sees the counts of all its messages. */
export const readResults = fn(IdInput, async ({ id: sendId }) => {
  await Records.read(EmailSends, sendId);
  return MessageOutcomes.readCounts(sendId);
});

export { EmailSends, fields, isOpen, isRejectedSample, type SendRecord } from "./email-send.entity.ts";
export { requireSendable } from "./readiness.ts";
export { buildEndFields, markSending } from "./transition.ts";
/** The timeline entries of the sends of a campaign. */
export const timelineSource = buildTimelineSource(EmailSends, {
  partitions: (campaign) =>
    sendStatuses.map((send_status) => ({ index: "by_class", facets: { campaign_id: campaign, send_status } })),
  title: ({ name }) => name,
  readActor: ({ created_by }) => created_by,
});

export * as EmailSend from "./email-send.ts";
