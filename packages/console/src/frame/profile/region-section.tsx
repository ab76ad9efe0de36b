import { useLocale } from "react-aria-components/I18nProvider";
import { useChangePreferences, usePreferences } from "../../api/preferences.ts";
import { useTenant } from "../../api/tenant.ts";
import { catalog } from "../../ui/i18n/catalog.ts";
import { formatExample, formatLocaleFor, formatRegions, nameRegion } from "../../ui/i18n/format-region.ts";
import { nameLanguage } from "../../ui/i18n/language-name.ts";
import { chooseLanguage, consoleLanguages } from "../../ui/i18n/languages.ts";
import { listTimeZones } from "../../ui/i18n/time-zones.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Combobox } from "../../ui/kit/combobox.tsx";
import { Select } from "../../ui/kit/select.tsx";
import { Skeleton } from "../../ui/kit/skeleton.tsx";
import { Section } from "../shell/section.tsx";
import { useSave } from "./use-save.ts";

/** The choice that stands for none. */
const DEFAULT = "default";

/** Names a language in its own words. */
const nameOwnLanguage = (language: string): string => nameLanguage(language, language);

/** An afternoon on a day whose parts cannot be confused. */
const EXAMPLE = new Date("2026-11-27T14:05:00Z");

/** Language, time zone, and the way to write dates and numbers. */
export function RegionSection() {
  const t = useText();
  const { locale } = useLocale();
  const { data: preferences } = usePreferences();
  const { organizationZone } = useTenant();
  const change = useChangePreferences();
  const save = useSave();
  const byName = (left: { label: string }, right: { label: string }): number => left.label.localeCompare(right.label, locale);
  const zones = listTimeZones();
  return (
    <Section
      title={t("Language and region")}
      description={t("How texts, dates and numbers are written for you. Changes are saved at once.")}
    >
      {preferences ? (
        <div className="flex max-w-drawer flex-col gap-4">
          <Select
            label={t("Language")}
            options={[
              {
                id: DEFAULT,
                label: t("Same as browser ({language})", { language: nameOwnLanguage(chooseLanguage(navigator.languages)) }),
              },
              ...consoleLanguages.map((language) => ({ id: language, label: nameOwnLanguage(language) })),
            ]}
            value={preferences.language ?? DEFAULT}
            onChange={(key) => void save(() => change({ language: key === DEFAULT ? null : String(key) }))}
          />
          <Select
            label={t("Dates and numbers")}
            help={formatExample(locale, EXAMPLE)}
            options={[
              { id: DEFAULT, label: t("Follow the language"), description: formatExample(catalog.locale, EXAMPLE) },
              ...formatRegions
                .map((region) => ({
                  id: region,
                  label: nameRegion(locale, region),
                  description: formatExample(formatLocaleFor(catalog.locale, region), EXAMPLE),
                }))
                .sort(byName),
            ]}
            value={typeof preferences.ui.region === "string" ? preferences.ui.region : DEFAULT}
            onChange={(key) => void save(() => change({ ui: { region: key === DEFAULT ? null : String(key) } }))}
          />
          <Combobox
            label={t("Time zone")}
            help={t("Also the time zone of your working hours.")}
            options={[{ id: DEFAULT, label: t("{zone}, from the organization", { zone: organizationZone }) }, ...zones]}
            defaultValue={preferences.time_zone ?? DEFAULT}
            onChange={(key) => {
              if (key !== null) void save(() => change({ time_zone: key === DEFAULT ? null : String(key) }));
            }}
          />
        </div>
      ) : (
        <Skeleton shape="block" />
      )}
    </Section>
  );
}
