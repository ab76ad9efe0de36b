import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { crm, read } from "../../../api/client.ts";
import { useScope } from "../../../api/session.ts";
import type { LabelledRecord } from "../../../api/value-text.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

/** What the report of attribution reads: the report, the sales behind a row, and one sale with its touches. */

export type Report = Schemas.CampaignAttributionReport;
export type Model = Report["model"];
export type Group = Report["group_by"];
export type Conversion = Schemas.CampaignConversionRow & LabelledRecord;
export type ConversionDetail = Schemas.CampaignConversion & LabelledRecord;

export const models = ["FIRST_TOUCH", "LAST_TOUCH", "LINEAR", "TIME_DECAY", "POSITION_BASED"] as const satisfies readonly Model[];
export const groups = ["campaign", "channel", "source"] as const satisfies readonly Group[];

export const nameModel = (model: Model, t: Translate): string =>
  ({
    FIRST_TOUCH: t("First touch"),
    LAST_TOUCH: t("Last touch"),
    LINEAR: t("Linear"),
    TIME_DECAY: t("Time decay"),
    POSITION_BASED: t("Position based"),
  })[model];

export const describeModel = (model: Model, t: Translate): string =>
  ({
    FIRST_TOUCH: t("The first touch gets the whole value of a sale."),
    LAST_TOUCH: t("The last touch gets the whole value of a sale."),
    LINEAR: t("All touches of a sale get the same share."),
    TIME_DECAY: t("The share of a touch halves with every seven days before the sale."),
    POSITION_BASED: t("The first and the last touch get 40% each. The others share 20%."),
  })[model];

export const nameGroup = (group: Group, t: Translate): string =>
  ({ campaign: t("Campaign"), channel: t("Channel"), source: t("Source") })[group];

export interface ReportQuery {
  readonly model: Model;
  readonly group_by: Group;
  readonly from: string;
  readonly to: string;
}

const POLL_MS = 3000;

/** Reads the report, again and again while sales are being computed. */
export function useAttribution(query: ReportQuery) {
  const scope = useScope();
  return useQuery<Report>({
    queryKey: [...scope, "list", "campaign", "attribution", query],
    placeholderData: (report) => report,
    // A batch of reads takes records and lists only.
    queryFn: ({ signal }) =>
      crm.request<Report>("GET", "/api/v1/campaigns/attribution", { query: { ...query }, signal }).then((report) => report),
    refetchInterval: ({ state }) => (state.data?.is_recomputing ? POLL_MS : false),
  });
}

/** The sales behind a row: those with a touch of its key, those without a touch, or all. */
export interface ConversionQuery {
  readonly from: string;
  readonly to: string;
  readonly group_by?: Group;
  readonly key?: string;
  readonly is_attributed?: "true" | "false";
}

const MAX_SALES = 100;

/** Reads the latest sales behind a row. */
export function useConversions(query: ConversionQuery) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "campaign_attribution", query],
    queryFn: async () => {
      const { data, meta } = await read<Conversion[]>("/api/v1/campaigns/attributions", {
        ...query,
        limit: MAX_SALES,
        expand: "labels,customer",
      });
      return { rows: data, total: Math.max(Number(meta.total ?? 0), data.length) };
    },
  });
}

/** Reads a sale with its touches and their shares. */
export function useConversion(id: string) {
  const scope = useScope();
  return useQuery({
    queryKey: [...scope, "list", "campaign_attribution", "detail", id],
    queryFn: async () =>
      (await read<ConversionDetail>(`/api/v1/campaigns/attributions/${id}`, { expand: "labels,customer" })).data,
  });
}
