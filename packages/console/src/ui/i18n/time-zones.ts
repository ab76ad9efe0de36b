/** The time zones of the platform as choices, after `first`. */
export const listTimeZones = (first: readonly string[] = []): { readonly id: string; readonly label: string }[] =>
  [...new Set([...first, ...Intl.supportedValuesOf("timeZone")])].map((zone) => ({ id: zone, label: zone.replaceAll("_", " ") }));
