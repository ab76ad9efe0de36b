import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { type AuditEntry, buildLine, type FieldChange, formatChangedValue } from "./audit-rules.ts";

interface AuditLineProps {
  readonly entry: Partial<Pick<AuditEntry, "old_values" | "new_values" | "currency">>;
  readonly changes: readonly FieldChange[];
  readonly names: ReadonlyMap<string, string>;
}

/** The changed fields of an entry in a line: `Company: Acme → Acme Ltd`. */
export function AuditLine({ entry, changes, names }: AuditLineProps) {
  const t = useText();
  const options = useTextOptions();
  const values = { currency: entry.currency, ...entry.old_values, ...entry.new_values };
  const { parts, moreCount } = buildLine(changes, (change, value) =>
    formatChangedValue(change, value, { names, values }, options),
  );
  if (parts.length === 0) return null;
  return (
    <span className="flex min-w-0 flex-wrap gap-x-3 text-text-muted">
      {parts.map(({ name, label, values: shown }) => (
        <span key={name} className="wrap-anywhere">
          {shown
            ? t("{field}: {before} → {after}", { field: label, before: isolate(shown[0]), after: isolate(shown[1]) })
            : t("Changed: {field}", { field: label })}
        </span>
      ))}
      {moreCount > 0 ? <span>{t("{count} more", { count: moreCount })}</span> : null}
    </span>
  );
}

/** Keeps the order of a text in the other direction of writing. */
const isolate = (text: string): string => `\u2068${text}\u2069`;
