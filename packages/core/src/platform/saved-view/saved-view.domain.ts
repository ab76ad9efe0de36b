import { domain } from "../../kernel/domain.ts";
import { VIEW, VIEW_DEFAULTS, viewGrants } from "./saved-view.kind.ts";

export const view = domain({ name: "view", kinds: [VIEW, VIEW_DEFAULTS], grants: [viewGrants] });
