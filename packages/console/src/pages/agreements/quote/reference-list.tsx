import { useMemo, useState } from "react";
import { createRecordSearch } from "../../../api/option-search.ts";
import { type Field, useKindIndex } from "../../../api/schema.ts";
import type { Label } from "../../../api/value-text.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";

interface ReferenceListProps {
  readonly field: Field;
  readonly value: readonly string[];
  /** Names of records that are known already. */
  readonly labels: readonly Label[];
  readonly error?: string;
  readonly onChange: (value: readonly string[], names: readonly Label[]) => void;
}

/** Several records that this one names. Each is found by typing a part of its name. */
export function ReferenceList({ field, value, labels, error, onChange }: ReferenceListProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const kind = kinds.find((candidate) => candidate.kind === field.record);
  const search = useMemo(() => createRecordSearch(kind), [kind]);
  const [chosen, setChosen] = useState<readonly Label[]>([]);
  const known = [...labels, ...chosen];
  const nameOf = (id: string): string => known.find((label) => label.id === id)?.name ?? kind?.label ?? field.label;
  const change = (next: readonly string[], names: readonly Label[]): void =>
    onChange(
      next,
      next.flatMap((id) => names.find((label) => label.id === id) ?? []),
    );
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Reference
        label={field.label}
        value={null}
        placeholder={t("Add…")}
        search={search}
        error={error}
        onChange={(option) => {
          if (option === null || value.includes(option.id)) return;
          const names = [...known, { id: option.id, name: option.label }];
          setChosen(names);
          change([...value, option.id], names);
        }}
      />
      {value.length === 0 ? null : (
        <span className="flex min-w-0 flex-wrap gap-1">
          {value.map((id) => (
            <Tag
              key={id}
              label={nameOf(id)}
              onRemove={() =>
                change(
                  value.filter((other) => other !== id),
                  known,
                )
              }
            />
          ))}
        </span>
      )}
    </div>
  );
}
