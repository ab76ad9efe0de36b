import { Plus } from "lucide-react";
import { useState } from "react";
import { findListCreation, listPartActions } from "../../api/part-actions.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Field, Kind } from "../../api/schema.ts";
import { ItemTable } from "../../input/fields/item-table.tsx";
import { toPluralNoun } from "../../ui/i18n/noun.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Button } from "../../ui/kit/button.tsx";
import { EmptyState } from "../../ui/kit/empty-state.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import { PartMenu } from "./part-menu.tsx";

interface PartTableProps {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  /** A list of objects. Its `columns` are the columns of the table. */
  readonly field: Field;
  /** What the button says that adds an object. */
  readonly addLabel: string;
  /** Says what the list is good for while it is empty. */
  readonly hint: string;
}

/** A list of objects inside a record as a tab: they are added, changed and removed here. */
export function PartTable({ kind, record, field, addLabel, hint }: PartTableProps) {
  const t = useText();
  const [isAdding, setAdding] = useState(false);
  const parts = (record[field.name] ?? []) as readonly unknown[];
  const creation = findListCreation(kind, field.name, record);
  const add = creation ? (
    <Button icon={<Plus />} onPress={() => setAdding(true)}>
      {addLabel}
    </Button>
  ) : undefined;
  return (
    <section aria-label={field.label} className="flex min-w-0 flex-col gap-4">
      {parts.length === 0 ? (
        <EmptyState kind="empty" title={t("There are no {kinds} yet", { kinds: toPluralNoun(field.label) })} action={add}>
          {hint}
        </EmptyState>
      ) : (
        <>
          {add ? <span className="ms-auto print:hidden">{add}</span> : null}
          <div className="rounded-card border border-border bg-surface px-4 py-2">
            <ItemTable
              record={record}
              field={field}
              renderActions={(part, name) => {
                const actions = listPartActions(kind, field, part);
                return actions.length > 0 ? (
                  <PartMenu kind={kind} record={record} part={part} name={name} actions={actions} />
                ) : null;
              }}
            />
          </div>
        </>
      )}
      {isAdding && creation ? (
        <ActionDialog kind={kind} record={record} action={creation} onClose={() => setAdding(false)} />
      ) : null}
    </section>
  );
}
