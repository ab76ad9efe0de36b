import { useMemo } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { useTenant } from "../data/tenant.ts";
import { useText } from "../i18n/use-text.ts";
import type { TextOptions } from "./value-text.ts";

/** How the user reads values: language, the tenant's time zone and currency. */
export function useTextOptions(): TextOptions {
  const t = useText();
  const { locale } = useLocale();
  const { settings } = useTenant();
  return useMemo(() => ({ t, locale, timeZone: settings.timezone, currency: settings.currency }), [t, locale, settings]);
}
