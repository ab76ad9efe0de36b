import { Clock } from "./clock.ts";
import { useRequest, useSettings } from "./context.ts";
import { instantToDay } from "./time-zone.ts";

/** Returns the current day in the tenant's time zone, `YYYY-MM-DD`. */
export const today = (): string => instantToDay(useSettings().timezone, Clock.now());

/** Returns when the written change happened: now, unless historic data is imported. */
export const requestTime = (): string => new Date(useRequest().at ?? Clock.ms()).toISOString();

/** Returns the day of `requestTime()` in the tenant's time zone. */
export const requestDay = (): string => instantToDay(useSettings().timezone, requestTime());
