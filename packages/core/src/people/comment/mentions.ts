import { invalid } from "../../kernel/error.ts";
import { Audience } from "./audience.ts";
import { buildExcerpt, MAX_MENTIONS, parseMentions } from "./comment.rules.ts";

interface Mentions {
  /** The beginning of the text, with the names of those whom it mentions. */
  excerpt: string;
  mentioned_ids: string[];
}

/** Returns what follows from the mentions in a text about a record. Mentions that the text had `before` stay valid. */
export async function resolveMentions(
  field: string,
  content: string,
  record: string,
  before: readonly string[] = [],
): Promise<Mentions> {
  const mentioned_ids = parseMentions(content);
  if (mentioned_ids.length > MAX_MENTIONS) throw invalid(field, `Must mention at most ${MAX_MENTIONS} users and teams`);
  const added = mentioned_ids.filter((id) => !before.includes(id));
  const allowed = await Promise.all(added.map((id) => Audience.isMentionable(id, record)));
  if (allowed.includes(false))
    throw invalid(
      field,
      "Must mention only teams, and active users who can see the record: choose them from GET /api/v1/comments/mentionable",
    );
  return { excerpt: buildExcerpt(content, await Audience.loadMentionNames(mentioned_ids)), mentioned_ids };
}
