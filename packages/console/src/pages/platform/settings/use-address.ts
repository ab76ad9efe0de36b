import { useSearch } from "@tanstack/react-router";
import { useNavigate } from "../../../api/use-navigate.ts";

type Parameters = Readonly<Record<string, string | undefined>>;

/** Reads and changes the parameters in the address of a page of settings. An empty value takes a parameter away. */
export function useAddress() {
  const navigate = useNavigate();
  const parameters = useSearch({ strict: false }) as Parameters;
  const change = (next: Parameters): void =>
    void navigate({
      to: ".",
      search: Object.fromEntries(Object.entries({ ...parameters, ...next }).filter(([, value]) => value)),
      replace: true,
    });
  return { parameters, change };
}
