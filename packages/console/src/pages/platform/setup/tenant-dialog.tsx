import { DEFAULT_BRAND_COLOR } from "@crm/core/kernel/brand-color.rules.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { bindText, useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { listTimeZones } from "../../../ui/i18n/time-zones.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { ColorField } from "../../../ui/kit/color-field.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { TextField } from "../../../ui/kit/text-field.tsx";
import { addReviewed, type SetupPreferences, type TenantRecord } from "./setup-steps.ts";
import { buildPreferences, useSetupChange } from "./use-setup.ts";

interface TenantDialogProps {
  readonly tenant: TenantRecord;
  readonly preferences: SetupPreferences;
  readonly onClose: () => void;
}

/** The fields as the answer names them. */
const [ZONE, COLOR] = ["settings.timezone", "settings.brand_color"] as const;

const timeZones = listTimeZones(["UTC"]);

/** Changes settings of the tenant that the first steps ask for. */
export function TenantDialog({ tenant, preferences, onClose }: TenantDialogProps) {
  const t = useText();
  const change = useSetupChange();
  const { timezone, brand_color } = tenant.settings;
  const browserZone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  const form = useFormState(
    { name: tenant.name, timezone: timezone === "UTC" ? browserZone : timezone, brand_color },
    t,
    useDraft("first steps"),
  );
  const { name, timezone: zone, brand_color: color } = form.values;
  const save = async (): Promise<void> => {
    const body = { name, settings: { timezone: zone, brand_color: color ?? null } };
    const isSaved = await form.submit(async () => {
      await change("PATCH", "/tenant", body);
      await change("PATCH", "/me/preferences", buildPreferences(addReviewed(preferences, "company")));
      return true;
    });
    if (isSaved) onClose();
  };
  return (
    <FormLayer layer="dialog" title={t("Your company")} form={form} submit={{ label: t("Save"), run: save }} onClose={onClose}>
      <FormSummary form={form} shownFields={["name", ZONE, COLOR]} labelFor={(field) => field} />
      <TextField label={t("Company name")} {...bindText(form, "name")} autoFocus />
      <Combobox
        label={t("Time zone")}
        help={t("Of reminders, working hours and reports")}
        options={timeZones}
        selectedKey={String(zone)}
        onSelectionChange={(key) => key !== null && form.set("timezone", String(key))}
        error={form.errors.fields[ZONE]}
      />
      <ColorField
        label={t("Color")}
        note="optional"
        help={t("Used on pages, mails and documents.")}
        value={typeof color === "string" ? color : null}
        onChange={(value) => form.set("brand_color", value)}
        defaultColor={DEFAULT_BRAND_COLOR}
        error={form.errors.fields[COLOR]}
      />
    </FormLayer>
  );
}
