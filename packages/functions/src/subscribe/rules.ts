import "@crm/core/rules.ts";
import { Rule } from "@crm/core/rule/rule.ts";
import { onClock, TURN } from "./clock.ts";

export const handle = onClock("rules", (id, due_at) => Rule.proceed(id, due_at, TURN));
