import { domain } from "../../kernel/domain.ts";
import { analyticsGrants } from "./analytics.kind.ts";

export const analytics = domain({ name: "analytics", kinds: [], personalData: {}, grants: [analyticsGrants] });
