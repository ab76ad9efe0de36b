import { Plus, Trash2 } from "lucide-react";
import type { Kind } from "../../../api/kind.ts";
import { useKind } from "../../../api/schema.ts";
import { useFilterFields } from "../../../input/filters/use-filter-fields.ts";
import { nameRelated } from "../../../records/record/related-name.ts";
import { readConditions } from "../../../records/report/conditions.ts";
import { MAX_WITH, type RelatedCondition } from "../../../records/report/definition.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { useReportBuilder } from "./builder-context.ts";
import { ErrorText, WhereField } from "./builder-parts.tsx";

interface RelatedListProps {
  /** The kinds that have lists which reports can read. */
  readonly kinds: ReadonlySet<string>;
  readonly value: readonly RelatedCondition[];
  readonly onChange: (value: readonly RelatedCondition[]) => void;
}

/** Only records that others name, or that none names: customers without an activity in 90 days. */
export function RelatedList({ kinds, value, onChange }: RelatedListProps) {
  const t = useText();
  const { source } = useReportBuilder();
  const choices = source.related
    .filter(({ kind }) => kinds.has(kind))
    .map((related) => ({ id: `${related.kind}.${related.field}`, label: nameRelated(related, t), kind: related.kind }));
  const set = (index: number, next: RelatedCondition): void =>
    onChange(value.map((entry, position) => (position === index ? next : entry)));
  if (choices.length === 0) return null;
  return (
    <div className="flex min-w-0 flex-col gap-3">
      {value.map((entry, index) => (
        <RelatedCard
          // Conditions have no id, and their order is that of the list.
          // biome-ignore lint/suspicious/noArrayIndexKey: see above
          key={index}
          entry={entry}
          index={index}
          label={choices.find(({ id }) => id === entry.tab || id.startsWith(`${entry.tab}.`))?.label ?? entry.tab}
          onChange={(next) => set(index, next)}
          onRemove={() => onChange(value.filter((_, position) => position !== index))}
        />
      ))}
      {value.length >= MAX_WITH ? null : (
        <span>
          <Menu
            onAction={(key) => onChange([...value, { tab: String(key), has: true }])}
            trigger={
              <Button isSmall variant="quiet" icon={<Plus />}>
                {t("With or without related records")}
              </Button>
            }
          >
            {choices.map(({ id, label }) => (
              <MenuItem key={id} id={id} label={label} />
            ))}
          </Menu>
        </span>
      )}
    </div>
  );
}

interface RelatedCardProps {
  readonly entry: RelatedCondition;
  readonly index: number;
  readonly label: string;
  readonly onChange: (entry: RelatedCondition) => void;
  readonly onRemove: () => void;
}

function RelatedCard({ entry, index, label, onChange, onRemove }: RelatedCardProps) {
  const t = useText();
  const { findError } = useReportBuilder();
  const { data: kind } = useKind(entry.tab.split(".")[0]);
  const path = `with[${index}]`;
  return (
    <div className="flex min-w-0 flex-col gap-2 rounded-card border border-border p-3">
      <div className="flex min-w-0 items-center gap-2">
        <div className="w-1/3 min-w-0">
          <Select
            label={t("Related records")}
            isLabelHidden
            options={[
              { id: "with", label: t("With") },
              { id: "without", label: t("Without") },
            ]}
            value={entry.has ? "with" : "without"}
            onChange={(key) => onChange({ ...entry, has: key === "with" })}
          />
        </div>
        <span className="min-w-0 flex-1 text-control font-medium wrap-anywhere">{label}</span>
        <IconButton label={t("Remove {label}", { label })} icon={<Trash2 />} onPress={onRemove} />
      </div>
      {kind ? <RelatedWhere kind={kind} entry={entry} onChange={onChange} error={findError(`${path}.where`)} /> : null}
      <ErrorText text={findError(`${path}.tab`) ?? findError(path)} />
    </div>
  );
}

interface RelatedWhereProps extends Pick<RelatedCardProps, "entry" | "onChange"> {
  readonly kind: Kind;
  readonly error: string | undefined;
}

function RelatedWhere({ kind, entry, onChange, error }: RelatedWhereProps) {
  const t = useText();
  const fields = useFilterFields(kind, readConditions(entry.where, kind) ?? []);
  return (
    <WhereField
      label={t("Conditions")}
      isLabelHidden
      where={entry.where}
      source={kind}
      fields={fields}
      onChange={(where) => {
        const { where: _before, ...others } = entry;
        onChange(where ? { ...others, where } : others);
      }}
      error={error}
    />
  );
}
