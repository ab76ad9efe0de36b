import { domain } from "../../kernel/domain.ts";
import { followGrants } from "./follow.kind.ts";

export const follow = domain({ name: "follow", kinds: [], grants: [followGrants] });
