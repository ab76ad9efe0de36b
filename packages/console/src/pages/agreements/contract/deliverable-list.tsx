import { Ellipsis, Plus } from "lucide-react";
import { useState } from "react";
import { listActionFields } from "../../../api/action-fields.ts";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Action, Field, Kind } from "../../../api/schema.ts";
import { EMPTY, formatDate, formatMoney, type LabelledRecord } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { formatRelative } from "../../../ui/i18n/time.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import type { Hue } from "../../../ui/kit/hue.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { canEditDeliverables, type DeliverableStatus, listNextStatuses } from "./deliverable-rules.ts";

interface Deliverable extends LabelledRecord {
  readonly id: string;
  readonly name: string;
  readonly status: DeliverableStatus;
  readonly due_date?: string | null;
  readonly quantity?: string | null;
  readonly amount?: string | null;
  readonly delivered_at?: string | null;
}

const hues: Readonly<Record<DeliverableStatus, Hue>> = {
  PENDING: "gray",
  IN_PROGRESS: "blue",
  DELIVERED: "teal",
  ACCEPTED: "green",
};

interface DeliverableListProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
}

interface OpenAction {
  readonly action: Action;
  readonly row?: Deliverable;
}

/** What a contract promises. The content changes until one side has signed, and the progress once the contract is in force. */
export function DeliverableList({ kind, record }: DeliverableListProps) {
  const t = useText();
  const options = useTextOptions();
  const invalidate = useInvalidation();
  const [open, setOpen] = useState<OpenAction>();
  const rows = (record.deliverables ?? []) as readonly Deliverable[];
  const currency = String(record.currency);
  const find = (name: string): Action | undefined => kind.actions.find((action) => action.name === name);
  const [creation, update, removal] = [
    find("addContractDeliverable"),
    find("updateContractDeliverable"),
    find("removeContractDeliverable"),
  ];
  const canEdit = canEditDeliverables(record);
  const names: Readonly<Record<DeliverableStatus, string>> = {
    PENDING: t("Pending"),
    IN_PROGRESS: t("In progress"),
    DELIVERED: t("Handed over"),
    ACCEPTED: t("Accepted"),
  };
  const bind = (action: Action, row: Deliverable, title: string): OpenAction => ({
    row,
    action: {
      ...action,
      title,
      path: action.path.replace("{deliverable_id}", encodeURIComponent(row.id)),
      fields: withCurrency(action, currency).filter(({ name }) => name !== "status"),
    },
  });
  const setStatus = async (row: Deliverable, status: DeliverableStatus): Promise<void> => {
    try {
      await crm.request("PATCH", `/api/v1/contracts/${record.id}/deliverables/${row.id}`, { body: { status } });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The change was refused"), isError: true });
    }
    await invalidate(kind, record.id);
  };
  const due = (row: Deliverable): string => (row.due_date ? formatDate(row.due_date, options.locale) : EMPTY);
  const amount = (row: Deliverable): string => (row.amount ? formatMoney(row.amount, currency, options.locale) : EMPTY);
  const status = (row: Deliverable) => <Tag hasDot hue={hues[row.status]} label={names[row.status]} />;
  const menu = (row: Deliverable) => {
    const next = update ? listNextStatuses(record.status, row.status) : [];
    if (next.length === 0 && !canEdit) return null;
    return (
      <Menu
        placement="bottom end"
        trigger={<IconButton isSmall label={t("Actions for {name}", { name: row.name })} icon={<Ellipsis />} />}
      >
        {next.map((target) => (
          <MenuItem
            key={target}
            label={t("Mark as: {status}", { status: names[target] })}
            onAction={() => void setStatus(row, target)}
          />
        ))}
        {update && canEdit ? <MenuItem label={t("Edit")} onAction={() => setOpen(bind(update, row, t("Edit")))} /> : null}
        {removal && canEdit ? (
          <MenuItem isDanger label={t("Delete")} onAction={() => setOpen(bind(removal, row, t("Delete")))} />
        ) : null}
      </Menu>
    );
  };
  const columns: TableColumn<Deliverable>[] = [
    { id: "name", label: t("Deliverable"), render: (row) => <span dir="auto">{row.name}</span> },
    { id: "status", label: t("Status"), render: status },
    { id: "due", label: t("Due date"), render: due },
    {
      id: "delivered",
      label: t("Handed over"),
      render: (row) => (row.delivered_at ? formatRelative(row.delivered_at, new Date().toISOString(), options) : EMPTY),
    },
    { id: "quantity", label: t("Quantity"), isNumeric: true, render: (row) => row.quantity ?? EMPTY },
    { id: "amount", label: t("Amount"), isNumeric: true, render: amount },
    { id: "menu", label: t("Actions"), isForActions: true, render: menu },
  ];
  const add =
    creation && canEdit ? (
      <Button
        icon={<Plus />}
        onPress={() =>
          setOpen({ action: { ...creation, title: t("Add a deliverable"), fields: withCurrency(creation, currency) } })
        }
      >
        {t("Add a deliverable")}
      </Button>
    ) : null;
  return (
    <section aria-label={t("Deliverables")} className="flex min-w-0 flex-col gap-4">
      {rows.length > 0 && add ? <span className="flex justify-end">{add}</span> : null}
      {rows.length === 0 ? (
        <EmptyState kind="empty" title={t("No deliverables yet")} action={add}>
          {t("Deliverables say what the customer gets, and by when.")}
        </EmptyState>
      ) : null}
      {rows.length > 0 && !canEdit && record.status === "ACTIVE" ? (
        <p className="text-control text-text-muted">{t("The contract is signed: an amendment changes what is promised.")}</p>
      ) : null}
      <RowList
        label={t("Deliverables")}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            <span className="flex min-w-0 items-center gap-2">
              <span dir="auto" className="min-w-0 flex-1 font-medium wrap-anywhere">
                {row.name}
              </span>
              {menu(row)}
            </span>
            <span className="flex flex-wrap items-center gap-2">
              {status(row)}
              <span className="text-meta text-text-muted">
                {[due(row), amount(row)].filter((text) => text !== EMPTY).join(" · ")}
              </span>
            </span>
          </>
        )}
      />
      {open ? (
        <ActionDialog
          kind={kind}
          record={record}
          action={open.action}
          {...(open.row ? { part: { name: open.row.name, values: open.row } } : {})}
          onClose={() => setOpen(undefined)}
        />
      ) : null}
    </section>
  );
}

/** Returns the inputs of an action. Amounts have the currency of the contract. */
const withCurrency = (action: Action, currency: string): Field[] =>
  listActionFields(action).map((field) => (field.type === "money" ? { ...field, currency } : field));
