import { useKindIndex } from "../../../api/schema.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { type Translate, useText } from "../../../ui/i18n/use-text.ts";
import { LinkCards } from "./link-cards.tsx";

interface Feature {
  readonly title: string;
  readonly text: string;
  readonly href: string;
  /** The kind whose records the page shows; users who may not list it do not see the feature. */
  readonly kind: string;
  /** In place of the icon of the kind, where another feature has that. */
  readonly icon?: string;
}

const listFeatures = (t: Translate): readonly Feature[] => [
  {
    title: t("Lead scoring"),
    text: t("See how leads are rated, and which rules give them points."),
    href: "/crm/leads/scoring",
    kind: "lead",
  },
  {
    title: t("Account hierarchy"),
    text: t("See which companies belong together, and what they are worth as a group."),
    href: "/crm/customers/hierarchy",
    kind: "customer",
  },
  {
    title: t("Customer 360°"),
    text: t("Everything about one customer on one page."),
    href: "/crm/advanced-features/customer360",
    kind: "customer",
    icon: "circle-user-round",
  },
  {
    title: t("Pipeline"),
    text: t("Drag opportunities from stage to stage."),
    href: "/crm/advanced-features/pipeline",
    kind: "opportunity",
  },
  {
    title: t("Forecast"),
    text: t("Compare what will be won with the target, and see what changed."),
    href: "/crm/opportunities/forecast",
    kind: "opportunity",
    icon: "chart-column",
  },
  {
    title: t("Board of tasks"),
    text: t("Move tasks from planned to done."),
    href: "/crm/advanced-features/task-management",
    kind: "activity",
  },
  {
    title: t("Timeline of interactions"),
    text: t("Follow calls, mails and meetings with all customers."),
    href: "/crm/interactions/timeline",
    kind: "interaction",
  },
  {
    title: t("Workflow builder"),
    text: t("Build workflows that act when records change, and test them with a record."),
    href: "/crm/advanced-features/workflow-automation",
    kind: "workflow",
  },
  {
    title: t("Sales automation"),
    text: t("Guide colleagues through the steps of a stage."),
    href: "/crm/advanced-features/automation",
    kind: "playbook",
  },
  {
    title: t("Collaboration"),
    text: t("Read what happened on records that you follow, and answer comments."),
    href: "/crm/feed",
    kind: "comment",
  },
];

/** What the CRM can do beyond lists, each with a link. */
export function FeaturePage() {
  const t = useText();
  const { data: kinds } = useKindIndex();
  const features = listFeatures(t).flatMap((feature) => {
    const summary = kinds?.find(({ kind, operations }) => kind === feature.kind && operations.includes("list"));
    return summary ? [{ ...feature, icon: feature.icon ?? summary.icon }] : [];
  });
  return (
    <PageFrame
      title={t("Features")}
      description={t("Pages that join several kinds of records.")}
      width="record"
      isLoading={!kinds}
    >
      <LinkCards cards={features} />
    </PageFrame>
  );
}
