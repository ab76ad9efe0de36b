import { listActionFields } from "../../../api/action-fields.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { Action, Kind } from "../../../api/schema.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import { ActionDialog } from "../../../records/record/action-dialog.tsx";
import { bindAction } from "./campaign-data.ts";

/** An action of a part of a campaign that asks the user. */
export interface OpenPart {
  readonly action: Action;
  /** The part that the action changes. Without it, the action makes a new one. */
  readonly row?: ConsoleRecord;
  /** The name of the part, where it has no field for it. */
  readonly name?: string;
}

interface PartDialogProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly dialog: OpenPart;
  /** Inputs that the dialog leaves out. */
  readonly omitted: readonly string[];
  readonly onClose: () => void;
}

/** Runs an action of an activity, an asset or a daily metric. Amounts have the currency of the campaign. */
export function PartDialog({ kind, record, dialog: { action, row, name }, omitted, onClose }: PartDialogProps) {
  const fields = listActionFields(action, omitted);
  const currency = String(record.currency ?? "");
  const shown = {
    ...action,
    fields: fields.map((field) => (field.type === "money" ? { ...field, currency } : field)),
  };
  return (
    <ActionDialog
      kind={kind}
      record={record}
      action={row ? bindAction(shown, row.id) : shown}
      {...(row ? { part: { name: name ?? String(row.name), values: row as LabelledRecord } } : {})}
      onClose={onClose}
    />
  );
}
