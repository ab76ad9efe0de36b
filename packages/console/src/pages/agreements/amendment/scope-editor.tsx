import { Plus, RotateCcw, Trash2 } from "lucide-react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { DateField } from "../../../ui/kit/date-field.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { MoneyField } from "../../../ui/kit/money-field.tsx";
import { NumberField } from "../../../ui/kit/number-field.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import type { ScopeRow } from "./amendment-rules.ts";

interface ScopeEditorProps {
  readonly rows: readonly ScopeRow[];
  readonly currency: string;
  readonly onChange: (rows: readonly ScopeRow[]) => void;
}

/** The deliverables of a contract as an amendment would leave them. A removed one stays in view until the amendment is saved. */
export function ScopeEditor({ rows, currency, onChange }: ScopeEditorProps) {
  const t = useText();
  const change = (key: string, changes: Partial<ScopeRow>): void =>
    onChange(rows.map((row) => (row.key === key ? { ...row, ...changes } : row)));
  const add = (): void =>
    onChange([...rows, { key: crypto.randomUUID(), name: "", quantity: "1", amount: null, due_date: null, isRemoved: false }]);
  const remove = (row: ScopeRow): void =>
    row.id === undefined ? onChange(rows.filter((other) => other !== row)) : change(row.key, { isRemoved: true });
  return (
    <fieldset className="flex min-w-0 flex-col gap-4">
      <legend className="text-control font-medium">{t("Deliverables")}</legend>
      {rows.map((row) => (
        <div key={row.key} className="flex min-w-0 flex-col gap-3 border-b border-border pb-4">
          {row.isRemoved ? (
            <span className="flex items-center gap-2 text-control">
              <del dir="auto" className="min-w-0 flex-1 wrap-anywhere text-text-muted">
                {row.name}
              </del>
              <IconButton
                label={t("Keep {name}", { name: row.name })}
                icon={<RotateCcw />}
                onPress={() => change(row.key, { isRemoved: false })}
              />
            </span>
          ) : (
            <>
              <span className="flex items-end gap-2">
                <span className="min-w-0 flex-1">
                  <TextField
                    label={t("Deliverable")}
                    note="required"
                    value={row.name}
                    onChange={(name) => change(row.key, { name })}
                    maxLength={255}
                  />
                </span>
                <IconButton label={t("Remove {label}", { label: row.name })} icon={<Trash2 />} onPress={() => remove(row)} />
              </span>
              <span className="grid min-w-0 grid-cols-1 gap-3 tablet:grid-cols-3">
                <NumberField
                  label={t("Quantity")}
                  value={Number(row.quantity)}
                  minValue={0}
                  onChange={(quantity) => change(row.key, { quantity: Number.isNaN(quantity) ? "1" : String(quantity) })}
                />
                <MoneyField
                  label={t("Amount")}
                  currency={currency}
                  value={row.amount}
                  onChange={(amount) => change(row.key, { amount })}
                />
                <DateField label={t("Due date")} value={row.due_date} onChange={(due_date) => change(row.key, { due_date })} />
              </span>
            </>
          )}
        </div>
      ))}
      <span>
        <Button isSmall icon={<Plus />} onPress={add}>
          {t("Add a deliverable")}
        </Button>
      </span>
    </fieldset>
  );
}
