import { domain } from "../../kernel/domain.ts";
import { ROLE_VIEW_DEFAULTS, VIEW, VIEW_DEFAULTS, viewGrants } from "./saved-view.kind.ts";

export const view = domain({
  name: "view",
  kinds: [VIEW, VIEW_DEFAULTS, ROLE_VIEW_DEFAULTS],
  personalData: {
    view: async () => (await import("./saved-view.personal-data.ts")).view,
    view_defaults: async () => (await import("./default-view.personal-data.ts")).viewDefaults,
    role_view_defaults: async () => (await import("./role-view.personal-data.ts")).roleViewDefaults,
  },
  grants: [viewGrants],
  standalone: { view: async () => (await import("./saved-view.ts")).findReadable },
});
