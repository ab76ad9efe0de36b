import { Clock } from "../../kernel/clock.ts";
import type { Request } from "../../kernel/context.ts";
import type { Settings } from "../../kernel/settings.ts";
import { instantToLocal, isZone } from "../../kernel/time-zone.ts";
import { currencyOf, isCountry } from "../master-data/geography.ts";

/** Suggests where a new tenant works, from the request that creates it. */

type SuggestedSettings = Partial<Pick<Settings, "default_country" | "timezone" | "currency">>;

/**
 * Returns country, time zone and currency, as far as they are known: the country that the caller gives, that the edge has found, or that is in the
 * preferred language (`de-CH`). The zone and the currency follow from the country; a country whose zones differ has none.
 */
export function suggestSettings(
  { country, timezone, languages = "" }: Pick<Request, "country" | "timezone" | "languages">,
  given: { default_country?: string | undefined },
): SuggestedSettings {
  const found = [given.default_country, country, readRegion(languages)].find((code) => code !== undefined && isCountry(code));
  // The caller may be on a journey: the zone at the edge counts only in the country of the tenant.
  const zoneAtEdge = found === country || found === undefined ? timezone : undefined;
  const zone = zoneAtEdge !== undefined && isZone(zoneAtEdge) ? zoneAtEdge : found && readOnlyZone(found);
  const currency = found && currencyOf(found);
  return {
    ...(found ? { default_country: found } : {}),
    ...(zone ? { timezone: zone } : {}),
    ...(currency ? { currency } : {}),
  };
}

/** Returns the region of the first language of `Accept-Language`. */
function readRegion(languages: string): string | undefined {
  const [tag = ""] = languages.split(",").map((language) => language.split(";")[0]?.trim() ?? "");
  return /^[a-z]{2,3}(?:-[a-z]{4})?-([a-z]{2})$/i.exec(tag)?.[1]?.toUpperCase();
}

/** Newer than the types of this TypeScript. */
type LocaleWithZones = Intl.Locale & { getTimeZones?: () => string[] | undefined };

const HALF_YEAR_SECONDS = 182 * 24 * 60 * 60;

/** Returns the time zone of a country, if its clocks show the same time everywhere, in summer and in winter. */
function readOnlyZone(country: string): string | undefined {
  const zones = (new Intl.Locale(`und-${country}`) as LocaleWithZones).getTimeZones?.() ?? [];
  const instants = [Clock.now(), Clock.addSeconds(HALF_YEAR_SECONDS)];
  const times = new Set(zones.map((zone) => instants.map((instant) => instantToLocal(zone, instant)).join(" ")));
  return times.size === 1 ? zones[0] : undefined;
}
