import { useSession } from "../../../api/session.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import type { WorkflowRecord } from "./definition.ts";

/** Only these users let a workflow run as the system. */
const useIsAdministrator = (): boolean => useSession().permissions.includes("tenant:manage");

interface RunRightsSelectProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
}

/** With whose rights the steps of a workflow run. */
export function RunRightsSelect({ value, onChange, error }: RunRightsSelectProps) {
  const t = useText();
  const isAdministrator = useIsAdministrator();
  const owner = { id: "owner", label: t("With the rights of the owner") };
  const system = { id: "system", label: t("As the system"), description: t("Only an administrator can choose this") };
  return (
    <Select
      label={t("Steps run")}
      error={error}
      options={isAdministrator || value === "system" ? [owner, system] : [owner]}
      value={value}
      onChange={(key) => onChange(String(key))}
    />
  );
}

/** Says that a change takes the rights of the system away from the published workflow, or has taken them away. */
export function SystemBanner({ record }: { readonly record: WorkflowRecord }) {
  const t = useText();
  const isAdministrator = useIsAdministrator();
  if (record.system_rights_withdrawn_at)
    return (
      <Banner kind="warning" title={t("This workflow no longer runs as the system")}>
        {isAdministrator
          ? t(
              "It was changed by a user who is no administrator. Check the steps, choose “As the system” in the settings, and publish it.",
            )
          : t("It runs with the rights of its owner. An administrator can publish it as the system again.")}
      </Banner>
    );
  if (record.published_run_as !== "system" || isAdministrator) return null;
  return (
    <Banner kind="info" title={t("This workflow runs as the system")}>
      {t("After a change it has its owner's rights, until an administrator publishes it again.")}
    </Banner>
  );
}
