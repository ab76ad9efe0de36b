import { useMemo, useState } from "react";
import { createRecordSearch } from "../../api/option-search.ts";
import { type KindSummary, useKindIndex } from "../../api/schema.ts";
import type { Option } from "../../ui/kit/option-type.ts";
import type { SearchOptions } from "../../ui/kit/use-option-search.ts";

interface RecordChoice {
  readonly kind: KindSummary | undefined;
  readonly search: SearchOptions;
  readonly chosen: Option | null;
  readonly choose: (option: Option | null) => void;
}

/** The choice of a record of a kind by its name. */
export function useRecordChoice(kindName: string): RecordChoice {
  const { data: kinds = [] } = useKindIndex();
  const kind = kinds.find((candidate) => candidate.kind === kindName);
  const search = useMemo(() => createRecordSearch(kind), [kind]);
  const [chosen, choose] = useState<Option | null>(null);
  return { kind, search, chosen, choose };
}
