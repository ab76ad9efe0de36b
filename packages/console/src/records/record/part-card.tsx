import { Plus } from "lucide-react";
import { useState } from "react";
import { shortLabel } from "../../api/action-label.ts";
import { findListCreation, isListAction, listPartActions } from "../../api/part-actions.ts";
import type { ConsoleRecord } from "../../api/records.ts";
import type { Field, Kind } from "../../api/schema.ts";
import { EMPTY, formatValue, listPartFields, readPart } from "../../api/value-text.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { ActionDialog } from "./action-dialog.tsx";
import { isShownByFrame } from "./frame-fields.ts";
import { ListCard, ListCardRow } from "./list-card.tsx";
import { PartMenu } from "./part-menu.tsx";
import { readRowFacts } from "./row-facts.ts";

/** Lists the fields that are cards beside a record: lists of objects with actions of their own, without columns for a table. */
export const listPartCards = (kind: Kind): Field[] =>
  kind.fields.filter(
    ({ name, type, multiple, visible, columns }) =>
      type === "json" &&
      multiple &&
      visible &&
      columns === undefined &&
      !isShownByFrame(kind.kind, name) &&
      kind.actions.some((action) => isListAction(kind, name, action)),
  );

/** More facts of an entry have no room. */
const MAX_FACTS = 4;

/** Whether a part can name its entry: a name, an address, or a person. */
const isNaming = ({ type, name }: Field): boolean =>
  type === "reference" || name === "name" || /_(?:name|value|line1)$/.test(name);

/** The objects of a list inside a record, with what can be done with them, such as the participants of a meeting. */
export function PartCard({
  kind,
  record,
  field,
}: {
  readonly kind: Kind;
  readonly record: ConsoleRecord;
  readonly field: Field;
}) {
  const options = useTextOptions();
  const [isCreating, setCreating] = useState(false);
  const parts = (record[field.name] ?? []) as readonly Readonly<Record<string, unknown>>[];
  const fields = listPartFields(field).filter(({ name, type }) => name !== "id" && type !== "json");
  const creation = findListCreation(kind, field.name, record);
  return (
    <ListCard
      title={field.label}
      count={parts.length}
      isPending={false}
      hasFailed={false}
      action={
        creation ? (
          <IconButton isSmall label={shortLabel(creation, kind)} icon={<Plus />} onPress={() => setCreating(true)} />
        ) : undefined
      }
    >
      {parts.map((part, index) => {
        const row = readPart(record, part);
        const texts = fields.map((one) => ({ one, text: formatValue(row, one, options) })).filter(({ text }) => text !== EMPTY);
        const title = texts.find(({ one }) => isNaming(one)) ?? texts[0];
        const name = title?.text ?? field.label;
        const { amount, facts } = readRowFacts(
          row,
          fields.filter((one) => one !== title?.one),
          options,
        );
        const actions = listPartActions(kind, field, part);
        return (
          <ListCardRow
            key={String(part.id ?? index)}
            title={name}
            end={amount}
            facts={facts.slice(0, MAX_FACTS)}
            actions={actions.length > 0 ? <PartMenu {...{ kind, record, name, actions }} part={row} /> : null}
          />
        );
      })}
      {isCreating && creation ? (
        <ActionDialog kind={kind} record={record} action={creation} onClose={() => setCreating(false)} />
      ) : null}
    </ListCard>
  );
}
