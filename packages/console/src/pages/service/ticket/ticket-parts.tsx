import { type ReactNode, useState } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { SnoozeTag } from "./clock-text.tsx";
import { ThreadTabs } from "./thread-tabs.tsx";
import { TicketContext } from "./ticket-context.tsx";
import { TicketThread } from "./ticket-thread.tsx";
import { TicketTools } from "./ticket-tools.tsx";

interface TicketPartsProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** What the page of any record has. */
  readonly details: ReactNode;
}

/** The page of a ticket: the thread and the context of the desk, and the details of every record in a tab. */
export function TicketParts({ kind, record, details }: TicketPartsProps) {
  const t = useText();
  const [isSplitting, setSplitting] = useState(false);
  return (
    <ThreadTabs
      label={t("Conversation")}
      thread={
        <>
          <header className="flex min-w-0 items-start gap-2">
            <h2 dir="auto" className="min-w-0 flex-1 text-section font-semibold wrap-anywhere">
              {String(record.subject)}
            </h2>
            <TicketTools kind={kind} record={record} onSplit={() => setSplitting(true)} />
          </header>
          {typeof record.snoozed_until === "string" ? (
            <span className="flex min-w-0">
              <SnoozeTag ticket={record} />
            </span>
          ) : null}
          <TicketThread
            kind={kind}
            id={record.id}
            record={record}
            isInPage
            onSplitEnd={isSplitting ? () => setSplitting(false) : undefined}
          />
        </>
      }
      context={<TicketContext kind={kind} record={record} />}
      details={details}
    />
  );
}
