import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { crm, read } from "../../../api/client.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import type { ApiRow } from "../../../api/row-fields.ts";
import type { Action, Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import type { Term } from "./contract-terms.tsx";

/** What the editor of contract templates reads. */

const MAX_CLAUSES = 100;

/** A place in a template: a clause of the library, or texts of its own. */
export interface Place {
  readonly clause_id?: string | null;
  readonly clause_revision?: number | null;
  readonly key?: string | null;
  readonly level?: number;
  readonly page_break?: boolean;
  readonly is_mandatory?: boolean;
  readonly when?: readonly unknown[];
  readonly texts?: readonly ClauseText[];
}

export interface ClauseText {
  readonly language: string;
  readonly heading?: string | null;
  readonly body: string;
}

/** The library of clauses, by name. */
export function useClauseLibrary() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "contract_clause", "library"],
    queryFn: async () =>
      (
        await read<ApiRow<Schemas.ContractClauseRow>[]>("/api/v1/contracts/clauses", {
          limit: MAX_CLAUSES,
          sort: "name",
          order: "asc",
        })
      ).data,
  });
}

/** A clause of the library with its texts. */
export function useClause(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "record", "contract_clause", id],
    queryFn: async () => (await read<ConsoleRecord>(`/api/v1/contracts/clauses/${id}`)).data,
  });
}

interface TemplatePreview {
  readonly language: string;
  readonly terms: readonly Term[];
  readonly missing: readonly { readonly key: string; readonly path: string }[];
}

interface PreviewQuery {
  readonly id: string;
  readonly version: unknown;
  readonly contractId: string | undefined;
  readonly language: string | undefined;
}

/** What a contract of the stored template would say, with the values of a contract if one is chosen. */
export function useTemplatePreview({ id, version, contractId, language }: PreviewQuery) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "contract_template", "preview", id, version, contractId, language],
    queryFn: ({ signal }) =>
      crm
        .request<TemplatePreview>("POST", `/api/v1/contracts/templates/${id}/preview`, {
          body: {
            ...(contractId === undefined ? {} : { contract_id: contractId }),
            ...(language === undefined ? {} : { language }),
          },
          signal,
        })
        .then((preview) => preview),
    placeholderData: (before) => before,
    retry: false,
  });
}

interface FactGroup {
  readonly name: string;
  readonly label: string;
  readonly fields?: readonly FactGroup[];
}

/** The values that a clause can name, from the schema of the preview. */
export const readFacts = ({ actions }: Pick<Kind, "actions">): readonly FactGroup[] => {
  const preview: Action | undefined = actions.find(({ name }) => name === "previewContractTemplate");
  const fields = (preview?.fields ?? []) as readonly FactGroup[];
  return fields.find(({ name }) => name === "facts")?.fields ?? [];
};
