import type { ErrorDetail } from "../../kernel/error.ts";
import { findDeclaration } from "../../kernel/tenant-domains.ts";
import { PROJECT } from "../../projects/project/project.kind.ts";
import type { Transaction } from "../../storage/write/transaction.ts";

/**
 * The rules of a kind of record for activities about it. The domain of the kind declares them in `activitySubjects` of its manifest. A kind
 * without rules lets every user who sees the record write activities about it.
 */
export interface ActivitySubjectRule {
  /** Requires that the caller, who sees the record, may write activities about it. */
  requireWritable(recordId: string): Promise<void>;
  /** Checks a milestone that an activity about the record names. The transaction requires that the record is unchanged. */
  findMilestoneFaults(recordId: string, milestoneId: string, tx: Transaction | undefined): Promise<readonly ErrorDetail[]>;
}

interface SubjectReference {
  related_to_type: string | null;
  related_to_id: string | null;
}

/** Kinds with rules. For activities about other kinds, a function needs no list of domains. */
const ruledKinds: ReadonlySet<string> = new Set([PROJECT.name]);

async function loadRule({ related_to_type }: SubjectReference): Promise<ActivitySubjectRule | undefined> {
  if (related_to_type === null || !ruledKinds.has(related_to_type)) return undefined;
  const load = findDeclaration("activitySubjects", related_to_type);
  return load && ((await load()) as ActivitySubjectRule);
}

/** Requires that the caller may write activities about this record. */
export async function requireSubjectWritable(activity: SubjectReference): Promise<void> {
  if (activity.related_to_id) await (await loadRule(activity))?.requireWritable(activity.related_to_id);
}

/** Returns the faults of the milestone of an activity that is about this record. */
export async function findMilestoneFaults(
  activity: SubjectReference,
  milestoneId: string,
  tx?: Transaction,
): Promise<readonly ErrorDetail[]> {
  const rule = activity.related_to_id ? await loadRule(activity) : undefined;
  if (rule && activity.related_to_id) return rule.findMilestoneFaults(activity.related_to_id, milestoneId, tx);
  return [{ field: "milestone_id", message: "Only an activity about a project can name a milestone" }];
}
