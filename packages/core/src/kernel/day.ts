import { Clock } from "./clock.ts";
import { useSettings } from "./context.ts";
import { dayIn } from "./zone.ts";

/** The day it is in the tenant's time zone, `YYYY-MM-DD`. */
export const today = (): string => dayIn(useSettings().timezone, Clock.now());
