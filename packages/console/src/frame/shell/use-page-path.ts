import { useMatch } from "@tanstack/react-router";

/**
 * The path of the page in which it is called. The location of the router is that of the next page while its code loads, so a page that reads it would
 * shortly refuse or not find what the next page shows.
 */
export const usePagePath = (): string => useMatch({ strict: false, select: ({ pathname }) => pathname });

/** Whether the address of the page has no parameters. */
export const useHasNoParameters = (): boolean =>
  useMatch({ strict: false, select: ({ search }) => Object.keys(search).length === 0 });
