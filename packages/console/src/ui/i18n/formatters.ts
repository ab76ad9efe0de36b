/** The formatters of the platform. Building one costs as much as a hundred uses, and a list uses some in every row. */

const remember = <Options extends object, Formatter>(
  build: (locale: string, options: Options) => Formatter,
): ((locale: string, options?: Options) => Formatter) => {
  const built = new Map<string, Formatter>();
  return (locale, options = {} as Options) => {
    const key = `${locale} ${JSON.stringify(options)}`;
    const formatter = built.get(key) ?? build(locale, options);
    built.set(key, formatter);
    return formatter;
  };
};

export const dateFormat = remember((locale, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));
export const numberFormat = remember((locale, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
export const relativeFormat = remember(
  (locale, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);

let pageLocale = "en";

/** Sets the language of the page. */
export function setPageLocale(locale: string): void {
  pageLocale = locale;
}

export const readPageLocale = (): string => pageLocale;

/** Writes a percentage as the language does: 80 as `80%` in English and `80 %` in German. */
export const formatPercent = (percent: number, locale: string = pageLocale, digits = 2): string =>
  numberFormat(locale, { style: "percent", maximumFractionDigits: digits }).format(percent / 100);

/** Writes a count, in the language of the page by default. */
export const formatCount = (count: number, locale: string = pageLocale): string => numberFormat(locale).format(count);

interface Total {
  readonly total: number;
  readonly isLowerBound: boolean;
}

/** Writes a total, with a plus if there may be more: `12+`. */
export const formatTotal = ({ total, isLowerBound }: Total, locale: string = pageLocale): string =>
  `${formatCount(total, locale)}${isLowerBound ? "+" : ""}`;
