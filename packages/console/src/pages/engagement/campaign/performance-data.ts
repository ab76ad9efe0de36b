import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { formatPercent } from "../../../ui/i18n/formatters.ts";

export type CampaignFigures = Schemas.CampaignFigures;

/** Reads the figures of a campaign, with and without those of the campaigns below it. */
export function usePerformance(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "related", "campaign", "performance", id],
    queryFn: async () => (await read<Schemas.CampaignPerformance>(`/api/v1/campaigns/${id}/performance`)).data,
  });
}

/** Compares the campaigns of a status by their figures. */
export function useComparison(status: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "campaign", "performance", status],
    queryFn: async () => (await read<Schemas.CampaignComparison>("/api/v1/campaigns/performance", { status })).data,
  });
}

/** Writes a rate in percent, such as `12.50`, as `12.5%`. */
export const formatRate = (rate: string | null, locale: string): string =>
  rate === null ? EMPTY : formatPercent(Number(rate), locale);
