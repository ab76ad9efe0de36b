import type { ReactNode } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { ThreadTabs } from "../ticket/thread-tabs.tsx";
import { ConversationContext } from "./conversation-context.tsx";
import { ConversationThread } from "./conversation-thread.tsx";

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
