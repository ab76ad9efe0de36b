import { type Context, useContext } from "../../kernel/context.ts";
import { ruleViolation } from "../../kernel/error.ts";
import { isId } from "../../kernel/id.ts";
import { API_KEY } from "../../platform/auth/auth.kind.ts";
import { limitToViewer } from "../../platform/sign-in/actor-context.ts";
import { USER } from "../../platform/user/user.kind.ts";
import type { JobLease } from "../../storage/write/job.ts";
import { Records } from "../../storage/write/records.ts";
import { contactSets } from "../contact-list/contact-list.ts";
import { customerSets } from "../segment/segment.ts";
import type { SetRecord } from "../segment/set-record.ts";

/**
 * The filters of the segments and contact lists that a job reads, as they were when it was requested. If another user changes one of them later, the job
 * reaches only persons whom its user and that other user see (docs/engagement/segments.md, Filters of scheduled work).
 */

/** The revision of the filter of each segment or list, by id. */
export type FilterRevisions = Readonly<Record<string, number>>;

/** A slice of a job that reads filters. */
export interface FilteredSlice<S> {
  lease: JobLease<S>;
  until: number;
  /** The segments and lists whose filter was changed since the job was requested. */
  changed: readonly SetRecord[];
}

async function loadSets(ids: readonly string[]): Promise<SetRecord[]> {
  if (ids.length === 0) return [];
  const [segments, lists] = await Promise.all(
    [customerSets.sets, contactSets.sets].map((sets) => Records.loadMany(sets, ids, { live: true })),
  );
  return [...(segments ?? []), ...(lists ?? [])].filter((set) => set !== undefined);
}

/** Reads the present revisions. Ids that are null are left out. */
export const read = async (ids: readonly (string | null)[]): Promise<Record<string, number>> =>
  Object.fromEntries((await loadSets(ids.filter((id) => id !== null))).map(({ id, revision }) => [id, revision]));

/** Loads the segments and lists whose filter is not the one of these revisions any more. */
export const loadChanged = async (revisions: FilterRevisions): Promise<SetRecord[]> =>
  (await loadSets(Object.keys(revisions))).filter(({ id, revision }) => revision !== revisions[id]);

/** Returns whether a filter was changed after `loadChanged` returned these. Called after members were read: they then belong to the former filters. */
export async function haveMoved(revisions: FilterRevisions, changed: readonly SetRecord[]): Promise<boolean> {
  const current = await loadChanged(revisions);
  return current.length !== changed.length || current.some(({ revision }, index) => revision !== changed[index]?.revision);
}

/**
 * Limits the present context to what the authors of changed filters see too. Changes by `principal`, whose job it is, limit nothing. Throws
 * RULE_VIOLATION if an author may not sign in any more, because no rights are left that the change could have.
 */
export async function limitToAuthors(changed: readonly SetRecord[], principal: string | null): Promise<Context> {
  let context = useContext();
  for (const { name, filter_author, updated_by } of changed) {
    const author = filter_author ?? updated_by;
    if (author === principal || !(isId(author, USER) || isId(author, API_KEY))) continue;
    const limited = await limitToViewer(context, author);
    if (!limited)
      throw ruleViolation(
        `The filter of "${name}" was changed later by a user who can no longer sign in: check the filter, and start again`,
      );
    context = limited;
  }
  return context;
}

export * as FilterRevisions from "./filter-revisions.ts";
