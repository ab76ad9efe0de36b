import { consolePath } from "../../api/console-path.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import { Link } from "../../ui/kit/link.tsx";
import { LinkedText } from "../../ui/kit/linked-text.tsx";
import { type Mention, namesById, readMentions, splitMentions } from "./mention-text.ts";

const mentionPath = (id: string): string => consolePath(`/api/v1/${id.startsWith("tea_") ? "teams" : "users"}/view/${id}`);

/** The text of a comment. Mentions are links with names. */
export function CommentText({ comment }: { readonly comment: ConsoleRecord }) {
  return (
    <span dir="auto" className="block whitespace-pre-line text-text">
      <MentionText text={String(comment.content ?? comment.excerpt ?? "")} mentions={readMentions(comment)} />
    </span>
  );
}

interface MentionTextProps {
  readonly text: string;
  readonly mentions: readonly Mention[];
}

/** A stored text whose mentions are links with names. */
export function MentionText({ text, mentions }: MentionTextProps) {
  let place = 0;
  return splitMentions(text, namesById(mentions)).map((part) => {
    const key = `${place++}`;
    if ("text" in part) return <LinkedText key={key} text={part.text} />;
    return (
      <Link key={key} href={mentionPath(part.mention.id)}>
        @{part.mention.name}
      </Link>
    );
  });
}
