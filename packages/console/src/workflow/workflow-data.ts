import { useQuery } from "@tanstack/react-query";
import { read } from "../data/client.ts";
import { useScope } from "../data/session.ts";
import type { Definition, Figures } from "./definition.ts";
import type { JsonSchema } from "./step-schema.ts";

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

export function useFigures(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "workflow_enrollment", "figures", id],
    queryFn: async () => (await read<Figures>(`/api/v1/workflows/${id}/figures`)).data,
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
