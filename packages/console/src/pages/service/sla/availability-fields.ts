import type { Action, Field } from "../../../api/kind.ts";
import type { Translate } from "../../../ui/i18n/use-text.ts";

interface FieldText {
  readonly label: string;
  readonly help?: string;
  /** What the button says that adds an entry of a list. */
  readonly addLabel?: string;
}

/** The order of the dialog: users mostly come to enter an absence. */
const ORDER = ["absences", "working_hours", "timezone", "capacity"];

/** The texts of the availability of a user by field; those of a part are behind a point. */
const listTexts = (t: Translate): Readonly<Record<string, FieldText>> => ({
  absences: { label: t("Absences"), addLabel: t("Add an absence") },
  "absences.from": { label: t("Away from") },
  "absences.to": { label: t("Until"), help: t("Leave it empty if the return is not known yet.") },
  "absences.reassign": {
    label: t("Hand over all open work"),
    help: t("Tickets, leads, conversations and activities move when it begins."),
  },
  "absences.stand_in_id": {
    label: t("Stand-in"),
    help: t("Gets new work and mentions. Without one, queues and rules decide."),
  },
  working_hours: { label: t("Working hours") },
  "working_hours.weekday": { label: t("Day") },
  "working_hours.from": { label: t("From"), help: t("Such as 09:00") },
  "working_hours.to": { label: t("Until"), help: t("Such as 17:30") },
  timezone: { label: t("Time zone"), help: t("Leave it empty for that of the organization.") },
  capacity: { label: t("Limit of open leads"), help: t("Leave it empty for no limit.") },
});

interface AvailabilityContext {
  /** The user, who cannot stand in for themselves. */
  readonly userId: string;
  /** Whether the user has leads, or a limit of them. */
  readonly hasLeads: boolean;
}

/** Returns the action with its inputs in the words and the order of the dialog. */
export function describeAvailability(action: Action, { userId, hasLeads }: AvailabilityContext, t: Translate): Action {
  const texts = listTexts(t);
  const describe = (field: Field, path: string): Field => {
    const text = texts[path];
    const fields = ((field.fields ?? []) as Field[]).map((part) => describe(part, `${path}.${part.name}`));
    return {
      ...field,
      ...(field.fields === undefined ? {} : { fields: sortParts(fields, path) }),
      ...(text ? { label: text.label, help: text.help ?? "", isHelpTranslated: text.help !== undefined } : {}),
      ...(text?.addLabel === undefined ? {} : { addLabel: text.addLabel }),
      ...(field.name === "stand_in_id" ? { excludedIds: [userId] } : {}),
    };
  };
  const fields = (action.fields as readonly unknown[] as readonly Field[]).map((field) => describe(field, field.name));
  const shown = fields.filter(({ name }) => hasLeads || name !== "capacity");
  const ordered = shown.toSorted((a, b) => ORDER.indexOf(a.name) - ORDER.indexOf(b.name));
  return { ...action, title: t("Availability"), fields: ordered as readonly unknown[] as Action["fields"] };
}

/** The stand-in comes after what it is for. */
const sortParts = (fields: Field[], path: string): Field[] =>
  path === "absences" ? fields.toSorted((a, b) => Number(a.name === "stand_in_id") - Number(b.name === "stand_in_id")) : fields;
