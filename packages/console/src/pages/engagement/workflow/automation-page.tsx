import { FileText, Plus } from "lucide-react";
import { useState } from "react";
import { useKind, useKindIndex } from "../../../api/schema.ts";
import { ForbiddenState } from "../../../frame/shell/forbidden-state.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { listNeighbors } from "../../../frame/shell/page-tabs.ts";
import { TemplateChoice } from "../../../input/form/template-choice.tsx";
import { toNoun } from "../../../ui/i18n/noun.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { NewWorkflow } from "./new-workflow.tsx";
import { useWorkflowTemplates } from "./workflow-data.ts";
import { WorkflowOverview } from "./workflow-overview.tsx";

/** Kinds of records that campaigns address. */
const CAMPAIGN_KINDS: readonly string[] = ["lead", "contact", "customer", "person", "campaign_member"];

/** `/crm/campaigns/automation`: the workflows that act on those whom campaigns address. */
export function CampaignAutomationPage() {
  const t = useText();
  return (
    <AutomationPage title={t("Campaign automation")} kinds={CAMPAIGN_KINDS} pages={listNeighbors("campaign", "automation", t)} />
  );
}

/** `/crm/advanced-features/workflow-automation`: all workflows. */
export function WorkflowsPage() {
  const t = useText();
  return <AutomationPage title={t("Workflow builder")} />;
}

interface AutomationPageProps {
  readonly title: string;
  /** The kinds of records of the workflows. Without it all are shown. */
  readonly kinds?: readonly string[];
  readonly pages?: ReturnType<typeof listNeighbors>;
}

/** Workflows with what they are doing, and the templates with which a new one begins. */
function AutomationPage({ title, kinds: shownKinds, pages }: AutomationPageProps) {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const summary = kinds?.find(({ kind }) => kind === "workflow");
  const { data: kind } = useKind(summary ? "workflow" : undefined);
  /** The key of the template of the new workflow, or an empty text without one. */
  const [chosen, setChosen] = useState<string>();
  const canCreate = kind?.operations.includes("create") ?? false;
  return (
    <PageFrame
      title={title}
      description={t("Workflows act when records change, at a time, or when a colleague asks.")}
      {...(pages ? { pages } : {})}
      width="record"
      isLoading={!kinds || (summary !== undefined && !kind)}
      actions={
        canCreate ? (
          <Button variant="primary" icon={<Plus />} onPress={() => setChosen("")}>
            {t("New {kind}", { kind: toNoun(kind?.label ?? "") })}
          </Button>
        ) : null
      }
    >
      {kinds && !summary ? (
        <ForbiddenState />
      ) : kind ? (
        <>
          <WorkflowOverview kind={kind} shownKinds={shownKinds} />
          {canCreate ? <Templates shownKinds={shownKinds} onChoose={setChosen} /> : null}
          {chosen === undefined ? null : (
            <NewWorkflow kind={kind} onClose={() => setChosen(undefined)} {...(chosen === "" ? {} : { template: chosen })} />
          )}
        </>
      ) : (
        <Skeleton shape="block" />
      )}
    </PageFrame>
  );
}

interface TemplatesProps {
  readonly shownKinds: readonly string[] | undefined;
  /** Called with the key of a template. */
  readonly onChoose: (key: string) => void;
}

function Templates({ shownKinds, onChoose }: TemplatesProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const { data: templates = [] } = useWorkflowTemplates();
  const offered = templates.filter(({ kind }) => shownKinds?.includes(kind) ?? true);
  if (offered.length === 0) return null;
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-section font-semibold">{t("Begin with a template")}</h2>
      <ul className="grid min-w-0 grid-cols-1 gap-4 tablet:grid-cols-2 desktop:grid-cols-3">
        {offered.map(({ key, name, description, kind }) => (
          <TemplateChoice
            key={key}
            icon={<FileText />}
            name={name}
            facts={description || (kinds.find((candidate) => candidate.kind === kind)?.labels ?? "")}
            onChoose={() => onChoose(key)}
          />
        ))}
      </ul>
    </section>
  );
}
