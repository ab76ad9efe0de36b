import { encodeMentions, type Mention } from "../comments/mention-text.ts";
import type { Kind, KindSummary, RecordData } from "../data/kind.ts";

/** What a user can add to a record in the composer, and the request that adds it. */

export type EntryName = "comment" | "note" | "call" | "task" | "meeting" | "email";

interface ComposerSource {
  readonly kind: Pick<Kind, "kind" | "related">;
  readonly kinds: readonly Pick<KindSummary, "kind" | "operations">[];
  readonly record: RecordData;
  readonly permissions: readonly string[];
}

/** The person that a mail about a record goes to. */
const findRecipient = (kind: Pick<Kind, "kind">, record: RecordData): string | undefined => {
  const id = kind.kind === "person" ? record.id : record.personal_key_id;
  return typeof id === "string" ? id : undefined;
};

/** Lists what the user may add to a record: related records that can be created, and mails to its person. */
export function listEntryNames({ kind, kinds, record, permissions }: ComposerSource): EntryName[] {
  const takes = (name: string): boolean =>
    kind.related.some((related) => related.kind === name && related.preset !== undefined) &&
    kinds.some((candidate) => candidate.kind === name && candidate.operations.includes("create"));
  const activities = takes("activity") ? (["call", "task", "meeting"] as const) : [];
  const canWrite = permissions.includes("message:send") && findRecipient(kind, record) !== undefined;
  return [
    ...(takes("comment") ? (["comment"] as const) : []),
    ...(takes("note") ? (["note"] as const) : []),
    ...activities,
    ...(canWrite ? (["email"] as const) : []),
  ];
}

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

const pick = (values: EntryValues, ...names: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(names.flatMap((name) => (values[name] ? [[name, values[name]]] : [])));

/** Builds the request that adds an entry to a record. */
export function buildEntryRequest(
  name: EntryName,
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
  if (name === "email")
    return {
      path: "/api/v1/messages",
      kind: "message",
      body: {
        channel: "email",
        person_id: findRecipient(kind, record),
        related_to_id: record.id,
        ...pick(values, "subject"),
        body: text,
      },
    };
  const minutes = Number(values.duration_minutes ?? (name === "call" ? DEFAULT_MINUTES : DEFAULT_MEETING_MINUTES));
  const fields = {
    call: () => ({ status: "COMPLETED", duration_minutes: minutes }),
    task: () => pick(values, "due_date"),
    meeting: () => ({
      start_datetime: values.start_datetime,
      end_datetime: addMinutes(String(values.start_datetime), minutes),
      duration_minutes: minutes,
    }),
  }[name]();
  return { path: "/api/v1/activities", kind: "activity", body: { ...subject, subject: text, activity_type_id: name, ...fields } };
}

const addMinutes = (instant: string, minutes: number): string => new Date(Date.parse(instant) + minutes * 60_000).toISOString();

/** What each entry cannot do without. */
const needs: Readonly<Record<EntryName, readonly string[]>> = {
  comment: ["text"],
  note: ["text"],
  call: ["text"],
  task: ["text"],
  meeting: ["text", "start_datetime"],
  email: ["subject", "text"],
};

/** Lists the fields that an entry needs and that are empty. */
export const listMissing = (name: EntryName, values: EntryValues): string[] =>
  needs[name].filter((field) => String(values[field] ?? "").trim() === "");
