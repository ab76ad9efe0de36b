import type { ReactNode } from "react";
import type { ConsoleRecord } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { useText } from "../i18n/use-text.ts";
import { ConversationContext } from "./conversation-context.tsx";
import { ConversationThread } from "./conversation-thread.tsx";
import { ThreadTabs } from "./thread-tabs.tsx";

interface ConversationPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly details: ReactNode;
}

/** The page of a conversation: the thread and the context of the desk, and the details of every record in a tab. */
export function ConversationParts({ kind, record, details }: ConversationPartsProps) {
  const t = useText();
  return (
    <ThreadTabs
      label={t("Messages")}
      thread={<ConversationThread kind={kind} id={record.id} record={record} isInPage />}
      context={<ConversationContext kind={kind} record={record} />}
      details={details}
    />
  );
}
