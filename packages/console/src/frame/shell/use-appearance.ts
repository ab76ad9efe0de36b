import { useSyncExternalStore } from "react";
import { useChangePreferences, usePreferences } from "../../api/preferences.ts";
import { readViewedRole } from "../../api/viewed-role.ts";
import { type Appearance, latestAppearance, onAppearanceChange, saveAppearance } from "./appearance.ts";

type Look = Pick<Appearance, "theme" | "density">;

/**
 * Theme and density of the user. The browser holds a copy for the time until the preferences are loaded, and for the page before signing in
 * (`frame/profile/page-notices.tsx` keeps it up to date). The look holds in this browser, also if the server cannot be reached.
 */
export function useAppearance(): readonly [Look, (part: Partial<Look>) => void] {
  const { data } = usePreferences();
  const change = useChangePreferences();
  const copy = useSyncExternalStore(onAppearanceChange, latestAppearance);
  const stored = data && data.version > 0 ? data : undefined;
  const [theme, density] = [stored?.theme ?? copy.theme, stored?.density ?? copy.density];
  return [
    { theme, density },
    (part) => {
      const next = { ...latestAppearance(), theme, density, ...part };
      saveAppearance(next);
      // A view as another role writes nothing.
      if (readViewedRole() === undefined) void change(stored ? part : { theme, density, ...part }).catch(() => undefined);
    },
  ];
}
