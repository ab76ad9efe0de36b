import { createContext, type ReactNode, useContext, useMemo } from "react";
import { useLocale } from "react-aria-components/I18nProvider";
import { type KindSummary, useKindIndex } from "../../api/schema.ts";
import { useTenant } from "../../api/tenant.ts";
import type { TextOptions } from "../../api/value-text.ts";
import { useText } from "../../ui/i18n/use-text.ts";

interface ValueContent {
  readonly options: TextOptions;
  readonly kinds: readonly KindSummary[];
}

const ValueContext = createContext<ValueContent | undefined>(undefined);

const NO_KINDS: readonly KindSummary[] = [];

/** What all values need. A list shows hundreds of them, so they do not ask one by one. */
export function ValueProvider({ children }: { readonly children: ReactNode }) {
  const t = useText();
  const { locale } = useLocale();
  const { settings } = useTenant();
  const { data: kinds = NO_KINDS } = useKindIndex();
  const content = useMemo(
    () => ({ options: { t, locale, timeZone: settings.timezone, currency: settings.currency }, kinds }),
    [t, locale, settings, kinds],
  );
  return <ValueContext value={content}>{children}</ValueContext>;
}

function useValueContent(): ValueContent {
  const content = useContext(ValueContext);
  if (!content) throw new Error("Values are shown inside of ValueProvider");
  return content;
}

/** How the user reads values: language, time zone, and the tenant's currency. */
export const useTextOptions = (): TextOptions => useValueContent().options;

/** The kinds to which references lead. */
export const useReferencedKinds = (): readonly KindSummary[] => useValueContent().kinds;
