import { StickyNote } from "lucide-react";
import type { ReactNode } from "react";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { MentionText } from "../../../records/comments/comment-text.tsx";
import { formatExact, formatRelative, formatTime } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Avatar } from "../../../ui/kit/avatar.tsx";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { FactLine } from "../../../ui/kit/fact-line.tsx";
import { LinkedText } from "../../../ui/kit/linked-text.tsx";
import { MessageFiles } from "./message-files.tsx";
import type { ThreadMessage } from "./thread-rules.ts";

const looks = {
  in: "me-8 tablet:me-12 bg-surface border-border",
  out: "ms-8 tablet:ms-12 bg-accent-subtle border-transparent",
  note: "ms-8 tablet:ms-12 bg-warning-subtle border-transparent",
} as const;

export interface MessageChoice {
  readonly isChosen: boolean;
  readonly onChange: (isChosen: boolean) => void;
}

interface MessageViewProps {
  readonly message: ThreadMessage;
  /** What became of it, in words. */
  readonly status: string | undefined;
  readonly now: string;
  /** At the end of the head. */
  readonly details?: ReactNode;
  /** The message can be chosen. */
  readonly choice?: MessageChoice | undefined;
}

/** A message of a thread: from the requester at the start, to them at the end, and notes with a look of their own. */
export function MessageView({ message, status, now, details, choice }: MessageViewProps) {
  const t = useText();
  const options = useTextOptions();
  const unnamed = message.direction === "in" ? t("Not visible to you") : t("No name");
  const author = message.author ?? (message.isAutomatic ? t("Automatic answer") : unnamed);
  const facts = [
    message.direction === "note" ? t("Internal note") : undefined,
    message.isAutomatic && message.author !== null ? t("Automatic") : undefined,
    status,
  ].filter((fact) => fact !== undefined);
  return (
    <article className={joinClasses("flex min-w-0 flex-col gap-1 rounded-card border px-3 py-2", looks[message.direction])}>
      <header className="flex min-w-0 flex-wrap items-center gap-x-2 text-meta text-text-muted">
        {choice ? (
          <Checkbox
            aria-label={t("Message of {name}", { name: author })}
            isSelected={choice.isChosen}
            onChange={choice.onChange}
          />
        ) : null}
        <Avatar name={author} />
        <span dir="auto" className="min-w-0 truncate font-medium text-text" title={author}>
          {author}
        </span>
        {facts.length === 0 ? null : (
          <span className="inline-flex items-center gap-1">
            {message.direction === "note" ? <StickyNote /> : null}
            <FactLine facts={facts} />
          </span>
        )}
        {details === undefined ? null : <span className="ms-auto flex min-w-0">{details}</span>}
        <time
          dateTime={message.at}
          title={`${formatRelative(message.at, now, options)} · ${formatExact(message.at, options)}`}
          className={details === undefined ? "ms-auto tabular-nums" : "tabular-nums"}
        >
          {formatTime(message.at, options)}
        </time>
      </header>
      {message.subject === null ? null : (
        <p dir="auto" className="text-body font-medium wrap-anywhere">
          {message.subject}
        </p>
      )}
      {message.body === "" ? null : (
        <p dir="auto" className="text-body whitespace-pre-wrap wrap-anywhere">
          {message.direction === "note" ? (
            <MentionText text={message.body} mentions={message.mentions} />
          ) : (
            <LinkedText text={message.body} />
          )}
        </p>
      )}
      {message.attachmentIds.length === 0 ? null : <MessageFiles ids={message.attachmentIds} />}
    </article>
  );
}
