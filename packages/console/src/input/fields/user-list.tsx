import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { read } from "../../api/client.ts";
import { createRecordSearch } from "../../api/option-search.ts";
import { formatTitle, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Reference } from "../../ui/kit/reference.tsx";
import { Tag } from "../../ui/kit/tag.tsx";

interface UserListProps {
  readonly label: string;
  readonly value: readonly string[];
  readonly onChange: (ids: readonly string[]) => void;
  readonly error?: string | undefined;
}

/** Several users of the tenant. */
export function UserList({ label, value, onChange, error }: UserListProps) {
  const t = useText();
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const kind = kinds.find((candidate) => candidate.kind === "user");
  const search = useMemo(() => createRecordSearch(kind), [kind]);
  const names = useQueries({
    queries: value.map((id) => ({
      queryKey: [...scope, "name", id],
      queryFn: async () => (kind ? formatTitle(kind, (await read<Record<string, unknown>>(`${kind.path}/${id}`)).data) : ""),
      enabled: kind !== undefined,
      retry: false,
    })),
    combine: (results) => results.map(({ data }) => data ?? "…"),
  });
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <Reference
        label={label}
        placeholder={t("Add a user…")}
        value={null}
        search={search}
        error={error}
        onChange={(option) => option && !value.includes(option.id) && onChange([...value, option.id])}
      />
      {value.length === 0 ? null : (
        <ul className="flex flex-wrap gap-1">
          {value.map((id, index) => (
            <li key={id} className="max-w-full min-w-0">
              <Tag label={names[index] ?? "…"} onRemove={() => onChange(value.filter((other) => other !== id))} />
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
