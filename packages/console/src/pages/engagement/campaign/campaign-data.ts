import { useInfiniteQuery, useQuery, useQueryClient } from "@tanstack/react-query";
import { crm, type ReadQuery, read } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import type { Action, Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { readErrors } from "../../../input/form/form-state.ts";
import { readShortList } from "../../../records/record/short-list.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { showToast } from "../../../ui/kit/toast.tsx";
import type { Fill, MetricSummary } from "./campaign-types.ts";
import type { NameChannel } from "./metric-rows.ts";

/** What the tabs of a campaign read and change. */

const POLL_MS = 1000;

/** Finds an action of a campaign by its name. There is none if the user may not do it. */
export const findAction = ({ actions }: Pick<Kind, "actions">, name: string): Action | undefined =>
  actions.find((action) => action.name === name);

/** Returns an action of a part of a campaign with the id of the part in its path. */
export const bindAction = (action: Action, id: string): Action => ({
  ...action,
  path: action.path.replace(/\{\w+_id\}/, () => encodeURIComponent(id)),
});

interface SummaryQuery {
  readonly groupBy: "day" | "week" | "channel";
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Adds up the daily metrics of a campaign. */
export function useMetricSummary(id: string, { groupBy, from, to }: SummaryQuery) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "campaign", "metrics", id, groupBy, from, to],
    // A batch of reads takes records and lists only.
    queryFn: ({ signal }) =>
      crm
        .request<MetricSummary>("GET", `/api/v1/campaigns/${id}/metrics/summary`, {
          query: { group_by: groupBy, ...(from ? { from } : {}), ...(to ? { to } : {}) },
          signal,
        })
        .then((summary) => summary),
  });
}

/** Reads a list below a campaign: its activities or its assets. */
export function useCampaignList(id: string, name: "activities" | "assets", limit: number) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "campaign", name, id, limit],
    placeholderData: (rows) => rows,
    queryFn: () => readShortList(`/api/v1/campaigns/${id}/${name}`, { limit, expand: "labels" }),
  });
}

/** Reads rows below a campaign page by page, such as its daily metrics. */
export function useCampaignPages(id: string, name: string, query: ReadQuery) {
  const scope = useScope();
  return useInfiniteQuery({
    queryKey: [...scope, "related", "campaign", name, id, query],
    initialPageParam: "",
    queryFn: ({ pageParam }) =>
      read<ConsoleRecord[]>(`/api/v1/campaigns/${id}/${name}`, {
        ...query,
        expand: "labels",
        ...(pageParam === "" ? {} : { cursor: pageParam }),
      }),
    getNextPageParam: ({ meta }) => (typeof meta.next_cursor === "string" ? meta.next_cursor : undefined),
  });
}

/** Returns a function that sends a change of a part of a campaign, and says why it was refused. It returns whether the change was made. */
export function useCampaignChange(kinds: readonly string[]) {
  const t = useText();
  const invalidate = useInvalidation();
  return async (
    method: "POST" | "PATCH" | "DELETE",
    path: string,
    body?: Readonly<Record<string, unknown>>,
  ): Promise<boolean> => {
    try {
      await crm.request(method, path, body === undefined ? {} : { body });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The change was refused"), isError: true });
      return false;
    } finally {
      await Promise.all(kinds.map((kind) => invalidate({ kind })));
    }
    return true;
  };
}

const isRunning = ({ status }: Pick<Fill, "status">): boolean => status === "queued" || status === "running";

/** The last fill of a campaign that this tab started. It runs on the server, so it lasts over a closed dialog and another tab of the page. */
export function useFill(campaign: string) {
  const scope = useScope();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const key = [...scope, "campaign-fill", campaign];
  const { data: fill } = useQuery<Fill | null>({
    queryKey: key,
    queryFn: async () => {
      const known = queries.getQueryData<Fill | null>(key) ?? null;
      if (!known || !isRunning(known)) return known;
      const next: Fill = await crm.request<Fill>("GET", `/api/v1/campaign-fills/${known.id}`);
      if (!isRunning(next) || next.added !== known.added) await invalidate({ kind: "campaign_member" });
      return next;
    },
    staleTime: 0,
    gcTime: Number.POSITIVE_INFINITY,
    refetchInterval: ({ state }) => (state.data && isRunning(state.data) ? POLL_MS : false),
  });
  return {
    fill: fill ?? undefined,
    isFilling: fill ? isRunning(fill) : false,
    track: (next: Fill | null): void => void queries.setQueryData(key, next),
  };
}

/** Returns the function that names channels in the language of the user. Channels that are no longer in use have the name that the API gives. */
export function useChannelNames(kind: Kind): NameChannel {
  const t = useText();
  const choices = kind.fields.find(({ name }) => name === "channel_ids")?.choices ?? [];
  return (id, label) => choices.find((choice) => choice.id === id)?.name ?? label ?? t("A channel that is no longer in use");
}
