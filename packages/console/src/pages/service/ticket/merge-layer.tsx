import { useCallback } from "react";
import { crm } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import type { Option } from "../../../ui/kit/option.tsx";
import { OptionSearchList } from "../../../ui/kit/option-search-list.tsx";
import { SearchLayer } from "../../../ui/kit/search-layer.tsx";
import { buildMergeQueries } from "./desk-rules.ts";

interface MergeLayerProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onChoose: (ticket: Option) => void;
}

interface FoundTicket {
  readonly id: string;
  readonly ticket_number: string;
  readonly subject: string;
  readonly status: string;
  readonly merged_into_id?: string | null;
}

interface Relations {
  readonly same_requester: readonly FoundTicket[];
  readonly same_customer: readonly FoundTicket[];
}

/** Finds the ticket to merge into the shown one. The open tickets of the same requester and customer come first. */
export function MergeLayer({ kind, record, isOpen, onClose, onChoose }: MergeLayerProps) {
  const t = useText();
  const { id } = record;
  const { path } = kind;
  const customerId = typeof record.customer_id === "string" ? record.customer_id : null;
  const search = useCallback(
    async (text: string, signal: AbortSignal): Promise<Option[]> => {
      const status = kind.fields.find(({ name }) => name === "status");
      const nameStatus = (code: string): string => status?.choices?.find((choice) => choice.code === code)?.name ?? code;
      const found =
        text === ""
          ? await crm
              .request<Relations>("GET", `${path}/${id}/related`, { signal })
              .then(({ same_requester, same_customer }) => [...same_requester, ...same_customer])
          : await Promise.all(
              buildMergeQueries(customerId, text).map((query) => crm.request<FoundTicket[]>("GET", path, { query, signal })),
            ).then((pages) => pages.flat());
      const tickets = new Map(found.map((ticket) => [ticket.id, ticket]));
      tickets.delete(id);
      return [...tickets.values()]
        .filter(({ merged_into_id }) => (merged_into_id ?? null) === null)
        .map((ticket) => ({
          id: ticket.id,
          label: ticket.subject,
          description: `${ticket.ticket_number} · ${nameStatus(ticket.status)}`,
        }));
    },
    [id, path, kind.fields, customerId],
  );
  return (
    <SearchLayer
      title={t("Merge another ticket into this one")}
      isOpen={isOpen}
      onOpenChange={(isNowOpen) => isNowOpen || onClose()}
    >
      <p className="border-b border-border px-4 py-2 text-control text-text-muted">
        {t("The ticket that you choose is merged into “{subject}”.", { subject: String(record.subject) })}
      </p>
      <OptionSearchList
        label={t("Tickets")}
        value={null}
        search={search}
        onChoose={(ticket) => {
          onClose();
          onChoose(ticket);
        }}
      />
    </SearchLayer>
  );
}
