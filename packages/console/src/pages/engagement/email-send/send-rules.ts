import type { MailBlock } from "../../../records/mail/mail-block.ts";
import type { Option } from "../../../ui/kit/option-type.ts";

/** What a user enters to send mails or text messages to the members of a campaign, and the requests that follow from it. */

export type Channel = "email" | "sms";
/** What the form of a message made. */
export type Made = "send" | "test" | "send-draft" | "test-draft";
export type TestedPart = "subject" | "content" | "sender" | "time";

/** A variant of an A/B test: what differs, and its share of the sample. */
export interface VariantDraft {
  readonly subject: string;
  readonly template: Option | null;
  readonly sender: Option | null;
  readonly send_at: string | null;
  readonly share: number;
}

export interface SendDraft {
  readonly source: "template" | "own";
  readonly template: Option | null;
  readonly subject: string;
  /** The text of a text message. */
  readonly body: string;
  readonly blocks: readonly MailBlock[] | null;
  readonly sender: Option | null;
  readonly audience: "members" | "segment" | "list";
  readonly segment: Option | null;
  readonly list: Option | null;
  /** Whether opens and clicks are counted. Null: not asked yet. */
  readonly tracks: boolean | null;
  readonly member_status: readonly string[];
  readonly excluded: readonly Option[];
  readonly when: "now" | "at" | "local";
  readonly schedule_at: string | null;
  /** `2026-12-01T09:00`. */
  readonly local_time: string | null;
  readonly throttle_per_hour: number | null;
  readonly subscription_type: string | null;
  readonly name: string;
  readonly hasVariants: boolean;
  readonly tests: TestedPart;
  readonly variants: readonly VariantDraft[];
  readonly sample_percent: number;
  readonly decide_after_hours: number;
  readonly success_metric: string;
  readonly minimum_sample_size: number;
  readonly confidence_level: number;
  readonly without_winner: string;
}

const emptyVariant: VariantDraft = { subject: "", template: null, sender: null, send_at: null, share: 1 };

export const MAX_VARIANTS = 5;
export const MIN_VARIANTS = 2;

/** The letters of variants, by position. */
export const nameVariant = (index: number): string => "ABCDE"[index] ?? "";

/** What the form begins with. Numbers are those that the server takes if a request leaves them out. */
export const emptySend: SendDraft = {
  source: "template",
  template: null,
  subject: "",
  body: "",
  blocks: null,
  sender: null,
  audience: "members",
  segment: null,
  list: null,
  tracks: null,
  member_status: [],
  excluded: [],
  when: "now",
  schedule_at: null,
  local_time: null,
  throttle_per_hour: null,
  subscription_type: null,
  name: "",
  hasVariants: false,
  tests: "subject",
  variants: [emptyVariant, emptyVariant],
  sample_percent: 20,
  decide_after_hours: 4,
  success_metric: "click_rate",
  minimum_sample_size: 100,
  confidence_level: 95,
  without_winner: "wait",
};

export const addVariant = (variants: readonly VariantDraft[]): VariantDraft[] => [...variants, emptyVariant];

/**
 * Begins or ends a test of variants, or tests another part. The first variant takes what was entered for the mail, and the mail what was entered for the
 * first variant, so that nothing is entered twice.
 */
export function changeTested(draft: SendDraft, changes: Partial<Pick<SendDraft, "hasVariants" | "tests">>): Partial<SendDraft> {
  const [first = emptyVariant, ...others] = draft.variants;
  const parts = {
    subject: first.subject || draft.subject,
    template: first.template ?? draft.template,
    sender: first.sender ?? draft.sender,
  };
  return {
    ...changes,
    subject: draft.subject || parts.subject,
    template: draft.template ?? parts.template,
    sender: draft.sender ?? parts.sender,
    variants: [{ ...first, ...parts }, ...others],
  };
}

/** Returns how many of the members get the variant with the smallest share, about. */
export function countForVariant(
  members: number,
  { sample_percent, variants }: Pick<SendDraft, "sample_percent" | "variants">,
): number {
  const shares = variants.map(({ share }) => share);
  const whole = shares.reduce((sum, share) => sum + share, 0);
  return Math.floor((members * sample_percent * Math.min(...shares)) / (100 * whole));
}

/** A text that is left out where it is empty. */
const optional = <T>(name: string, value: T | null | undefined | ""): Record<string, T> =>
  value === null || value === undefined || value === "" ? {} : { [name]: value };

/** Returns what is sent: a template with its subject replaced, or a message of its own. */
function buildContent(draft: SendDraft, channel: Channel): Record<string, unknown> {
  const { source, template, blocks } = draft;
  const subject = draft.subject.trim();
  if (source === "template")
    return { ...optional("template_id", template?.id), ...(channel === "email" ? optional("subject", subject) : {}) };
  return { content: channel === "sms" ? { body: draft.body } : { subject, blocks: blocks ?? [] } };
}

/** Returns who gets it and by whom, in the names of the fields of a send. */
const buildAudience = ({
  audience,
  sender,
  member_status,
  throttle_per_hour,
  subscription_type,
  tracks,
}: SendDraft): Record<string, unknown> => ({
  ...optional("sender_id", sender?.id),
  ...(audience === "members" && member_status.length > 0 ? { member_status } : {}),
  ...optional("tracks", tracks),
  ...optional("throttle_per_hour", throttle_per_hour),
  ...optional("subscription_type", subscription_type),
});

/** Names the segment or the list. The members of the campaign need no name. A choice that is missing is refused by its field. */
const buildSet = ({ audience, segment, list }: SendDraft): Record<string, string> => {
  if (audience === "segment") return { segment_id: segment?.id ?? "" };
  return audience === "list" ? { contact_list_id: list?.id ?? "" } : {};
};

/** Tests of a part of the mail name it in each variant, so the mail itself does not. */
const testedNames: Readonly<Record<TestedPart, readonly string[]>> = {
  subject: ["subject"],
  content: ["template_id", "content", "subject"],
  sender: ["sender_id"],
  time: [],
};

const buildVariant = (
  tests: TestedPart,
  { subject, template, sender, send_at, share }: VariantDraft,
): Record<string, unknown> => ({
  share,
  ...(tests === "subject" ? { subject: subject.trim() } : {}),
  ...(tests === "content" ? optional("template_id", template?.id) : {}),
  ...(tests === "sender" ? optional("sender_id", sender?.id) : {}),
  ...(tests === "time" ? optional("send_at", send_at) : {}),
});

/** Whether the message is tried in variants first. Text messages have no variants. */
export const isTested = ({ hasVariants }: Pick<SendDraft, "hasVariants">, channel: Channel): boolean =>
  channel === "email" && hasVariants;

const listIds = (options: readonly Option[]): string[] => options.map(({ id }) => id);

/** A time that the user has not entered is sent as an empty text, which the server refuses. Without it, the send would start at once. */
const toTime = (value: string | null): string => value ?? "";

function buildTime({ when, schedule_at, local_time }: SendDraft): Record<string, string> {
  if (when === "at") return { schedule_at: toTime(schedule_at) };
  return when === "local" ? { local_time: toTime(local_time) } : {};
}

/** Returns the body of `POST /campaigns/{id}/send-email` or `send-sms`. */
export const buildSendBody = (draft: SendDraft, channel: Channel): Record<string, unknown> => ({
  ...buildContent(draft, channel),
  ...buildAudience(draft),
  ...optional("name", draft.name.trim()),
  ...(draft.excluded.length > 0 ? { exclude_segments: listIds(draft.excluded) } : {}),
  ...buildTime(draft),
});

/** Returns the body that schedules a draft. Its local time is in the draft. */
export const buildSchedule = ({ when, schedule_at }: SendDraft): Record<string, string> =>
  when === "at" ? { scheduled_send_time: toTime(schedule_at) } : {};

/** The content of a mail that differs by variant is that of the first one. */
const withFirstVariant = (draft: SendDraft): SendDraft => {
  const [first] = draft.variants;
  if (!draft.hasVariants || !first) return draft;
  if (draft.tests === "subject") return { ...draft, subject: first.subject };
  if (draft.tests === "content") return { ...draft, source: "template", template: first.template, subject: "" };
  return draft.tests === "sender" ? { ...draft, sender: first.sender } : draft;
};

/** Returns the body that sends the message to users as a test: of variants the first one. */
export const buildTestMessage = (draft: SendDraft, channel: Channel, users: readonly string[]): Record<string, unknown> => ({
  ...buildSendBody({ ...(channel === "email" ? withFirstVariant(draft) : draft), when: "now", name: "" }, channel),
  test_to: users,
});

/** Returns the body of an A/B test. What differs is in its variants alone. */
export function buildTestBody(draft: SendDraft, name: string): Record<string, unknown> {
  const { tests, sample_percent, decide_after_hours, success_metric, minimum_sample_size, confidence_level, without_winner } =
    draft;
  const parts = { ...buildContent(withFirstVariant(draft), "email"), ...buildAudience(draft) };
  return {
    ...{ name, tests, sample_percent, decide_after_hours, success_metric },
    ...{ minimum_sample_size, confidence_level, without_winner, ...buildSet(draft) },
    ...Object.fromEntries(Object.entries(parts).filter(([field]) => !testedNames[tests].includes(field))),
    ...(draft.excluded.length > 0 ? { exclude_segment_ids: listIds(draft.excluded) } : {}),
    variants: draft.variants.map((variant) => buildVariant(tests, variant)),
  };
}

/** Returns the body that changes a stored test: what the draft lacks is removed. */
export const buildTestPatch = (draft: SendDraft, name: string): Record<string, unknown> => ({
  ...{ template_id: null, content: null, subject: null, sender_id: null, member_status: null },
  ...{ throttle_per_hour: null, subscription_type: null, exclude_segment_ids: [], tracks: null },
  ...{ segment_id: null, contact_list_id: null },
  ...buildTestBody(draft, name),
});

/** Returns the time at which the sample of a test starts; undefined: now, or at the times of the variants. */
export const findTestTime = ({ tests, when, schedule_at }: SendDraft): string | undefined =>
  tests !== "time" && when === "at" ? toTime(schedule_at) : undefined;

/** Returns the fields of the send as a draft, which can be checked and sent later. Of variants, the first one stands for all. */
export function buildDraftBody(sent: SendDraft, channel: Channel, campaign: string, name: string): Record<string, unknown> {
  const draft = channel === "email" ? withFirstVariant(sent) : sent;
  return {
    ...{ name, channel, campaign_id: campaign, to_members: draft.audience === "members" },
    ...{ template_id: null, content: null, subject: null, segment_id: null, contact_list_id: null, ...buildSet(draft) },
    ...{ sender_id: null, member_status: null, throttle_per_hour: null, tracks: null },
    ...buildContent(draft, channel),
    ...buildAudience(draft),
    exclude_segment_ids: listIds(draft.excluded),
    local_time: draft.when === "local" && !isTested(draft, channel) ? draft.local_time : null,
  };
}

/** The instant that the wall-clock time would have in UTC, for inputs of instants. */
export const toInstant = (local: string | null): string | null => (local === null ? null : `${local}:00.000Z`);
export const toLocalTime = (instant: string | null): string | null => (instant === null ? null : instant.slice(0, 16));

/** Returns the counts of an object by reason, the highest first. */
export const listCounts = (counts: Readonly<Record<string, unknown>> | null | undefined): { reason: string; count: number }[] =>
  Object.entries(counts ?? {})
    .flatMap(([reason, count]) => (typeof count === "number" && count > 0 ? [{ reason, count }] : []))
    .sort((left, right) => right.count - left.count);

/** The share of mails with an outcome among those that were delivered, in percent; null without any, and if it is not tracked. */
export const computeShare = (count: number | null | undefined, delivered: number | undefined): string | null =>
  delivered && count !== null ? String(((count ?? 0) / delivered) * 100) : null;

/** What became of the messages of a send. Opens and clicks are null if they are not tracked. */
export type SendResults = Readonly<
  Partial<Record<"written" | "queued" | "sent" | "tracked" | "undelivered" | "failed" | "refused" | "recalled", number>> &
    Partial<Record<"opened" | "clicked", number | null>>
>;

/** Messages that were sent and did not come back. */
export const countDelivered = ({ sent = 0, undelivered = 0 }: SendResults): number => Math.max(0, sent - undelivered);

/** Messages that were written and will not be sent: the recipient refuses them, or the provider did. */
export const countUnsent = ({ failed = 0, refused = 0, recalled = 0 }: SendResults): number => failed + refused + recalled;

/** Sums what became of the messages of sends. Opens and clicks are null if none of the sends tracks them. */
export const sumResults = (results: readonly SendResults[]): SendResults =>
  results.reduce<Record<string, number | null>>((sums, result) => {
    for (const [name, count = 0] of Object.entries(result))
      sums[name] = count === null ? (sums[name] ?? null) : (sums[name] ?? 0) + count;
    return sums;
  }, {}) as SendResults;

/** The fields of the API that an input is about, where its name is another one. */
const apiFields: Readonly<Record<string, readonly string[]>> = {
  template: ["template_id"],
  sender: ["sender_id"],
  segment: ["segment_id"],
  list: ["contact_list_id"],
  audience: ["segment_id", "contact_list_id", "to_members", "success_metric"],
  excluded: ["exclude_segments", "exclude_segment_ids"],
  subject: ["subject", "content.subject"],
  body: ["content.body"],
  blocks: ["content.blocks"],
  source: ["template_id", "content"],
};

/** Returns the errors without those about inputs that the user has changed since. */
export const omitChanged = (
  errors: Readonly<Record<string, string>>,
  changed: readonly string[],
): Readonly<Record<string, string>> => {
  const fields = changed.flatMap((name) => apiFields[name] ?? []);
  const isChanged = (path: string): boolean =>
    fields.some((field) => path === field || path.startsWith(`${field}.`) || path.startsWith(`${field}[`));
  return Object.fromEntries(Object.entries(errors).filter(([path]) => !isChanged(path)));
};
