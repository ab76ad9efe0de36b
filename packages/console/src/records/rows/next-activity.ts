import { skipToken, useQuery } from "@tanstack/react-query";
import { read } from "../../api/client.ts";
import { type ConsoleRecord, NEXT_ACTIVITY } from "../../api/records.ts";
import type { Kind } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";

/** The first thing that is planned for a record. */
export interface NextActivity {
  readonly id: string;
  readonly subject: string;
  /** When it begins, or until when it is to be done. */
  readonly happens_at: string | null;
}

const ACTIVITY = "activity";
const SUBJECT = "related_to_id";

/** The list of activities of a kind, if its records have activities. */
export const findActivityList = (kind: Kind) =>
  kind.related.find((related) => related.kind === ACTIVITY && SUBJECT in related.filter);

/** Returns what a record that was read with its next activity has planned. Null: nothing. Undefined: it is not known. */
export const getNextActivity = ({ expanded }: Pick<ConsoleRecord, "expanded">): NextActivity | null | undefined =>
  expanded?.[NEXT_ACTIVITY] as NextActivity | null | undefined;

/** Reads what is planned next for a record. Undefined: it is not known yet. */
export function useNextActivity(kind: Kind, id: string): NextActivity | null | undefined {
  const scope = useScope();
  const hasActivities = kind.expand.some(({ name }) => name === NEXT_ACTIVITY);
  const { data } = useQuery({
    queryKey: [...scope, "list", ACTIVITY, "next", id],
    queryFn: hasActivities
      ? async () => (await read<ConsoleRecord>(`${kind.path}/${id}`, { fields: "id", expand: NEXT_ACTIVITY })).data
      : skipToken,
  });
  return data && getNextActivity(data);
}
