import { Plus } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import type { MasterValue } from "../../../api/master-values.ts";
import { SLA_PATH, usePolicies } from "../../../api/policies.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Table, type TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { RuleList } from "../../platform/rule/rule-list.tsx";
import { formatMinutes } from "./minutes.ts";
import { listServicePages } from "./service-pages.ts";
import { describePolicy, useCalendars, usePolicyFields, useSlaMasters } from "./sla-data.ts";
import { findFirstResponse, findPolicy, planMove, type SlaPolicy, sortPolicies } from "./sla-rules.ts";

const MANAGE_PERMISSION = "sla:manage";
const POLICY = { kind: "sla_policy" } as const;

/** `/crm/support/sla`: the policies in the order in which they are tried, each as a sentence, and what they promise by priority. */
export function SlaPage() {
  const t = useText();
  const navigate = useNavigate();
  const { locale } = useTextOptions();
  const canManage = useSession().permissions.includes(MANAGE_PERMISSION);
  const policies = usePolicies<SlaPolicy>();
  const calendars = useCalendars();
  const masters = useSlaMasters();
  const fields = usePolicyFields();
  const move = usePolicyMove();
  const sorted = sortPolicies(policies.data ?? []);
  const create = (): void => void navigate({ to: "/crm/support/sla/create" });
  const rows = sorted.map((policy) => ({
    id: policy.id,
    name: policy.name,
    sentence: describePolicy(policy, fields, calendars.data?.find(({ id }) => id === policy.calendar_id)?.name, { t, locale }),
    ...(policy.is_active ? {} : { tag: <Tag label={t("Not active")} /> }),
  }));
  return (
    <PageFrame
      title={t("Service levels")}
      description={t("How soon tickets are answered and resolved. The first active policy that matches a ticket applies.")}
      pages={{ label: t("Service levels"), tabs: listServicePages("sla", t) }}
      isLoading={policies.isPending || masters === undefined}
      width="record"
      actions={
        canManage ? (
          <Button variant="primary" icon={<Plus />} onPress={create}>
            {t("New policy")}
          </Button>
        ) : undefined
      }
    >
      {policies.error ? <LoadError query={policies} text={t("The policies could not be loaded")} /> : null}
      {policies.isPending || masters === undefined ? (
        policies.error ? null : (
          <Skeleton shape="block" />
        )
      ) : rows.length === 0 ? (
        <EmptyState kind="empty" title={t("There are no policies yet")}>
          {t("A policy has the times to answer and resolve a ticket, and who is warned.")}
        </EmptyState>
      ) : (
        <>
          <TargetGrid policies={sorted} priorities={masters.priorities} levels={masters.urgency_levels} />
          <RuleList
            label={t("Policies")}
            rows={rows}
            isOrdered
            onOpen={(index) => {
              const id = sorted[index]?.id;
              if (id) void navigate({ to: canManage ? `/crm/support/sla/edit/${id}` : `/crm/support/sla/view/${id}` });
            }}
            {...(canManage
              ? {
                  onMove: (from: number, to: number) => void move(sorted, from, to),
                }
              : {})}
          />
        </>
      )}
    </PageFrame>
  );
}

/** Returns the function that puts a policy at another place, at once. */
function usePolicyMove() {
  const t = useText();
  const invalidate = useInvalidation();
  const [isMoving, setMoving] = useState(false);
  return async (policies: readonly SlaPolicy[], from: number, to: number): Promise<void> => {
    if (isMoving) return;
    setMoving(true);
    try {
      for (const { id, version, sequence } of planMove(policies, from, to))
        await crm.request("PATCH", `${SLA_PATH}/${id}`, { body: { sequence }, ifMatch: version });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The policy could not be moved"), isError: true });
    }
    await invalidate(POLICY);
    setMoving(false);
  };
}

interface TargetGridProps {
  readonly policies: readonly SlaPolicy[];
  readonly priorities: readonly MasterValue[];
  /** The urgency levels in their order. */
  readonly levels: readonly MasterValue[];
}

/** What an ordinary ticket is promised, by its priority. */
function TargetGrid({ policies, priorities, levels }: TargetGridProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const write = (minutes: number | null | undefined): string =>
    minutes === null || minutes === undefined ? EMPTY : formatMinutes(minutes, locale);
  const policyOf = ({ id }: MasterValue): SlaPolicy | undefined => findPolicy(policies, id);
  const columns: TableColumn<MasterValue>[] = [
    { id: "priority", label: t("Priority"), render: ({ name }) => name },
    {
      id: "first",
      label: t("First response"),
      isNumeric: true,
      render: (priority) => {
        const policy = policyOf(priority);
        return write(policy && findFirstResponse(policy, priority.level, levels));
      },
    },
    {
      id: "resolution",
      label: t("Resolution"),
      isNumeric: true,
      render: (priority) => write(policyOf(priority)?.resolution_minutes),
    },
    {
      id: "policy",
      label: t("Policy"),
      render: (priority) => policyOf(priority)?.name ?? EMPTY,
    },
  ];
  return (
    <section aria-label={t("Targets by priority")} className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Targets by priority")}</h2>
      <div className="rounded-card border border-border bg-surface px-4 py-2">
        <Table label={t("Targets by priority")} columns={columns} rows={priorities} getRowId={({ id }) => id} />
      </div>
      <p className="text-meta text-text-muted">
        {[
          t("For tickets without a category and a type, of customers who are no VIP."),
          ...(priorities.some((priority) => policyOf(priority)?.first_response_minutes === null)
            ? [t("Where a policy has no first response, the hours of the urgency apply.")]
            : []),
        ].join(" ")}
      </p>
    </section>
  );
}
