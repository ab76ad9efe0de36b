import { useMemo } from "react";
import { useKindIndex } from "../../../api/schema.ts";
import { Combobox } from "../../../ui/kit/combobox.tsx";

interface KindInputProps {
  readonly label: string;
  readonly value: unknown;
  readonly onChange: (value: unknown) => void;
  readonly error?: string | undefined;
}

/** The kinds of records that can be created. */
export function KindInput({ label, value, onChange, error }: KindInputProps) {
  const { data: kinds = [] } = useKindIndex();
  const options = useMemo(
    () =>
      kinds
        .filter(({ operations }) => operations.includes("create"))
        .map((entry) => ({ id: entry.kind, label: entry.label }))
        .sort((a, b) => a.label.localeCompare(b.label)),
    [kinds],
  );
  return (
    <Combobox
      label={label}
      note="required"
      error={error}
      options={options}
      selectedKey={value ? String(value) : null}
      onSelectionChange={(key) => onChange(key === null ? undefined : String(key))}
    />
  );
}
