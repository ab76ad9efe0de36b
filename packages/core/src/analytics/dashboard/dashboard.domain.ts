import { domain } from "../../kernel/domain.ts";
import { DASHBOARD, dashboardGrants } from "./dashboard.kind.ts";

export const dashboard = domain({
  name: "dashboard",
  kinds: [DASHBOARD],
  grants: [dashboardGrants],
  standalone: { dashboard: async () => (await import("./dashboard.ts")).findReadable },
});
