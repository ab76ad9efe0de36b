import type { RecordData } from "../../../api/kind.ts";
import { encodeMentions, type Mention } from "../../../records/comments/mention-text.ts";

/** What an agent sends: a reply or a note, with the changes of a macro and a status, and the requests that do it. */

export type ReplyMode = "reply" | "note";

/** A change of a field that a macro makes. The values are those of the ticket's fields. */
export interface MacroChange {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

/** What a macro does to a ticket, as `GET …/macro-preview` says. */
export interface MacroPreview {
  readonly changes: readonly MacroChange[];
  readonly comment: { readonly body: string; readonly is_public: boolean; readonly missing: readonly string[] } | null;
}

export interface ChosenMacro {
  readonly id: string;
  readonly name: string;
  readonly preview: MacroPreview;
  /** Fields whose change the agent took back. */
  readonly dropped: readonly string[];
}

/** A file of the ticket that goes out with the message. */
export interface ReplyFile {
  readonly id: string;
  readonly name: string;
  /** The media type. Drafts from before it was kept lack it. */
  readonly type?: string | undefined;
}

export interface ReplyDraft {
  readonly mode: ReplyMode;
  readonly text: string;
  readonly macro: ChosenMacro | undefined;
  readonly files: readonly ReplyFile[];
  /** Users and teams that a note mentions by name. A reply mentions no user. */
  readonly mentions: readonly Mention[];
}

export const emptyReply: ReplyDraft = { mode: "reply", text: "", macro: undefined, files: [], mentions: [] };

/** Lists the changes that sending makes beside the text. */
export const listChanges = ({ macro }: Pick<ReplyDraft, "macro">): readonly MacroChange[] =>
  macro?.preview.changes.filter(({ field }) => !macro.dropped.includes(field)) ?? [];

/** Returns the draft after a macro: its text follows what is written already. */
export function applyMacro(draft: ReplyDraft, macro: Omit<ChosenMacro, "dropped">): ReplyDraft {
  const { comment } = macro.preview;
  const written = draft.text.trim();
  return {
    ...draft,
    mode: comment === null || written !== "" ? draft.mode : comment.is_public ? "reply" : "note",
    text: comment === null ? draft.text : written === "" ? comment.body : `${written}\n\n${comment.body}`,
    macro: { ...macro, dropped: [] },
  };
}

/** Returns the text with another one put in at a place, as a paragraph of its own. */
export function insertText(text: string, place: number, added: string): string {
  const [before, after] = [text.slice(0, place).trimEnd(), text.slice(place).trimStart()];
  return [before, added, after].filter((part) => part !== "").join("\n\n");
}

/** Returns the place behind a text that `insertText` puts in. */
export const findInsertEnd = (text: string, place: number, added: string): number =>
  insertText(text.slice(0, place), place, added).length;

/** Whether there is something to send. */
export const canSend = (draft: ReplyDraft): boolean =>
  draft.text.trim() !== "" || draft.files.length > 0 || listChanges(draft).length > 0;

/** Returns the status that the ticket gets: the one of the button, or else that of the macro. */
export function findNextStatus(draft: ReplyDraft, chosen: string | undefined): string | undefined {
  const change = listChanges(draft).find(({ field }) => field === "status");
  return chosen ?? (typeof change?.after === "string" ? change.after : undefined);
}

interface ReplyRequest {
  readonly method: "POST" | "PATCH";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/**
 * Lists the requests that send a draft, in their order. A macro that the agent left as it is runs in one transaction. Otherwise the text goes first: a ticket
 * can wait for the customer only after a public answer.
 */
export function buildRequests(ticket: RecordData, draft: ReplyDraft, status?: string): ReplyRequest[] {
  const path = `/api/v1/support/tickets/${ticket.id}`;
  const { macro } = draft;
  const written = draft.text.trim();
  const text = draft.mode === "note" ? encodeMentions(written, draft.mentions) : written;
  const comment = macro?.preview.comment ?? null;
  const isUnchanged =
    macro !== undefined &&
    draft.files.length === 0 &&
    macro.dropped.length === 0 &&
    text === (comment?.body.trim() ?? "") &&
    (comment === null || comment.is_public === (draft.mode === "reply")) &&
    (status === undefined || status === findNextStatus(draft, undefined));
  if (isUnchanged) return [{ method: "POST", path: `${path}/macro`, body: { macro_id: macro.id } }];
  const next = findNextStatus(draft, status);
  const changes = {
    ...Object.fromEntries(listChanges(draft).map(({ field, after }) => [field, after])),
    ...(next === undefined || next === ticket.status ? {} : { status: next }),
  };
  const comments = { method: "POST", path: `${path}/comments` } as const;
  const files = draft.files.length === 0 ? {} : { attachment_ids: draft.files.map(({ id }) => id) };
  return [
    ...(text === "" && draft.files.length === 0
      ? []
      : [{ ...comments, body: { ...(text === "" ? {} : { body: text }), is_public: draft.mode === "reply", ...files } }]),
    ...(Object.keys(changes).length === 0 ? [] : [{ method: "PATCH", path, body: changes } as const]),
  ];
}

const working = ["OPEN", "IN_PROGRESS", "PENDING", "WAITING_ON_CUSTOMER"] as const;

/** Lists the statuses that a ticket can get with the next message (docs/service/tickets.md, Status). Only a public answer lets it wait for the customer. */
export function listNextStatuses(ticket: RecordData, mode: ReplyMode): string[] {
  const { status } = ticket;
  if (status === "RESOLVED") return ["OPEN", "CLOSED"];
  if (status === "CLOSED") return ["OPEN"];
  const canWait = ticket.is_answered === true || mode === "reply";
  return [...working.filter((code) => code !== status && (canWait || code !== "WAITING_ON_CUSTOMER")), "RESOLVED", "CLOSED"];
}

/** The key that opens the macros in an empty box. */
export const MACRO_KEY = "/";
