/** Names of time zones for people: by their city, as the IANA name has it. */

/** Returns the city of a zone: `America/Argentina/Buenos_Aires` is `Buenos Aires`. */
export const readZoneCity = (zone: string): string => (zone.split("/").at(-1) ?? zone).replaceAll("_", " ");

/** Names a zone by its city and its offset at an instant, in milliseconds: `Berlin (GMT+1)`. */
export function formatZone(zone: string, language: string, instant: number): string {
  const city = readZoneCity(zone);
  if (city === "UTC") return city;
  const parts = new Intl.DateTimeFormat(language, { timeZone: zone, timeZoneName: "shortOffset" }).formatToParts(instant);
  const offset = parts.find(({ type }) => type === "timeZoneName")?.value;
  return offset === undefined ? city : `${city} (${offset})`;
}
