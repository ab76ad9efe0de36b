import type { Translate } from "../i18n/use-text.ts";

/** Whether an id names no user but a part of the system: `system:import`, `form:frm_1`. */
export const isSystemActor = (id: string): boolean => /^[a-z_]+:/.test(id);

/** Names the part of the system that made a change, for people. */
export function nameSystemActor(id: string, t: Translate): string {
  const names: Readonly<Record<string, string>> = {
    form: t("Forms"),
    import: t("Imports"),
    export: t("Exports"),
    "bulk-change": t("Bulk changes"),
    "email-sends": t("Email sends"),
    workflows: t("Workflows"),
  };
  const [head = "", tail = ""] = id.split(":");
  return names[head === "system" ? tail : head] ?? t("The system");
}
