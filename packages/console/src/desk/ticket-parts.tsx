import type { ReactNode } from "react";
import type { ConsoleRecord } from "../data/records.ts";
import type { Kind } from "../data/schema.ts";
import { useText } from "../i18n/use-text.ts";
import { ThreadTabs } from "./thread-tabs.tsx";
import { TicketContext } from "./ticket-context.tsx";
import { TicketThread } from "./ticket-thread.tsx";

interface TicketPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a ticket: the thread and the context of the desk, and the details of every record in a tab. */
export function TicketParts({ kind, record, details }: TicketPartsProps) {
  const t = useText();
  return (
    <ThreadTabs
      label={t("Conversation")}
      thread={
        <>
          <h2 dir="auto" className="text-section font-semibold wrap-anywhere">
            {String(record.subject)}
          </h2>
          <TicketThread kind={kind} id={record.id} record={record} isInPage />
        </>
      }
      context={<TicketContext kind={kind} record={record} />}
      details={details}
    />
  );
}
