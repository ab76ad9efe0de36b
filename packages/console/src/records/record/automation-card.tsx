import type { Schemas } from "@crm/sdk/index.ts";
import { useQuery } from "@tanstack/react-query";
import { read } from "../../api/client.ts";
import type { ApiRow } from "../../api/row-fields.ts";
import { type Kind, listPath, recordPath, useKindIndex } from "../../api/schema.ts";
import { useScope } from "../../api/session.ts";
import { useTextOptions } from "../../input/fields/value-provider.tsx";
import { formatRelative } from "../../ui/i18n/time.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Link } from "../../ui/kit/link.tsx";
import { nameEnrollmentStatus } from "./enrollment-names.ts";
import { ListCard, ListCardRow } from "./list-card.tsx";

const ENROLLMENT = "workflow_enrollment";
const MAX_LISTED = 5;

/** Kinds that no workflow is about. */
const NOT_ENROLLED: readonly string[] = ["workflow", ENROLLMENT];

/** Reads in which workflows a record is or was. It is read with the record. */
export function useEnrollments(kind: Kind, id: string) {
  const scope = useScope();
  const { data: kinds = [] } = useKindIndex();
  const canRead = kinds.some((candidate) => candidate.kind === ENROLLMENT);
  return useQuery({
    queryKey: [...scope, "related", ENROLLMENT, "of-record", id],
    queryFn: async () => {
      const query = { record: id, limit: MAX_LISTED, expand: "workflow" };
      const { data, meta } = await read<ApiRow<Schemas.WorkflowEnrollmentRow>[]>("/api/v1/workflow-enrollments", query);
      return { rows: data, total: Math.max(Number(meta.total ?? 0), data.length) };
    },
    // Records that nothing changes, such as audit entries, are in no workflow.
    enabled: canRead && kind.operations.includes("update") && !NOT_ENROLLED.includes(kind.kind),
    retry: false,
  });
}

interface AutomationCardProps {
  readonly id: string;
  readonly rows: readonly ApiRow<Schemas.WorkflowEnrollmentRow>[];
  readonly total: number;
}

/** The workflows in which a record is or was. */
export function AutomationCard({ id, rows, total }: AutomationCardProps) {
  const t = useText();
  const options = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const enrollmentKind = kinds.find(({ kind }) => kind === ENROLLMENT);
  if (!enrollmentKind || rows.length === 0) return null;
  const now = new Date().toISOString();
  return (
    <ListCard
      title={t("Automation")}
      count={total}
      isPending={false}
      hasFailed={false}
      more={
        total > rows.length ? (
          <Link href={`${listPath(enrollmentKind)}?${new URLSearchParams({ record: id })}`}>{t("Show all")}</Link>
        ) : undefined
      }
    >
      {rows.map((row) => {
        const workflow = row.expanded?.workflow_id as { readonly name?: string } | undefined;
        const time = row.ended_at ?? row.step_due_at ?? row.started_at;
        const when = time ? formatRelative(String(time), now, options) : "";
        const facts = [
          nameEnrollmentStatus(String(row.status), t),
          ...(row.ended_at ? [when] : row.step_due_at ? [t("next step {time}", { time: when })] : []),
          ...(row.reason ? [String(row.reason)] : []),
        ];
        return (
          <ListCardRow
            key={row.id}
            title={
              <Link variant="title" href={recordPath(enrollmentKind, row.id)}>
                {workflow?.name ?? t("Workflow")}
              </Link>
            }
            facts={facts}
          />
        );
      })}
    </ListCard>
  );
}
