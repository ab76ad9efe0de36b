import type { Translate } from "../../../ui/i18n/use-text.ts";
import type { Option } from "../../../ui/kit/option-type.ts";

/** Names the types of questions. */
export const listQuestionTypes = (t: Translate): readonly Option[] => [
  { id: "text", label: t("Single-line text") },
  { id: "textarea", label: t("Multi-line text") },
  { id: "email", label: t("Email") },
  { id: "phone", label: t("Phone") },
  { id: "number", label: t("Number") },
  { id: "date", label: t("Date") },
  { id: "select", label: t("Dropdown") },
  { id: "radio", label: t("Radio buttons") },
  { id: "checkboxes", label: t("Multiple checkboxes") },
  { id: "checkbox", label: t("Single checkbox") },
];
