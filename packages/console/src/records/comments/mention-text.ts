/** Pure rules: mentions while a user types, and as they are stored. A user types and reads names; a comment stores ids. */

export interface Mention {
  readonly id: string;
  readonly name: string;
}

interface WithMentions {
  readonly expanded?: Readonly<Record<string, unknown>> | undefined;
}

/** Returns the users and teams that a comment mentions, from the records beside it. */
export const readMentions = ({ expanded }: WithMentions): Mention[] =>
  [expanded?.mentioned_ids].flat().flatMap((mentioned) => {
    const { id, name, display_name } = (mentioned ?? {}) as { id?: unknown; name?: unknown; display_name?: unknown };
    const shown = name ?? display_name;
    return typeof id === "string" && typeof shown === "string" ? [{ id, name: shown }] : [];
  });

export const namesById = (mentions: readonly Mention[]): ReadonlyMap<string, string> =>
  new Map(mentions.map(({ id, name }) => [id, name]));

export interface MentionQuery {
  /** Where the @ stands. */
  readonly start: number;
  readonly end: number;
  /** What follows the @. */
  readonly text: string;
}

/** The @ and the part of a name before the caret. An @ within a word begins no mention. */
const QUERY_PATTERN = /(?:^|[\s(])@([^\s@]{0,40})$/u;

/** Finds the mention that the user types at the caret. */
export function findMentionQuery(text: string, caret: number): MentionQuery | undefined {
  const match = QUERY_PATTERN.exec(text.slice(0, caret));
  const [, typed] = match ?? [];
  return typed === undefined ? undefined : { start: caret - typed.length - 1, end: caret, text: typed };
}

/** Puts the chosen name in place of what was typed, with the caret behind it. */
export function insertMention(text: string, { start, end }: MentionQuery, { name }: Mention): { text: string; caret: number } {
  const inserted = `@${name} `;
  return { text: text.slice(0, start) + inserted + text.slice(end).replace(/^ /, ""), caret: start + inserted.length };
}

const escapePattern = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** Replaces the names of chosen mentions by ids, as a comment stores them. Of names that begin alike, the longest counts. */
export function encodeMentions(text: string, mentions: readonly Mention[]): string {
  const names = [...new Set(mentions.map(({ name }) => name))].sort((a, b) => b.length - a.length);
  if (names.length === 0) return text;
  const pattern = new RegExp(`@(${names.map(escapePattern).join("|")})(?![\\p{L}\\p{N}])`, "gu");
  return text.replaceAll(pattern, (typed, name: string) => {
    const mention = mentions.find((candidate) => candidate.name === name);
    return mention ? `@[${mention.id}]` : typed;
  });
}

const TOKEN_PATTERN = /@\[((?:usr|tea)_[0-9a-z]+)\]/;

type TextPart = { readonly text: string } | { readonly mention: Mention };

/** Splits a stored text into texts and mentions. A mention without a name is shown as `…`. */
export const splitMentions = (content: string, names: ReadonlyMap<string, string>): TextPart[] =>
  content.split(TOKEN_PATTERN).flatMap((part, index): TextPart[] => {
    if (index % 2 === 1) return [{ mention: { id: part, name: names.get(part) ?? "…" } }];
    return part === "" ? [] : [{ text: part }];
  });

/** Returns a stored text as the user edits it. */
export const decodeMentions = (content: string, names: ReadonlyMap<string, string>): string =>
  splitMentions(content, names)
    .map((part) => ("text" in part ? part.text : `@${part.mention.name}`))
    .join("");
