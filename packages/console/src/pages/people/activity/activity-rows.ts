import type { Schemas } from "@crm/sdk/index.ts";
import { useSearch } from "@tanstack/react-router";
import { useMemo } from "react";
import { linkExpanded, type RecordLink } from "../../../api/home-data.ts";
import type { Kind, ListQuery } from "../../../api/kind.ts";
import type { ConsoleRecord } from "../../../api/records.ts";
import { joinRowFields, type ListRow, type RowFields, rowFields } from "../../../api/row-fields.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { useListRows } from "../../../records/rows/use-list-rows.ts";

type Parameters = Readonly<Record<string, string | undefined>>;

/** Reads the parameters of the address of the page, and returns the function that changes some of them. */
export function useParameters(): [parameters: Parameters, change: (next: Parameters) => void] {
  const navigate = useNavigate();
  const parameters = useSearch({ strict: false }) as Parameters;
  const change = (next: Parameters): void => {
    const search = Object.fromEntries(Object.entries({ ...parameters, ...next }).filter(([, value]) => value !== undefined));
    void navigate({ to: ".", search: search, replace: true });
  };
  return [parameters, change];
}

const SHOWN = rowFields<Schemas.ActivityRow>()(
  "activity_type_id",
  "status",
  "assigned_to_id",
  "related_to_id",
  "due_at",
  "due_time",
);

/** An activity with these fields and those that all pages show. */
export type ActivityRow<Name extends string> = ListRow<Name | (typeof SHOWN)[number]>;

/** Reads activities by filters and an order, of the user or of all whose activities the user sees. `shown` names further fields. */
export function useActivities<Name extends string>(kind: Kind, { isMine, query, shown }: ActivityQuery<Name>) {
  const { id } = useSession();
  const filtered = useMemo(() => ({ ...query, ...(isMine ? { assigned_to_id: id } : {}) }), [query, isMine, id]);
  const names = useMemo(() => joinRowFields(SHOWN, shown), [shown]);
  return useListRows({ kind, query: filtered, shown: names, isEnabled: true });
}

interface ActivityQuery<Name extends string> {
  readonly isMine: boolean;
  readonly query: ListQuery;
  readonly shown: RowFields<Name>;
}

/** Returns the function that links the record that an activity is about, if the user sees it. */
export function useRelatedLink(): (activity: ConsoleRecord) => RecordLink | undefined {
  const { data: kinds = [] } = useKindIndex();
  return (activity) =>
    linkExpanded(
      activity,
      "related_to_id",
      kinds.find(({ kind }) => kind === activity.related_to_type),
    );
}
