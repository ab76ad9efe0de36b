import { definePage } from "../../../api/page-manifest.ts";
import { part } from "../../../api/page-part.ts";

const forecast = part(() => import("./forecast-page.tsx"), "ForecastPage");

export const opportunity = definePage({
  kind: "opportunity",
  isInFeed: true,
  creation: { ownerSetting: "new_opportunity_owner" },
  routes: {
    "opportunities/forecast": forecast,
    "advanced-features/pipeline-forecast": forecast,
    "opportunities/won": part(() => import("./closed-page.tsx"), "WonPage"),
    "opportunities/lost": part(() => import("./closed-page.tsx"), "LostPage"),
  },
  areaPaths: { "/crm/advanced-features/pipeline-forecast": "/crm/opportunities/forecast" },
  neighbors: {
    list: (t) => ({
      label: t("Pages of opportunities"),
      pages: [
        { id: "list", label: t("List"), href: "/crm/opportunities" },
        { id: "pipeline", label: t("Board"), href: "/crm/opportunities/pipeline" },
        { id: "forecast", label: t("Forecast"), href: "/crm/opportunities/forecast" },
        { id: "won", label: t("Won"), href: "/crm/opportunities/won" },
        { id: "lost", label: t("Lost"), href: "/crm/opportunities/lost" },
      ],
    }),
    displays: { list: "list", board: "pipeline" },
  },
  record: {
    frame: part(() => import("./record-parts.tsx"), "SellingParts"),
    isOverviewFirst: true,
    tabs: {
      parts: {
        products: ["name", "quantity", "unit_price", "discount_percent", "total_price"],
        competitors: ["competitor_name", "is_primary_competitor", "strengths", "weaknesses"],
      },
      lists: ["quote", "activity"],
    },
  },
});
