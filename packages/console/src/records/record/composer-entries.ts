import type { Kind, KindSummary, RecordData } from "../../api/kind.ts";
import { findPages } from "../../api/page-manifest.ts";
import { encodeMentions, type Mention } from "../comments/mention-text.ts";

/** What a user can add to a record in the composer, and the request that adds it. */

export type EntryName = "comment" | "note" | "call" | "task" | "meeting" | "email";
/** Mails have a form of their own. */
export type FormEntryName = Exclude<EntryName, "email">;

interface ComposerSource {
  readonly kind: Pick<Kind, "kind" | "related">;
  readonly kinds: readonly Pick<KindSummary, "kind" | "operations">[];
  readonly record: RecordData;
  readonly permissions: readonly string[];
}

/** The contact or person of a record, who can be invited to a meeting. */
export function findInvitee(kind: Pick<Kind, "kind">, record: RecordData): Record<string, string> | undefined {
  const { invitedAs } = findPages(kind.kind).record ?? {};
  if (invitedAs !== undefined) return { [invitedAs]: record.id };
  if (typeof record.contact_id === "string") return { contact_id: record.contact_id };
  return typeof record.personal_key_id === "string" ? { person_id: record.personal_key_id } : undefined;
}

/** Lists what the user may add to a record: related records that can be created, and mails about it. */
export function listEntryNames({ kind, kinds, permissions }: ComposerSource): EntryName[] {
  const takes = (name: string): boolean =>
    kind.related.some((related) => related.kind === name && related.preset !== undefined) &&
    kinds.some((candidate) => candidate.kind === name && candidate.operations.includes("create"));
  const activities = takes("activity") ? (["call", "task", "meeting"] as const) : [];
  const hasMails = kind.related.some((related) => related.kind === "message");
  const canWrite = hasMails && permissions.includes("message:send") && !findPages(kind.kind).record?.isAnswered;
  return [
    ...(takes("comment") ? (["comment"] as const) : []),
    ...(takes("note") ? (["note"] as const) : []),
    ...activities,
    ...(canWrite ? (["email"] as const) : []),
  ];
}

export const OUTGOING = "OUTBOUND";
export const DEFAULT_MINUTES = 15;
export const DEFAULT_MEETING_MINUTES = 30;

interface EntryRequest {
  readonly path: string;
  /** The kind of the new record. */
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** What the user typed: the text, and the fields of the entry by their names in the API. */
type EntryValues = Readonly<Record<string, unknown>>;

/** Returns the values with this text if the user typed none. */
export const completeText = (values: EntryValues, text: string): EntryValues =>
  text === "" || String(values.text ?? "").trim() !== "" ? values : { ...values, text };

const pick = (values: EntryValues, ...names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));

/** Builds the request that adds an entry to a record. */
export function buildEntryRequest(
  name: FormEntryName,
  values: EntryValues,
  kind: Pick<Kind, "kind">,
  record: RecordData,
): EntryRequest {
  const text = String(values.text ?? "").trim();
  const subject = { related_to_type: kind.kind, related_to_id: record.id };
  if (name === "note") return { path: "/api/v1/notes", kind: "note", body: { ...subject, content: text } };
  if (name === "comment") {
    const content = encodeMentions(text, (values.mentions ?? []) as readonly Mention[]);
    return { path: "/api/v1/comments", kind: "comment", body: { ...subject, content } };
  }
  const minutes = Number(values.duration_minutes ?? (name === "call" ? DEFAULT_MINUTES : DEFAULT_MEETING_MINUTES));
  const fields = {
    call: () => ({
      ...{ status: "COMPLETED", duration_minutes: minutes, call_direction: values.call_direction ?? OUTGOING },
      ...pick(values, "call_outcome_id", "description"),
      ...buildFollowUp(values),
    }),
    task: () => pick(values, "due_date"),
    meeting: () => ({
      start_datetime: values.start_datetime,
      end_datetime: addMinutes(String(values.start_datetime), minutes),
      duration_minutes: minutes,
      ...pick(values, "meeting_location"),
      ...buildInvitation(values, kind, record),
    }),
  }[name]();
  return { path: "/api/v1/activities", kind: "activity", body: { ...subject, subject: text, activity_type_id: name, ...fields } };
}

/** The activity that follows a call, if its day was chosen. */
function buildFollowUp(values: EntryValues): Record<string, unknown> {
  const { follow_up_day, follow_up_owner, follow_up_subject } = values;
  if (!follow_up_day) return {};
  const owner = follow_up_owner ? { assigned_to_id: follow_up_owner } : {};
  const subject = String(follow_up_subject ?? "").trim() || String(values.text ?? "").trim();
  return { follow_up: { subject, activity_type_id: "task", due_date: follow_up_day, ...owner } };
}

/** The contact of the record as participant, if they are to be invited. */
function buildInvitation({ invites }: EntryValues, kind: Pick<Kind, "kind">, record: RecordData): Record<string, unknown> {
  const invitee = invites ? findInvitee(kind, record) : undefined;
  return invitee === undefined ? {} : { participants: [invitee], send_invitations: true };
}

const addMinutes = (instant: string, minutes: number): string => new Date(Date.parse(instant) + minutes * 60_000).toISOString();

/** What each entry cannot do without. */
const needs: Readonly<Record<FormEntryName, readonly string[]>> = {
  comment: ["text"],
  note: ["text"],
  call: ["text"],
  task: ["text"],
  meeting: ["text", "start_datetime"],
};

/** Lists the fields that an entry needs and that are empty. */
export const listMissing = (name: FormEntryName, values: EntryValues): string[] =>
  needs[name].filter((field) => String(values[field] ?? "").trim() === "");
