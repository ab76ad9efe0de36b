import { useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { useSession } from "../../../api/session.ts";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { listRulePages } from "../../platform/rule/rule-pages.ts";
import { RuleWorkspace } from "../../platform/rule/rule-workspace.tsx";
import { useSettingsChange, useTenantSettings } from "../../platform/rule/tenant-rules.ts";

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
      <RuleWorkspace key={kind} kind={kind} foot={isOff ? <OffBanner setting={settingByKind[kind] ?? ""} /> : null} />
    </PageFrame>
  );
}

const SETTINGS_PERMISSION = "tenant:manage";

/** Says that the rules do not decide about new records, and lets an administrator change that. */
function OffBanner({ setting }: { readonly setting: string }) {
  const t = useText();
  const { permissions } = useSession();
  const change = useSettingsChange();
  const [isBusy, setBusy] = useState(false);
  const turnOn = async (): Promise<void> => {
    setBusy(true);
    try {
      await change({ [setting]: "rule" });
    } catch (error) {
      showToast({ text: readErrors(error, t).form ?? t("The setting could not be changed"), isError: true });
    }
    setBusy(false);
  };
  return (
    <Banner
      kind="info"
      title={t("New records do not follow these rules")}
      action={
        permissions.includes(SETTINGS_PERMISSION) ? (
          <Button isPending={isBusy} onPress={() => void turnOn()}>
            {t("Follow the rules")}
          </Button>
        ) : undefined
      }
    >
      {t("Until then the rules only assign on request.")}
    </Banner>
  );
}
