import type { Schemas } from "@crm/sdk/index.ts";

/** A KPI with its value, target and status. */
export type Kpi = Schemas.KpiWithValue;
