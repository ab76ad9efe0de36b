import type { Schemas } from "@crm/sdk/index.ts";
import { useMemo } from "react";
import type { ConsoleRecord } from "../../../api/records.ts";
import { rowFields } from "../../../api/row-fields.ts";
import { type Kind, useKindIndex } from "../../../api/schema.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { KeyFields } from "../../../records/record/key-fields.tsx";
import { RecordFiles } from "../../../records/record/record-files.tsx";
import { SideList, SideLists } from "../../../records/record/side-list.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { ClockList } from "./clock-text.tsx";
import { FactCard } from "./fact-card.tsx";
import { ContractCard, PartyCard } from "./party-cards.tsx";
import { SeenBlock } from "./seen-block.tsx";

const ORDER_FIELDS = rowFields<Schemas.OrderRow>()("total", "status", "order_date");
const CONTACT_FIELDS = rowFields<Schemas.InteractionRow>()("interaction_date", "interaction_type_id", "channel");
const CONTRACT_FIELDS = rowFields<Schemas.ContractRow>()("status", "end_date");
/** The last contacts, and the contracts in force. */
const [MAX_CONTACTS, MAX_CONTRACTS] = [3, 2];
const TICKET_FIELDS = rowFields<Schemas.TicketRow>()("status", "created_at");

/** The fields that agents change while they answer. */
const FIELDS = ["status", "priority_id", "assigned_to_id", "team_id", "category_id", "ticket_type", "tags"];
/** Those whose value stands out. */
const TAG_FIELDS = ["status", "priority_id"];

const MAX_RATING = 5;

/** Orders that are not over. */
const OPEN_ORDERS = "CONFIRMED,IN_FULFILLMENT";

interface TicketContextProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** Beside a ticket: its fields, what is due, who asks, and what else there is with the customer. */
export function TicketContext({ kind, record }: TicketContextProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const attachments = kinds.find((candidate) => candidate.kind === "attachment");
  const label = t("Fields");
  const fieldKind = useMemo(
    () => ({ ...kind, layout: { ...kind.layout, sections: [{ name: "desk", label, fields: FIELDS }] } }),
    [kind, label],
  );
  const { customer_id: customer, personal_key_id: person } = record;
  const earlier =
    typeof customer === "string" ? { customer } : typeof person === "string" ? { personal_key_id: person } : undefined;
  return (
    <div className="flex min-w-0 flex-col gap-6 plain-cards [--field-columns:var(--preview-field-columns)]">
      <KeyFields kind={fieldKind} record={record} isInPanel tagFields={TAG_FIELDS} />
      <ClockList ticket={record} />
      <PartyCard
        kindName="customer"
        record={record}
        field="customer_id"
        title={t("Customer")}
        edited={{ kind, field: "customer_id" }}
      />
      {typeof record.contact_id === "string" ? (
        <PartyCard
          kindName="contact"
          record={record}
          field="contact_id"
          title={t("Requester")}
          edited={{ kind, field: "contact_id" }}
        />
      ) : (
        <PartyCard
          kindName="person"
          record={record}
          field="personal_key_id"
          title={t("Requester")}
          edited={{ kind, field: "contact_id" }}
        />
      )}
      <SideLists>
        {typeof record.contract_id === "string" || typeof customer !== "string" ? (
          <ContractCard record={record} />
        ) : (
          <SideList
            title={t("Active contracts")}
            kindName="contract"
            name="active"
            filter={{ customer, status: "ACTIVE", sort: "-created_at" }}
            fields={CONTRACT_FIELDS}
            limit={MAX_CONTRACTS}
            empty={t("No active contract")}
          />
        )}
        {earlier ? (
          <SideList
            title={t("Last contacts")}
            kindName="interaction"
            name="last"
            filter={{ ...earlier, sort: "-interaction_date" }}
            fields={CONTACT_FIELDS}
            titleField="subject"
            limit={MAX_CONTACTS}
            empty={t("No calls or mails yet")}
          />
        ) : null}
      </SideLists>
      <RatingCard record={record} />
      <SeenBlock>
        <SideLists>
          {typeof customer === "string" ? (
            <SideList
              title={t("Open orders")}
              kindName="order"
              name="open"
              filter={{ customer, "status[in]": OPEN_ORDERS, sort: "-created_at" }}
              fields={ORDER_FIELDS}
              empty={t("No open orders")}
            />
          ) : null}
          {earlier ? (
            <SideList
              title={t("Earlier tickets")}
              kindName="ticket"
              name="earlier"
              filter={{ ...earlier, sort: "-created_at" }}
              fields={TICKET_FIELDS}
              titleField="subject"
              exceptId={record.id}
              empty={t("No other tickets")}
            />
          ) : null}
        </SideLists>
        {attachments ? <RecordFiles kind={kind} summary={attachments} id={record.id} /> : null}
      </SeenBlock>
    </div>
  );
}

/** The answer of the requester to the survey. */
function RatingCard({
  record: { satisfaction_rating: rating, satisfaction_comments: comments },
}: Pick<TicketContextProps, "record">) {
  const t = useText();
  const { locale } = useTextOptions();
  if (typeof rating !== "number") return null;
  return (
    <FactCard title={t("Satisfaction")}>
      <span className="font-medium tabular-nums">
        {t("{count} of {total}", { count: formatCount(rating, locale), total: formatCount(MAX_RATING, locale) })}
      </span>
      {typeof comments === "string" ? (
        <p dir="auto" className="whitespace-pre-wrap wrap-anywhere">
          {comments}
        </p>
      ) : null}
    </FactCard>
  );
}
