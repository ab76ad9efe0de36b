import { useNavigate as useRouterNavigate } from "@tanstack/react-router";

interface Destination {
  readonly to?: string;
  /** A path with its search, instead of `to` and `search`. */
  readonly href?: string;
  /** The parameters, or a function that returns them from those of the current address. */
  readonly search?: object;
  readonly hash?: string;
  readonly replace?: boolean;
  readonly ignoreBlocker?: boolean;
}

/** Paths of records come from the kinds that the server describes, so the router cannot check them at compile time. */
export const useNavigate = useRouterNavigate as () => (destination: Destination) => Promise<void>;
