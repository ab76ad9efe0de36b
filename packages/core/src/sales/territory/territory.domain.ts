import { domain } from "../../kernel/domain.ts";
import { territoryGrants } from "./territory.kind.ts";

export const territory = domain({
  name: "territory",
  kinds: [],
  grants: [territoryGrants],
});
