import { useQuery, useQueryClient } from "@tanstack/react-query";
import type { KindSummary } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import type { BulkChange } from "../rows/bulk-rules.ts";

/** The bulk changes that this tab has started and that run. They run on the server, so they last over a reload and a closed dialog. */

interface TrackedJob {
  readonly id: string;
  /** The kind of the records. */
  readonly kind: string;
}

interface Jobs {
  readonly jobs: readonly TrackedJob[];
  /** The one whose dialog is open. */
  readonly openId: string | undefined;
}

const none: Jobs = { jobs: [], openId: undefined };

export const CHANGES_PATH = "/api/v1/bulk-changes";

function readJobs(key: string): Jobs {
  try {
    return { jobs: JSON.parse(sessionStorage.getItem(key) ?? "[]") as TrackedJob[], openId: undefined };
  } catch {
    return none;
  }
}

/** The bulk changes of this tab, and what can be done with them. They are under the user's scope, so a sign-out drops them. */
export function useBulkJobs() {
  const scope = useScope();
  const queries = useQueryClient();
  const storageKey = ["crm.bulk-changes", ...scope].join(" ");
  const queryKey = [...scope, "bulk-jobs"];
  const { data = none } = useQuery({
    queryKey,
    queryFn: () => readJobs(storageKey),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
  });
  const change = (edit: (jobs: Jobs) => Jobs): void => {
    const next = edit(queries.getQueryData<Jobs>(queryKey) ?? readJobs(storageKey));
    sessionStorage.setItem(storageKey, JSON.stringify(next.jobs));
    queries.setQueryData(queryKey, next);
  };
  return {
    ...data,
    track: (job: Pick<BulkChange, "id">, { kind }: Pick<KindSummary, "kind">, isOpen: boolean): void =>
      change(({ jobs, openId }) => ({
        jobs: [...jobs, { id: job.id, kind }],
        openId: isOpen ? job.id : openId,
      })),
    open: (id: string | undefined): void => change(({ jobs }) => ({ jobs, openId: id })),
    forget: (id: string): void =>
      change(({ jobs, openId }) => ({
        jobs: jobs.filter((job) => job.id !== id),
        openId: openId === id ? undefined : openId,
      })),
  };
}
