/** Regions whose way to write dates and numbers a user can choose in any language. */
export const formatRegions = [
  ...["AE", "AT", "AU", "BR", "CA", "CH", "CN", "DE", "DK", "EG", "ES", "FI", "FR", "GB", "HK", "IE", "IN", "IT", "JP", "KR"],
  ...["MX", "NL", "NO", "NZ", "PL", "PT", "SA", "SE", "SG", "TR", "TW", "US", "ZA"],
] as const;

export const isFormatRegion = (value: unknown): value is string => formatRegions.some((region) => region === value);

/** Returns the locale that writes dates and numbers: the language of the texts, in the way of a region. */
export const formatLocaleFor = (locale: string, region: string | null | undefined): string =>
  isFormatRegion(region) ? new Intl.Locale(locale, { region }).toString() : locale;

/** An example of dates and numbers in a locale. */
export const formatExample = (locale: string, date: Date): string =>
  `${new Intl.DateTimeFormat(locale, { dateStyle: "short", timeStyle: "short", timeZone: "UTC" }).format(date)} · ${new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(1234567.5)}`;

/** Returns the name of a region in a language. */
export const nameRegion = (locale: string, region: string): string =>
  new Intl.DisplayNames([locale], { type: "region" }).of(region) ?? region;
