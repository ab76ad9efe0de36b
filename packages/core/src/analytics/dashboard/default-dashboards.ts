import type { Role } from "../../kernel/permission.ts";
import type { FigureName } from "../figure/figure-registry.ts";
import type { Tile } from "./tile.rules.ts";

/** The dashboard of each role, as long as users do not choose another one. Each figure is one that the role may read. */

interface DefaultDashboard {
  readonly name: string;
  readonly tiles: readonly Tile[];
}

const FIGURE_WIDTH = 3;
const COLUMNS = 12;

/** Arranges figures in rows of four, and below them wide tiles in rows of two. */
function arrange(
  figures: readonly FigureName[],
  wide: readonly Pick<Tile, "type" | "figure" | "figures" | "by" | "chart">[],
): Tile[] {
  const perRow = COLUMNS / FIGURE_WIDTH;
  const rows = Math.ceil(figures.length / perRow);
  return [
    ...figures.map(
      (figure, index): Tile => ({
        ...{ type: "figure", figure, width: FIGURE_WIDTH, height: 1 },
        ...{ x: (index % perRow) * FIGURE_WIDTH, y: Math.floor(index / perRow) },
      }),
    ),
    ...wide.map(
      (tile, index): Tile => ({ ...tile, x: (index % 2) * 6, y: rows + Math.floor(index / 2) * 3, width: 6, height: 3 }),
    ),
  ];
}

const funnel = { type: "funnel" } as const;
const bookingsByDay = { type: "chart", figure: "bookings", by: "week", chart: "bar" } as const;
const bookingsByOwner = { type: "chart", figure: "bookings", by: "owner", chart: "bar" } as const;

const leader: DefaultDashboard = {
  name: "Company",
  tiles: arrange(
    ["pipeline_value", "bookings", "revenue", "win_rate", "forecast_3_months", "new_customers", "open_tickets", "average_rating"],
    [
      funnel,
      bookingsByOwner,
      { type: "table", figures: ["bookings", "opportunities_won", "win_rate", "activities_completed"], by: "owner" },
      { type: "chart", figure: "revenue", by: "week", chart: "line" },
    ],
  ),
};

const seller: DefaultDashboard = {
  name: "Sales",
  tiles: arrange(
    [
      "pipeline_value",
      "weighted_pipeline",
      "bookings",
      "win_rate",
      "open_opportunities",
      "open_leads",
      "average_deal_value",
      "average_cycle_days",
      "activities_completed",
      "calls_completed",
      "meetings_completed",
      "interactions",
    ],
    [funnel, bookingsByDay],
  ),
};

export const defaultDashboards: Readonly<Record<Role, DefaultDashboard>> = {
  ADMIN: leader,
  DIRECTOR: leader,
  MANAGER: leader,
  SALES_REP: seller,
  MARKETER: {
    name: "Marketing",
    tiles: arrange(
      [
        "active_campaigns",
        "campaign_cost",
        "campaign_conversions",
        "campaign_roi",
        "campaign_open_rate",
        "campaign_click_rate",
        "campaign_response_rate",
        "lead_conversion_rate",
        "open_leads",
        "average_lead_score",
        "new_customers",
        "bookings",
      ],
      [{ type: "chart", figure: "new_customers", by: "week", chart: "bar" }, bookingsByDay],
    ),
  },
  SUPPORT_AGENT: {
    name: "Service",
    tiles: arrange(
      [
        "open_tickets",
        "tickets_resolved",
        "average_first_response_minutes",
        "average_resolution_hours",
        "average_rating",
        "csat",
        "nps",
        "tickets_answered",
      ],
      [
        { type: "chart", figure: "tickets_resolved", by: "week", chart: "bar" },
        {
          type: "table",
          figures: ["tickets_resolved", "average_resolution_hours", "sla_kept_rate", "average_rating"],
          by: "owner",
        },
      ],
    ),
  },
  ANALYST: {
    name: "Analysis",
    tiles: arrange(
      ["pipeline_value", "bookings", "revenue", "win_rate", "created_conversion_rate", "new_customers", "open_tickets", "csat"],
      [funnel, bookingsByOwner, bookingsByDay, { type: "chart", figure: "opportunities_created", by: "week", chart: "line" }],
    ),
  },
  USER: {
    name: "Overview",
    tiles: arrange(["open_opportunities", "pipeline_value", "open_leads", "customers"], [funnel, bookingsByDay]),
  },
};
