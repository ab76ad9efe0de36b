import { VersionConflictError } from "@crm/sdk/index.ts";
import { useQueryClient } from "@tanstack/react-query";
import { type FormEvent, type ReactNode, useState } from "react";
import { crm } from "../../../api/client.ts";
import { ME_KEY, useScope } from "../../../api/session.ts";
import { Section } from "../../../frame/shell/section.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { LeaveGuard } from "../../../input/form/leave-guard.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { buildTenantChange, flattenTenant, listTenantConflicts, type Tenant } from "./organization-rules.ts";
import type { SettingSection } from "./organization-sections.ts";
import { SettingInput } from "./setting-input.tsx";

export const TENANT_PATH = "/api/v1/tenant";

interface OrganizationSectionProps {
  readonly section: SettingSection;
  readonly tenant: Tenant;
  /** What stands below the fields. */
  readonly children?: ReactNode;
}

/** One section of the organization's settings. It is saved by itself, on the version that the user saw. */
export function OrganizationSection({ section, tenant, children }: OrganizationSectionProps) {
  const t = useText();
  const queries = useQueryClient();
  const scope = useScope();
  const [seen, setSeen] = useState(tenant);
  const [theirs, setTheirs] = useState<readonly string[]>([]);
  const form = useFormState({ ...flattenTenant(seen), version: seen.version }, t, useDraft(`organization ${section}`));
  const start = (stored: Tenant): void => {
    setSeen(stored);
    setTheirs([]);
    form.reset({ ...flattenTenant(stored), version: stored.version });
  };
  const patch = (base: Tenant): Promise<Tenant> =>
    crm
      .request<Tenant>("PATCH", TENANT_PATH, { body: buildTenantChange(base, form.changes), ifMatch: base.version })
      .then((saved) => saved);
  /** Saves on the version that was read. If others changed other fields meanwhile, it saves on theirs. */
  const send = async (): Promise<Tenant | undefined> => {
    try {
      // The changes may be a draft that was begun on an older version.
      return await patch({ ...seen, version: Number(form.restoredBase?.version ?? seen.version) });
    } catch (error) {
      if (!(error instanceof VersionConflictError)) throw error;
      const stored = await crm.request<Tenant>("GET", TENANT_PATH).then((read) => read);
      const conflicts = listTenantConflicts(
        { ...flattenTenant(seen), ...form.restoredBase },
        flattenTenant(stored),
        form.changes,
      );
      if (conflicts.length === 0) return patch(stored);
      setSeen(stored);
      setTheirs(conflicts);
      return undefined;
    }
  };
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (form.isSaving || !form.isChanged) return;
    const saved = await form.submit(send);
    if (!saved) return;
    start(saved);
    showToast({ text: t("{name} was saved", { name: section.title }) });
    queries.setQueryData([...scope, "tenant"], saved);
    await queries.invalidateQueries({ queryKey: ME_KEY });
  };
  const effects = section.fields.flatMap(({ path, effect }) => (effect !== undefined && path in form.changes ? [effect] : []));
  return (
    <Section id={section.id} title={section.title} description={section.description}>
      <form noValidate onSubmit={(event) => void save(event)} className="flex max-w-drawer flex-col gap-4">
        <FormSummary form={form} shownFields={["settings", "name"]} labelFor={(name) => name} />
        {section.fields.map((field) => (
          <SettingInput key={field.path} field={field} form={form} />
        ))}
        {theirs.length > 0 ? (
          <Banner
            kind="warning"
            title={t("Someone changed this while you were editing")}
            action={
              <Button isSmall onPress={() => start(seen)}>
                {t("Take theirs")}
              </Button>
            }
          >
            {t("If you save again, your values replace those of: {fields}.", {
              fields: section.fields
                .filter(({ path }) => theirs.includes(path))
                .map(({ label }) => label)
                .join(", "),
            })}
          </Banner>
        ) : null}
        {effects.length > 0 ? (
          <Banner kind="info" title={t("After you save")}>
            {[...new Set(effects)].map((effect) => (
              <p key={effect}>{effect}</p>
            ))}
          </Banner>
        ) : null}
        <span className="flex gap-2">
          <Button type="submit" isPending={form.isSaving}>
            {form.isSaving ? t("Saving…") : t("Save")}
          </Button>
          {form.isChanged ? (
            <Button variant="quiet" onPress={() => start(seen)}>
              {t("Undo the changes")}
            </Button>
          ) : null}
        </span>
        <LeaveGuard form={form} />
      </form>
      {children}
    </Section>
  );
}
