import { useEffect, useState } from "react";
import { useChangePreferences, usePreferences } from "../data/preferences.ts";
import { type Appearance, readAppearance, saveAppearance } from "./appearance.ts";

/** Theme and density of the user. The browser holds a copy for the time until the preferences are loaded, and for the page before signing in. */
export function useAppearance(): readonly [Appearance, (part: Partial<Appearance>) => void] {
  const { data } = usePreferences();
  const change = useChangePreferences();
  const [copy, setCopy] = useState(readAppearance);
  const stored = data && data.version > 0 ? data : undefined;
  const [theme, density] = [stored?.theme ?? copy.theme, stored?.density ?? copy.density];
  useEffect(() => saveAppearance({ theme, density }), [theme, density]);
  return [
    { theme, density },
    (part) => {
      setCopy({ theme, density, ...part });
      void change(stored ? part : { theme, density, ...part }).catch(() => undefined);
    },
  ];
}
