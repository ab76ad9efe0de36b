import { SearchPath } from "@crm/core/search-path/search-path.ts";
import { onClock, TURN } from "./clock.ts";

export const handle = onClock("search-paths", (id, due_at) => SearchPath.proceed(id, due_at, TURN));
