import { useQueries } from "@tanstack/react-query";
import { useMemo } from "react";
import { read } from "../data/client.ts";
import { type Kind, type KindSummary, useKindIndex } from "../data/schema.ts";
import { useScope } from "../data/session.ts";
import { CARD_PAGE_SIZE } from "./use-column.ts";

/** The first thing that is planned for a record. */
export interface NextActivity {
  readonly id: string;
  readonly subject: string;
  /** When it begins, or until when it is to be done. */
  readonly happens_at: string | null;
}

const ACTIVITY = "activity";
const SUBJECT = "related_to_id";
const MAX_ACTIVITIES = 100;

/** The list of activities of a kind, if its records have activities. */
export const findActivityList = (kind: Kind) =>
  kind.related.find((related) => related.kind === ACTIVITY && SUBJECT in related.filter);

interface ActivityRow extends NextActivity {
  readonly related_to_id: string;
}

/** The next activities of the cards, read for a page of them at once. A record that is missing has none; undefined: it is not known. */
export function useNextActivities(kind: Kind, ids: readonly string[]): ReadonlyMap<string, NextActivity | null> {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const activities = findActivityList(kind) && kinds.find((candidate) => candidate.kind === ACTIVITY);
  const pages = useMemo(
    () =>
      activities
        ? Array.from({ length: Math.ceil(ids.length / CARD_PAGE_SIZE) }, (_, page) =>
            ids.slice(page * CARD_PAGE_SIZE, (page + 1) * CARD_PAGE_SIZE),
          )
        : [],
    [activities, ids],
  );
  return useQueries({
    queries: pages.map((page) => ({
      queryKey: [...scope, "list", ACTIVITY, "next", page],
      queryFn: () => readNext(activities as KindSummary, page),
      placeholderData: (previous: ReadonlyMap<string, NextActivity | null> | undefined) => previous,
    })),
    combine: joinPages,
  });
}

const joinPages = (results: readonly { readonly data?: ReadonlyMap<string, NextActivity | null> | undefined }[]) =>
  new Map(results.flatMap(({ data }) => [...(data ?? [])]));

async function readNext({ path }: KindSummary, ids: readonly string[]): Promise<Map<string, NextActivity | null>> {
  const query = {
    [`${SUBJECT}[in]`]: ids.join(),
    "status[in]": "NOT_STARTED,IN_PROGRESS,BLOCKED",
    sort: "happens_at",
    fields: `${SUBJECT},subject,happens_at`,
    limit: MAX_ACTIVITIES,
  };
  const { data, meta } = await read<ActivityRow[]>(path, query);
  // Beyond a page of activities, a record without one may still have some.
  const next = new Map<string, NextActivity | null>(meta.next_cursor ? [] : ids.map((id) => [id, null]));
  for (const row of data) if (!next.get(row.related_to_id)) next.set(row.related_to_id, row);
  return next;
}
