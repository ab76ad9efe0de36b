import type { Translate } from "../ui/i18n/use-text.ts";

/** Names who did something, in place of the ids under which programs and the system act. */

const USER_ID = /^usr_/;
const API_KEY_ID = /^key_/;

/** Whether an id is that of the system or of a program, whose names are not those of records. */
export const isProgram = (id: string): boolean => /^(?:system(?:$|:)|form:|booking:|survey:|key_)/.test(id);

/** Names the author with this id: `name` is that of the user or of the API key, if it is known. */
export function nameAuthor(id: string, name: string | undefined, t: Translate): string {
  if (name !== undefined && name !== id) return name;
  if (USER_ID.test(id)) return t("A user");
  if (API_KEY_ID.test(id)) return t("An API key");
  const names: Readonly<Record<string, string>> = {
    auth: t("Sign-up"),
    booking: t("Booking page"),
    "bulk-change": t("Bulk changes"),
    "email-sends": t("Email sends"),
    export: t("Exports"),
    form: t("Forms"),
    import: t("Imports"),
    "inbound-mail": t("Incoming email"),
    survey: t("Survey"),
    "ticket-mail": t("Incoming email"),
    webhooks: t("Webhooks"),
    workflows: t("Workflows"),
  };
  const [head = "", tail = ""] = id.split(":");
  return names[head === "system" ? tail : head] ?? t("System");
}
