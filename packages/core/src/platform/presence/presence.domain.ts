import { domain } from "../../kernel/domain.ts";
import { presenceGrants } from "./presence.kind.ts";

export const presence = domain({ name: "presence", kinds: [], grants: [presenceGrants] });
