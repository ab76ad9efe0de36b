import { Clock } from "./clock.ts";
import { useRequest, useSettings } from "./context.ts";
import { instantToDay } from "./time-zone.ts";

/** The day it is in the tenant's time zone, `YYYY-MM-DD`. */
export const today = (): string => instantToDay(useSettings().timezone, Clock.now());

/** When what is written happened: now, unless history is brought in. */
export const requestTime = (): string => new Date(useRequest().at ?? Clock.ms()).toISOString();

/** The day on which it happened, in the tenant's time zone. */
export const requestDay = (): string => instantToDay(useSettings().timezone, requestTime());
