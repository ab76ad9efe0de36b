import type { ConsoleRecord } from "../../api/records.ts";
import type { Field, Kind } from "../../api/schema.ts";
import { formatValue, listLabels } from "../../api/value-text.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Banner } from "../../ui/kit/banner.tsx";
import { Button } from "../../ui/kit/button.tsx";
import { useTextOptions } from "../fields/value-provider.tsx";
import type { FieldConflict } from "./save-changes.ts";

interface ConflictPanelProps {
  readonly kind: Kind;
  /** The record as it is stored now. */
  readonly stored: ConsoleRecord;
  readonly conflicts: readonly FieldConflict[];
  readonly onKeepMine: (conflict: FieldConflict) => void;
  readonly onTakeTheirs: (conflict: FieldConflict) => void;
}

const UPDATED_BY = { name: "updated_by", type: "reference" } as Field;

/** Shows both values of each field that two people changed, and asks which one to keep. */
export function ConflictPanel({ kind, stored, conflicts, onKeepMine, onTakeTheirs }: ConflictPanelProps) {
  const t = useText();
  const options = useTextOptions();
  const [who] = listLabels(stored, UPDATED_BY);
  const show = (field: Field | undefined, name: string, value: unknown, record: ConsoleRecord): string =>
    field === undefined ? String(value ?? "") : formatValue({ ...record, [name]: value }, field, options);
  return (
    <Banner
      kind="warning"
      title={
        who?.name === undefined || who.name === stored.updated_by
          ? t("Someone changed this while you were editing")
          : t("{name} changed this while you were editing", { name: who.name })
      }
    >
      <ul className="flex flex-col gap-3 pt-2">
        {conflicts.map((conflict) => {
          const field = kind.fields.find(({ name }) => name === conflict.name);
          // The labels of the stored record belong to the stored values.
          const { expanded: _labels, ...unlabelled } = stored;
          return (
            <li key={conflict.name} className="flex flex-col gap-1">
              <span className="font-medium">{field?.label ?? conflict.name}</span>
              <span className="wrap-anywhere">
                {t("Yours: {value}", { value: show(field, conflict.name, conflict.mine, unlabelled as ConsoleRecord) })}
              </span>
              <span className="wrap-anywhere">
                {t("Theirs: {value}", { value: show(field, conflict.name, conflict.theirs, stored) })}
              </span>
              <span className="flex flex-wrap gap-2">
                <Button isSmall onPress={() => onKeepMine(conflict)}>
                  {t("Keep mine")}
                </Button>
                <Button isSmall onPress={() => onTakeTheirs(conflict)}>
                  {t("Take theirs")}
                </Button>
              </span>
            </li>
          );
        })}
      </ul>
    </Banner>
  );
}
