import { useRouterState, useSearch } from "@tanstack/react-router";
import { useNavigate } from "../../../api/use-navigate.ts";

/** The parameter of the address that names the record that the desk shows beside its queue. */
const OPEN = "open";

/** The record that the address names, and the ways to another one. */
export function useDeskRecord() {
  const navigate = useNavigate();
  const search = useSearch({ strict: false }) as Readonly<Record<string, string>>;
  const path = useRouterState({ select: ({ location }) => location.pathname });
  return {
    named: search[OPEN] || undefined,
    /** The address of the desk with a record. */
    hrefTo: (id: string): string => `${path}?${new URLSearchParams({ ...search, [OPEN]: id })}`,
    show: (id: string | undefined): void => {
      const change = ({ [OPEN]: _before, ...others }: Readonly<Record<string, string>>) =>
        id === undefined ? others : { ...others, [OPEN]: id };
      void navigate({ to: ".", search: change, replace: true });
    },
  };
}
