import { domain } from "../../kernel/domain.ts";
import { DASHBOARD, dashboardGrants } from "./dashboard.kind.ts";

export const dashboard = domain({
  name: "dashboard",
  kinds: [DASHBOARD],
  personalData: { dashboard: async () => (await import("./dashboard.personal-data.ts")).dashboard },
  grants: [dashboardGrants],
  standalone: { dashboard: async () => (await import("./dashboard.ts")).findReadable },
});
