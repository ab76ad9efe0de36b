import { domain } from "../../kernel/domain.ts";
import { VIEW, VIEW_DEFAULTS, viewGrants } from "./saved-view.kind.ts";

export const view = domain({
  name: "view",
  kinds: [VIEW, VIEW_DEFAULTS],
  personalData: {
    view: async () => (await import("./saved-view.personal-data.ts")).view,
    view_defaults: async () => (await import("./default-view.personal-data.ts")).viewDefaults,
  },
  grants: [viewGrants],
  standalone: { view: async () => (await import("./saved-view.ts")).findReadable },
});
