import type { Schemas } from "@crm/sdk/index.ts";
import { LifeBuoy } from "lucide-react";
import { useMemo, useState } from "react";
import { crm } from "../../../api/client.ts";
import { createRecordSearch } from "../../../api/option-search.ts";
import { useReadableKind } from "../../../api/readable-kind.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { rowFields } from "../../../api/row-fields.ts";
import { type Kind, useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { SideList } from "../../../records/record/side-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { PartyCard } from "../ticket/party-cards.tsx";
import { SeenBlock } from "../ticket/seen-block.tsx";
import { buildTicketAddress } from "../ticket/ticket-preset.ts";

const TICKET_FIELDS = rowFields<Schemas.TicketRow>()("status", "created_at");

interface ConversationContextProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

/** Beside a conversation: who answers it, whom it is with, and their tickets. */
export function ConversationContext({ kind, record }: ConversationContextProps) {
  const t = useText();
  const session = useSession();
  const { person_id, customer_id_crm } = record;
  const canSend = session.permissions.includes("message:send");
  const canOpenTicket = session.permissions.includes("ticket:write");
  const tickets = typeof customer_id_crm === "string" ? { customer: customer_id_crm } : { personal_key_id: String(person_id) };
  return (
    <div className="flex min-w-0 flex-col gap-6 plain-cards">
      <AssigneeChoice kind={kind} record={record} isDisabled={!canSend} />
      {canSend ? <CloseButton kind={kind} record={record} /> : null}
      {Number(record.unread_count ?? 0) > 0 ? <ReadButton kind={kind} id={record.id} /> : null}
      <PartyCard kindName="person" record={record} field="person_id" title={t("Person")} />
      <PartyCard kindName="customer" record={record} field="customer_id_crm" title={t("Customer")} />
      {canSend ? <CustomerChoice key={String(customer_id_crm)} kind={kind} record={record} /> : null}
      <SeenBlock>
        <SideList
          title={t("Tickets")}
          kindName="ticket"
          name="conversation"
          filter={{ ...tickets, sort: "-created_at" }}
          fields={TICKET_FIELDS}
          titleField="subject"
          empty={t("No tickets yet")}
        />
      </SeenBlock>
      {canOpenTicket ? (
        <span className="flex items-center gap-2 text-control">
          <LifeBuoy />
          <Link variant="action" href={buildTicketAddress(record)}>
            {t("Open a ticket for this conversation")}
          </Link>
        </span>
      ) : null}
    </div>
  );
}

function AssigneeChoice({ kind, record, isDisabled }: ConversationContextProps & { readonly isDisabled: boolean }) {
  const t = useText();
  const session = useSession();
  const invalidate = useInvalidation();
  const { data: kinds = [] } = useKindIndex();
  const users = kinds.find((candidate) => candidate.kind === "user");
  const search = useMemo(() => createRecordSearch(users), [users]);
  const [error, setError] = useState<string>();
  const [isSaving, setSaving] = useState(false);
  const [staff] = [record.expanded?.assigned_staff_id].flat();
  const staffId = typeof record.assigned_staff_id === "string" ? record.assigned_staff_id : null;
  const assign = async (user: string | null): Promise<void> => {
    setSaving(true);
    setError(undefined);
    try {
      await crm.request("POST", `${kind.path}/${record.id}/assign`, { body: { assigned_staff_id: user } });
    } catch (failure) {
      const { form, fields } = readErrors(failure, t);
      setError(Object.values(fields)[0] ?? form ?? t("The conversation could not be assigned"));
    } finally {
      setSaving(false);
      await invalidate(kind, record.id);
    }
  };
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Reference
        label={t("Assigned to")}
        value={staffId === null ? null : { id: staffId, label: staff?.name ?? t("No name") }}
        search={search}
        onChange={(option) => void assign(option?.id ?? null)}
        isDisabled={isDisabled || isSaving}
        error={error}
        placeholder={t("No user")}
      />
      {staffId === session.id || isDisabled ? null : (
        <span>
          <Button isSmall isPending={isSaving} onPress={() => void assign(session.id)}>
            {t("Assign to me")}
          </Button>
        </span>
      )}
    </div>
  );
}

/** Closes a conversation that needs no answer, or opens it again. */
function CloseButton({ kind, record }: ConversationContextProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const [isSaving, setSaving] = useState(false);
  const isClosed = typeof record.closed_at === "string";
  const change = async (): Promise<void> => {
    setSaving(true);
    try {
      await crm.request("POST", `${kind.path}/${record.id}/${isClosed ? "reopen" : "close"}`, {});
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The conversation could not be changed"), isError: true });
    } finally {
      setSaving(false);
      await invalidate(kind, record.id);
    }
  };
  return (
    <span className="flex flex-wrap items-center gap-2">
      {isClosed ? <Tag label={t("Closed")} /> : null}
      <Button isSmall isPending={isSaving} onPress={() => void change()}>
        {isClosed ? t("Reopen") : t("Close the conversation")}
      </Button>
    </span>
  );
}

/** Links the conversation to a customer, or to another one. */
function CustomerChoice({ kind, record }: ConversationContextProps) {
  const t = useText();
  const invalidate = useInvalidation();
  const customers = useReadableKind("customer");
  const search = useMemo(() => createRecordSearch(customers), [customers]);
  const [isOpen, setOpen] = useState(false);
  const [error, setError] = useState<string>();
  if (!customers) return null;
  const close = (): void => {
    setError(undefined);
    setOpen(false);
  };
  const link = async (customer: string | null): Promise<void> => {
    try {
      await crm.request("POST", `${kind.path}/${record.id}/link`, { body: { customer_id_crm: customer } });
      await invalidate(kind, record.id);
      close();
    } catch (failure) {
      const { form, fields } = readErrors(failure, t);
      const reason = Object.values(fields)[0] ?? form ?? t("The conversation could not be linked");
      // Without the field, which is closed, no place shows why a link was not taken away.
      if (customer === null) showToast({ text: reason, isError: true });
      else setError(reason);
    }
  };
  const isLinked = typeof record.customer_id_crm === "string";
  if (!isOpen)
    return (
      <span className="flex flex-wrap gap-2">
        <Button isSmall onPress={() => setOpen(true)}>
          {isLinked ? t("Link to another customer") : t("Link to a customer")}
        </Button>
        {isLinked ? (
          <Button isSmall variant="quiet" onPress={() => void link(null)}>
            {t("Remove the link")}
          </Button>
        ) : null}
      </span>
    );
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Reference
        label={t("Customer")}
        isOpenAtFirst
        value={null}
        search={search}
        error={error}
        onChange={(option) => {
          if (option) void link(option.id);
        }}
      />
      <span>
        <Button isSmall variant="quiet" onPress={close}>
          {t("Cancel")}
        </Button>
      </span>
    </div>
  );
}

function ReadButton({ kind, id }: { readonly kind: Kind; readonly id: string }) {
  const t = useText();
  const invalidate = useInvalidation();
  const mark = async (): Promise<void> => {
    try {
      await crm.request("POST", `${kind.path}/${id}/read`, {});
      await invalidate(kind, id);
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The conversation could not be marked as read"), isError: true });
    }
  };
  return (
    <span>
      <Button isSmall onPress={() => void mark()}>
        {t("Mark as read")}
      </Button>
    </span>
  );
}
