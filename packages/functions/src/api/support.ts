import { serves } from "../http/function.ts";
import { articles } from "./articles.ts";
import { serviceLevels } from "./service-levels.ts";

/** What support works with. */
export const support = serves([...serviceLevels, ...articles] as const);
