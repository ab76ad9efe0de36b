import { isDeepStrictEqual } from "node:util";
import * as z from "zod";
import { CONTACT_LIST } from "../contact-list/contact-list.domain.ts";
import { Clock } from "../kernel/clock.ts";
import { useActorId } from "../kernel/context.ts";
import { type Detail, invalid, invalidAll, ruleViolation } from "../kernel/error.ts";
import { fn } from "../kernel/fn.ts";
import { anyOf, type Filled, filled, id, instant, oneOf, patched, patchOf, reference, text } from "../kernel/schema.ts";
import { Master } from "../masters/master.ts";
import { requireWithinYear } from "../message/ahead.ts";
import { MAIL_ACCOUNT } from "../message/mail-account/mail-account.domain.ts";
import { MailAccount } from "../message/mail-account/mail-account.ts";
import { WrittenFor } from "../message/written-for.ts";
import { load as loadTemplate } from "../message-template/message-template.ts";
import { SEGMENT } from "../segment/segment.domain.ts";
import { list as listRecords, listSchema, queryOf } from "../storage/read/list.ts";
import type { ListQuery } from "../storage/read/query.ts";
import { rowOf } from "../storage/table/collection.ts";
import { Job } from "../storage/write/job.ts";
import { Records } from "../storage/write/records.ts";
import { transaction } from "../storage/write/transaction.ts";
import { USER } from "../user/user.domain.ts";
import { User } from "../user/user.ts";
import { emailSendGrants } from "./email-send.domain.ts";
import { EmailSends, fields, isOpen, type SendRecord, Stored } from "./email-send.entity.ts";
import {
  type Audience,
  isOpenToChange,
  mayBeCancelled,
  mayBeDeleted,
  type SendStatus,
  sendStatuses,
  wrongWith,
} from "./email-send.rules.ts";

/** Mails to many, as who sends them writes, schedules and follows them; the work is in jobs/email-send (docs/email-sends.md). */

export const Info = Stored.omit({ attention_at: true, turn: true });
export const Row = rowOf(Info, EmailSends.definition.row);

const One = z.strictObject({ id: text(64) });
const owned = { owner_id: id(USER).nullish().describe("Left out, it is the caller; null: nobody's, and seen by all") };

/** How many it has written to, while it does. */
export type Counts = Pick<SendRecord, "recipients_count" | "passed_over_count">;

const progressOf = async (send: SendRecord): Promise<Counts> => {
  const now = isOpen(send) ? await Job.progress<Counts>(send.id) : undefined;
  return {
    recipients_count: now?.recipients_count ?? send.recipients_count,
    passed_over_count: now?.passed_over_count ?? send.passed_over_count,
  };
};

export const get = fn(One, async ({ id: wanted }) => {
  const send = await Records.read(EmailSends, wanted);
  return { ...send, ...(await progressOf(send)) };
});

const Query = listSchema(EmailSends, {
  status: oneOf(sendStatuses).optional(),
  campaign: reference().optional(),
  owner: text(64).optional().describe("Id of whom they are of, or `none` for those that are nobody's"),
});

export const asked = async (input: z.output<typeof Query>): Promise<ListQuery> => queryOf(EmailSends, input);

export const list = fn(Query, async (input) => listRecords(EmailSends, await asked(input)));

/** What an export has to know of the list. */
export const listed = { collection: EmailSends, query: Query, asked, info: Info, fields: { ...fields, ...owned } };

export const Create = z.strictObject({ ...fields, ...owned }).meta(anyOf(["segment_id", "contact_list_id"]));

const ASSIGN = [emailSendGrants.assign, "sends"] as const;

function requireAudience(audience: Audience): void {
  const wrong = wrongWith(audience);
  if (wrong) throw invalidAll([wrong]);
}

const beside = async (read: Audience, unread: ReadonlySet<string>): Promise<void> => {
  if (!unread.has("segment_id") && !unread.has("contact_list_id")) requireAudience(read);
};

export const create = fn(
  Create,
  async ({ owner_id, ...input }) => {
    requireAudience(input);
    const send = Records.born(EmailSends, {
      ...(await Master.resolveAll(fields, filled(fields, input))),
      ...{ owner_id: await User.ownerOfNew(owner_id, ...ASSIGN), send_status: "DRAFT" as const },
      ...{ scheduled_send_time: null, scheduled_by: null, recipients_count: 0, passed_over_count: 0 },
      ...{ started_at: null, finished_at: null, error: null, turn: 0, attention_at: null },
    });
    return transaction().create(EmailSends, send).commit(send);
  },
  beside,
);

export const replace = fn(
  Create.extend(One.shape),
  ({ id: wanted, owner_id, ...input }) => edit(wanted, { ...filled(fields, input), owner_id }),
  beside,
);

export const update = fn(patchOf({ ...fields, ...owned }).extend(One.shape), ({ id: wanted, owner_id, ...patch }) =>
  edit(wanted, { ...patched(fields, patch), owner_id }),
);

type Changes = Partial<Filled<typeof fields>> & { owner_id?: string | null | undefined };

/** One that waits to begin is looked at as when it was scheduled, and goes on in the sight of who changed it. */
const edit = (wanted: string, { owner_id: given, ...changes }: Changes) =>
  Records.change(EmailSends, wanted, async (current) => {
    if (!isOpenToChange(current.send_status)) throw notWhile(current.send_status, "changed", "DRAFT or SCHEDULED");
    const said = { ...current, ...changes };
    requireAudience(said);
    const next = await Master.resolveAll(fields, said, current);
    const owner_id = given === undefined ? current.owner_id : await User.ownerOfChange(current.owner_id, given, ...ASSIGN);
    if (current.send_status === "DRAFT" || isDeepStrictEqual(next, current)) return { ...next, owner_id };
    await sendable(next);
    return { ...next, owner_id, scheduled_by: useActorId() };
  });

const notWhile = (status: SendStatus, what: string, when: string): Error =>
  ruleViolation(`A send that is ${status} is not ${what}`, [{ field: "send_status", message: `It is ${status}, not ${when}` }]);

/** Refuses what could not go out: template, account and audience are there now, and of the right kind. Gives the template. */
export async function sendable(send: SendRecord) {
  const { template_id, sender_id, segment_id, contact_list_id } = send;
  const [template, sender, segment, list] = await Promise.all([
    loadTemplate(template_id),
    sender_id === null ? MailAccount.defaultId() : sender_id,
    segment_id === null || Records.isShown(SEGMENT, segment_id),
    contact_list_id === null || Records.isShown(CONTACT_LIST, contact_list_id),
  ]);
  const details: Detail[] = [];
  const wrong = (field: keyof typeof fields, message: string): void => void details.push({ field, message });
  if (!template) wrong("template_id", "It is not there any more");
  else if (template.channel !== "EMAIL") wrong("template_id", "It is of another channel");
  else if (!template.is_active) wrong("template_id", "It is not active");
  if (sender === undefined) wrong("sender_id", "Required: there is no default");
  else if (!(await Records.exists(MAIL_ACCOUNT, sender))) wrong("sender_id", "No such account");
  if (!segment) wrong("segment_id", "No such segment");
  if (!list) wrong("contact_list_id", "No such list of contacts");
  if (!template || details.length > 0) throw ruleViolation("It cannot be sent as it is", details);
  return template;
}

const Schedule = One.extend({
  scheduled_send_time: instant().optional().describe("When it begins; at once unless told otherwise"),
});

/** One that is scheduled already is at another instant then; who schedules it is who it goes out as. */
export const schedule = fn(Schedule, ({ id: wanted, scheduled_send_time: at }) => {
  if (at !== undefined && at <= Clock.now()) throw invalid("scheduled_send_time", "In the past");
  if (at !== undefined) requireWithinYear("scheduled_send_time", at);
  return Records.change(EmailSends, wanted, async (current) => {
    if (!isOpenToChange(current.send_status)) throw notWhile(current.send_status, "scheduled", "DRAFT or SCHEDULED");
    await sendable(current);
    const next = { ...current, scheduled_send_time: at ?? Clock.now(), scheduled_by: useActorId() };
    return at === undefined ? begun(next) : { ...next, send_status: "SCHEDULED" as const };
  });
});

/** As its messages begin to be written. */
export const begun = (send: SendRecord): SendRecord => ({
  ...send,
  ...{ send_status: "SENDING", started_at: Clock.now() },
  ...Job.requested(send.turn),
});

/** As long as nothing has begun. */
export const unschedule = fn(One, ({ id: wanted }) =>
  Records.change(EmailSends, wanted, (current) => {
    if (current.send_status === "DRAFT") return current;
    if (current.send_status !== "SCHEDULED") throw notWhile(current.send_status, "taken back", "SCHEDULED");
    return { ...current, send_status: "DRAFT" as const, scheduled_send_time: null, scheduled_by: null };
  }),
);

/** What is not with its provider by then is recalled as it would go out. */
export const cancel = fn(One, ({ id: wanted }) =>
  Records.change(EmailSends, wanted, async (current) => {
    if (current.send_status === "CANCELLED") return current;
    if (!mayBeCancelled(current.send_status)) throw notWhile(current.send_status, "cancelled", "on its way");
    return { ...current, ...(await progressOf(current)), send_status: "CANCELLED" as const, ...ended() };
  }),
);

export const ended = (): Pick<SendRecord, "finished_at" | "attention_at"> => ({
  finished_at: Clock.now(),
  attention_at: null,
});

export const remove = fn(One, ({ id: wanted }) =>
  Records.remove(EmailSends, wanted, (current) => {
    if (!mayBeDeleted(current.send_status)) throw notWhile(current.send_status, "deleted", "over: cancel it first");
    return current;
  }),
);

export const restore = fn(One, ({ id: wanted }) => Records.restore(EmailSends, wanted));

export const Results = WrittenFor.Info;

/** What became of its messages, whoever they are for: the numbers are the send's, and told with it. */
export const results = fn(One, async ({ id: wanted }) => {
  await Records.read(EmailSends, wanted);
  return WrittenFor.countsOf(wanted);
});

export { EmailSends, isOpen, type SendRecord } from "./email-send.entity.ts";
export * as EmailSend from "./email-send.ts";
