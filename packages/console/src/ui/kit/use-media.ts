import { useCallback, useSyncExternalStore } from "react";

/** Whether the window has room for parts side by side: as wide as the breakpoint `desktop` of theme.css, or paper. */
export const useIsDesktop = (): boolean => useMedia("print, (width >= 1024px)");

/**
 * Whether the window is as narrow as that of a phone: tables are cards, dialogs are sheets. A sheet of paper has tables, although it is
 * narrower. What is drawn again only when the printing begins has not all its pages.
 */
export const useIsPhone = (): boolean => useMedia("screen and (width < 768px)");

function useMedia(query: string): boolean {
  const subscribe = useCallback(
    (onChange: () => void) => {
      const media = matchMedia(query);
      media.addEventListener("change", onChange);
      return () => media.removeEventListener("change", onChange);
    },
    [query],
  );
  return useSyncExternalStore(subscribe, () => matchMedia(query).matches);
}
