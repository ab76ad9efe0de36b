import { domain } from "../../kernel/domain.ts";
import { KPI, kpiGrants } from "./kpi.kind.ts";

export const kpi = domain({
  name: "kpi",
  kinds: [KPI],
  grants: [kpiGrants],
  standalone: { kpi: async () => (await import("./kpi.ts")).findReadable },
});
