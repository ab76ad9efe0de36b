import type { Schemas } from "@crm/sdk/index.ts";
import { Plus } from "lucide-react";
import { type ReactNode, useState } from "react";
import { useRecordDetails, useRecordList } from "../../../api/records.ts";
import { type ListRow, rowFields } from "../../../api/row-fields.ts";
import { type Kind, listPath, recordPath, useKind, useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { ForbiddenState } from "../../../frame/shell/forbidden-state.tsx";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { FieldValue } from "../../../input/fields/field-value.tsx";
import { CreateDrawer } from "../../../input/form/create-drawer.tsx";
import { RowList } from "../../../records/record/row-list.tsx";
import { nameCreation } from "../../../ui/i18n/creation-name.ts";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { WorkflowOverview } from "../../engagement/workflow/workflow-overview.tsx";
import { LinkCards } from "./link-cards.tsx";

/** Kinds of records that sellers work on. */
const SALES_KINDS: readonly string[] = ["lead", "customer", "contact", "opportunity", "quote", "contract", "order"];

/** `/crm/advanced-features/automation`: the playbooks, workflows and rules that take work from sellers. */
export function SalesAutomationPage() {
  const t = useText();
  const { permissions } = useSession();
  const { data: kinds } = useKindIndex();
  const canList = (name: string): boolean =>
    kinds?.some(({ kind, operations }) => kind === name && operations.includes("list")) ?? false;
  const { data: playbookKind } = useKind(canList("playbook") ? "playbook" : undefined);
  const { data: workflowKind } = useKind(canList("workflow") ? "workflow" : undefined);
  const isLoading = !kinds || (canList("playbook") && !playbookKind) || (canList("workflow") && !workflowKind);
  const rules = permissions.includes("rule:read") ? listRules(t) : [];
  return (
    <PageFrame
      title={t("Sales automation")}
      description={t("Playbooks guide colleagues, workflows act by themselves, and rules decide.")}
      width="record"
      isLoading={isLoading}
    >
      {isLoading ? <Skeleton shape="block" /> : null}
      {!isLoading && !playbookKind && !workflowKind && rules.length === 0 ? <ForbiddenState /> : null}
      {!isLoading && playbookKind ? <Playbooks kind={playbookKind} /> : null}
      {!isLoading && workflowKind ? (
        <Section title={t("Workflows")} href="/crm/advanced-features/workflow-automation">
          <WorkflowOverview kind={workflowKind} shownKinds={SALES_KINDS} />
        </Section>
      ) : null}
      {isLoading || rules.length === 0 ? null : (
        <Section title={t("Rules")} href="/crm/settings/rules">
          <LinkCards cards={rules} />
        </Section>
      )}
    </PageFrame>
  );
}

interface SectionProps {
  readonly title: string;
  /** The page with everything of the kind. */
  readonly href: string;
  readonly action?: ReactNode;
  readonly children: ReactNode;
}

function Section({ title, href, action, children }: SectionProps) {
  const t = useText();
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-4">
      <span className="flex min-h-control min-w-0 items-center gap-3">
        <h2 className="text-section font-semibold">{title}</h2>
        <span className="text-control">
          <Link href={href}>{t("Show all")}</Link>
        </span>
        {action === undefined ? null : <span className="ms-auto">{action}</span>}
      </span>
      {children}
    </section>
  );
}

const listRules = (t: Translate) => [
  {
    title: t("Assignment rules"),
    text: t("Who gets new leads, customers and opportunities."),
    href: "/crm/leads/assignment",
    icon: "user-round-check",
  },
  {
    title: t("Lead scoring"),
    text: t("See how leads are rated, and which rules give them points."),
    href: "/crm/leads/scoring",
    icon: "target",
  },
  {
    title: t("Pricing rules"),
    text: t("Discounts and prices that quotes get by themselves."),
    href: "/crm/quotes/pricing",
    icon: "percent",
  },
];

const PAGE_SIZE = 20;
const SHOWN = rowFields<Schemas.PlaybookRow>()("name", "record_kind", "is_active");
type Row = ListRow<(typeof SHOWN)[number]>;
const DETAILS = rowFields<Schemas.Playbook>()("steps");
const QUERY = { sort: "name" };

function Playbooks({ kind }: { readonly kind: Kind }) {
  const t = useText();
  const [isCreating, setCreating] = useState(false);
  const list = useRecordList(kind, QUERY, { shown: SHOWN, pageSize: PAGE_SIZE });
  const rows = list.data?.pages.flatMap(({ data }) => data) ?? [];
  const details = useRecordDetails(
    kind,
    rows.map(({ id }) => id),
    DETAILS,
  );
  const value = (row: Row, name: string) => {
    const field = kind.fields.find((candidate) => candidate.name === name);
    return field ? <FieldValue record={row} field={field} isCell /> : null;
  };
  const nameRecords = ({ record_kind }: Row): string =>
    kind.fields.find(({ name: field }) => field === "record_kind")?.choices?.find(({ code }) => code === record_kind)?.name ??
    EMPTY;
  const countSteps = ({ id }: Row): string => {
    const steps = details.get(id)?.steps;
    return Array.isArray(steps) ? t("{count, plural, one {# step} other {# steps}}", { count: steps.length }) : EMPTY;
  };
  const name = (row: Row) => (
    <Link variant="title" href={recordPath(kind, row.id)}>
      {String(row.name)}
    </Link>
  );
  const columns: TableColumn<Row>[] = [
    { id: "name", label: t("Name"), render: name },
    { id: "records", label: t("Records"), render: nameRecords },
    { id: "steps", label: t("Steps"), render: countSteps },
    { id: "active", label: t("Active"), render: (row) => value(row, "is_active") },
  ];
  return (
    <Section
      title={kind.labels}
      href={listPath(kind)}
      action={
        kind.operations.includes("create") ? (
          <>
            <Button icon={<Plus />} onPress={() => setCreating(true)}>
              {nameCreation(kind, t)}
            </Button>
            <CreateDrawer kindName={isCreating ? "playbook" : undefined} onClose={() => setCreating(false)} />
          </>
        ) : undefined
      }
    >
      <ListState
        query={list}
        isEmpty={rows.length === 0 && !list.search.isIncomplete}
        empty={
          <EmptyState kind="empty" title={t("There are no playbooks yet")}>
            {t("A playbook has the steps of a stage. Each record of the stage shows them.")}
          </EmptyState>
        }
      />
      <RowList
        label={kind.labels}
        columns={columns}
        rows={rows}
        renderCard={(row) => (
          <>
            {name(row)}
            <span className="flex flex-wrap items-center gap-2 text-meta text-text-muted">
              {[nameRecords(row), countSteps(row)].join(" · ")}
            </span>
          </>
        )}
        pages={list}
      />
    </Section>
  );
}
