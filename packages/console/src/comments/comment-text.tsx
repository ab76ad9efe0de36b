import { Fragment } from "react";
import { consolePath } from "../data/console-path.ts";
import type { ConsoleRecord } from "../data/records.ts";
import { Link } from "../kit/link.tsx";
import { type Mention, splitMentions } from "./mention-text.ts";

/** Returns the users and teams that a comment mentions, from the records beside it. */
export const readMentions = ({ expanded }: ConsoleRecord): Mention[] =>
  [expanded?.mentioned_ids].flat().flatMap((mentioned) => {
    const { id, name, display_name } = (mentioned ?? {}) as { id?: unknown; name?: unknown; display_name?: unknown };
    const shown = name ?? display_name;
    return typeof id === "string" && typeof shown === "string" ? [{ id, name: shown }] : [];
  });

export const namesById = (mentions: readonly Mention[]): ReadonlyMap<string, string> =>
  new Map(mentions.map(({ id, name }) => [id, name]));

const mentionPath = (id: string): string => consolePath(`/api/v1/${id.startsWith("tea_") ? "teams" : "users"}/view/${id}`);

/** The text of a comment. Mentions are links with names. */
export function CommentText({ comment }: { readonly comment: ConsoleRecord }) {
  const parts = splitMentions(String(comment.content ?? comment.excerpt ?? ""), namesById(readMentions(comment)));
  let place = 0;
  return (
    <span dir="auto" className="block whitespace-pre-line text-text">
      {parts.map((part) => {
        const key = `${place++}`;
        if ("text" in part) return <Fragment key={key}>{part.text}</Fragment>;
        return (
          <Link key={key} href={mentionPath(part.mention.id)}>
            @{part.mention.name}
          </Link>
        );
      })}
    </span>
  );
}
