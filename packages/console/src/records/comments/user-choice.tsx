import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { read } from "../../api/client.ts";
import { createRecordSearch } from "../../api/option-search.ts";
import { formatTitle, useKindIndex } from "../../api/schema.ts";
import { useScope, useSession } from "../../api/session.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Reference } from "../../ui/kit/reference.tsx";

interface UserChoiceProps {
  /** Without a value: the signed-in user. */
  readonly value: string | undefined;
  readonly onChange: (user: string | undefined) => void;
}

/** Chooses a user of the tenant by name. */
export function UserChoice({ value, onChange }: UserChoiceProps) {
  const t = useText();
  const { id: userId } = useSession();
  const { data: kinds = [] } = useKindIndex();
  const kind = kinds.find((candidate) => candidate.kind === "user");
  const search = useMemo(() => createRecordSearch(kind), [kind]);
  const id = value ?? userId;
  const { data: name = "" } = useQuery({
    queryKey: [...useScope(), "record", "user", id, "name"],
    queryFn: async () => (kind ? formatTitle(kind, (await read<Record<string, unknown>>(`${kind.path}/${id}`)).data) : ""),
    enabled: kind !== undefined,
  });
  return (
    <Reference
      label={t("User")}
      value={{ id, label: name }}
      search={search}
      onChange={(option) => onChange(option === null || option.id === userId ? undefined : option.id)}
    />
  );
}
