import { useSearch } from "@tanstack/react-router";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { PageFrame } from "../shell/page-frame.tsx";
import { listRulePages } from "./rule-pages.ts";
import { RuleWorkspace } from "./rule-workspace.tsx";
import { useTenantSettings } from "./tenant-rules.ts";

const settingByKind: Readonly<Record<string, string>> = {
  lead_assignment: "new_lead_owner",
  customer_assignment: "new_customer_owner",
  opportunity_assignment: "new_opportunity_owner",
};

/** `/crm/leads/assignment`: who gets new leads, customers and opportunities. */
export function AssignmentPage() {
  const t = useText();
  const { rule = "lead_assignment" } = useSearch({ strict: false }) as { rule?: string };
  const kind = rule in settingByKind ? rule : "lead_assignment";
  const settings = useTenantSettings();
  const isOff = settings !== undefined && settings[settingByKind[kind] ?? ""] !== "rule";
  return (
    <PageFrame
      title={t("Assignment rules")}
      description={t("Who gets new records: one user, or several in turn or by their load.")}
      pages={{ label: t("Assignment rules"), tabs: listRulePages("/crm/leads/assignment", Object.keys(settingByKind), kind, t) }}
      width="record"
    >
      <RuleWorkspace key={kind} kind={kind}>
        {isOff ? (
          <Banner kind="info" title={t("New records do not follow these rules")}>
            {t(
              "The settings of the organization say who owns new records. There, choose the rule. Until then the rules only assign on request.",
            )}
          </Banner>
        ) : null}
      </RuleWorkspace>
    </PageFrame>
  );
}
