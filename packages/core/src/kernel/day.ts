import { Clock } from "./clock.ts";
import { useSettings } from "./context.ts";

/** The date where the tenant is; Sweden writes it as ISO does. */
export const today = (): string => new Date(Clock.ms()).toLocaleDateString("sv-SE", { timeZone: useSettings().timezone });
