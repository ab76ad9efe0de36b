import { domain } from "../../kernel/domain.ts";
import { ROLE_VIEW_DEFAULTS, VIEW, VIEW_DEFAULTS, viewGrants } from "./saved-view.kind.ts";

export const view = domain({
  name: "view",
  kinds: [VIEW, VIEW_DEFAULTS, ROLE_VIEW_DEFAULTS],
  grants: [viewGrants],
  standalone: { view: async () => (await import("./saved-view.ts")).findReadable },
});
