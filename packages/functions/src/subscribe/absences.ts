import { Absence } from "@crm/core/lead/absence.ts";
import { onClock, TURN } from "./clock.ts";

export const handle = onClock("absences", (id, due_at) => Absence.proceed(id, due_at, TURN));
