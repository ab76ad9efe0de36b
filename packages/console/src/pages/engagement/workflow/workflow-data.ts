import { useQuery } from "@tanstack/react-query";
import { crm, read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import type { JsonSchema } from "../../../api/step-schema.ts";
import type { Definition, Figures, WorkflowRecord } from "./definition.ts";
import type { TemplateParameter } from "./template-field.ts";

/** What the pages of workflows read. Reads of the same moment are one request. */

const SCHEMA_STALE_MS = 60 * 60_000;

export function useWorkflowSchema() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "workflow-schema"],
    queryFn: async () => (await read<JsonSchema>("/api/v1/workflows/schema")).data,
    staleTime: SCHEMA_STALE_MS,
  });
}

/** A workflow that comes with the product. Its parameters are asked for. */
interface WorkflowTemplate {
  readonly key: string;
  readonly name: string;
  readonly description?: string | null;
  readonly kind: string;
  readonly parameters: readonly TemplateParameter[];
}

export function useWorkflowTemplates() {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "workflow-templates"],
    queryFn: async () => (await read<WorkflowTemplate[]>("/api/v1/workflows/templates")).data,
    retry: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** Reads how many records are in each workflow, and how they ended. */
export function useFiguresOfAll(ids: readonly string[]) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "workflow_enrollment", "figures", ids],
    enabled: ids.length > 0,
    placeholderData: (before) => before,
    queryFn: async () =>
      new Map(
        await Promise.all(ids.map(async (id) => [id, (await read<Figures>(`/api/v1/workflows/${id}/figures`)).data] as const)),
      ),
  });
}

export function useFigures(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "workflow_enrollment", "figures", id],
    queryFn: async () => (await read<Figures>(`/api/v1/workflows/${id}/figures`)).data,
  });
}

/** Counts the records that a publication of the stored draft would enroll. */
export function useExistingCount({ id, version }: WorkflowRecord, isEnabled = true) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "workflow", "existing", id, version],
    enabled: isEnabled,
    queryFn: ({ signal }) =>
      crm.request<{ count: number; is_exact: boolean }>("GET", `/api/v1/workflows/${id}/existing`, { signal }),
    retry: false,
  });
}

/** Reads the definition that is published. */
export function usePublishedDefinition(id: string, version: number | null) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "workflow", "version", id, version],
    queryFn: async () => {
      const { data } = await read<{ number: number; definition: Definition }[]>(`/api/v1/workflows/${id}/versions`, { limit: 1 });
      return data.find(({ number }) => number === version)?.definition ?? null;
    },
    enabled: version !== null,
  });
}
