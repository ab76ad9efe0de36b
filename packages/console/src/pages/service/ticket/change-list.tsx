import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { type Field, formatTitle, type Kind, useKindIndex } from "../../../api/schema.ts";
import { useScope, useSession } from "../../../api/session.ts";
import { formatValue, isEmptyValue } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Tag } from "../../../ui/kit/tag.tsx";
import type { MacroChange } from "./reply-rules.ts";

interface ChangeListProps {
  readonly kind: Kind;
  readonly changes: readonly MacroChange[];
  /** Takes a change back. */
  readonly onDrop: (field: string) => void;
}

/** What sending changes in the ticket, before it is sent. Each change can be taken back. */
export function ChangeList({ kind, changes, onDrop }: ChangeListProps) {
  const t = useText();
  if (changes.length === 0) return null;
  return (
    <ul aria-label={t("Changes")} className="flex min-w-0 flex-wrap gap-1">
      {changes.map(({ field: name, after }) => {
        const field = kind.fields.find((candidate) => candidate.name === name);
        return field ? (
          <li key={name} className="flex min-w-0">
            {field.type === "reference" && !isEmptyValue(after) ? (
              <ReferenceChange field={field} id={String(after)} onDrop={() => onDrop(name)} />
            ) : (
              <ValueChange field={field} value={after} onDrop={() => onDrop(name)} />
            )}
          </li>
        ) : null;
      })}
    </ul>
  );
}

interface ChangeProps {
  readonly field: Field;
  readonly onDrop: () => void;
}

function ValueChange({ field, value, onDrop }: ChangeProps & { readonly value: unknown }) {
  const options = useTextOptions();
  return <Tag hue="indigo" label={`${field.label}: ${formatValue({ [field.name]: value }, field, options)}`} onRemove={onDrop} />;
}

/** A change of a record that is named by its id, such as the assignee. */
function ReferenceChange({ field, id, onDrop }: ChangeProps & { readonly id: string }) {
  const session = useSession();
  const { data: kinds = [] } = useKindIndex();
  const summary = kinds.find(({ kind }) => kind === field.record);
  const isMe = id === session.id;
  const { data: name } = useQuery({
    queryKey: [...useScope(), "record", field.record, id, "name"],
    queryFn: async () =>
      summary ? formatTitle(summary, (await read<Record<string, unknown>>(`${summary.path}/${id}`)).data) : "",
    enabled: summary !== undefined && !isMe,
  });
  return <Tag hue="indigo" label={`${field.label}: ${isMe ? session.display_name : (name ?? "…")}`} onRemove={onDrop} />;
}
