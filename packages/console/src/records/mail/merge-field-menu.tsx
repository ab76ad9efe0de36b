import { Braces } from "lucide-react";
import { useText } from "../../ui/i18n/use-text.ts";
import { IconButton } from "../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../ui/kit/menu.tsx";
import { useMergeLabels } from "./merge-labels.ts";

interface MergeFieldChoice {
  readonly path: string;
  readonly label: string;
  /** What stands for it in this text. */
  readonly value?: string;
}

interface MergeFieldMenuProps {
  /** The label of the field into which the merge field goes. */
  readonly label: string;
  readonly isDisabled?: boolean;
  /** In a toolbar. */
  readonly isSmall?: boolean;
  /** The fields of one record. Otherwise those that a mail to many persons fills. */
  readonly fields?: readonly MergeFieldChoice[];
  readonly onInsert: (field: string) => void;
}

/** The merge fields that a mail to many persons fills. */
const PATHS: readonly string[] = [
  ...["person.first_name", "person.last_name", "person.full_name", "person.email"],
  ...["contact.first_name", "contact.last_name", "contact.job_title"],
  ...["customer.name", "customer.number"],
  ...["owner.full_name", "owner.first_name", "owner.email"],
  "tenant.name",
];

/** Names and labels of the kinds are read for the paths. */
const PATH_TEXT = PATHS.map((path) => `{{${path}}}`).join("");

/** Chooses a merge field by its label. */
export function MergeFieldMenu({ label, isDisabled = false, isSmall = false, fields, onInsert }: MergeFieldMenuProps) {
  const t = useText();
  const { nameField } = useMergeLabels(fields ? "" : PATH_TEXT);
  const choices = fields ?? PATHS.map((path): MergeFieldChoice => ({ path, label: nameField(path) ?? path }));
  // Among many persons are some without a first name, who would get no message.
  const write = (path: string): string => (!fields && path.endsWith("first_name") ? `{{${path}|${t("there")}}}` : `{{${path}}}`);
  return (
    <Menu
      placement="bottom end"
      trigger={
        <IconButton
          isSmall={isSmall}
          label={t("Insert a field into {label}", { label })}
          icon={<Braces />}
          isDisabled={isDisabled}
        />
      }
      onAction={(path) => onInsert(write(String(path)))}
    >
      {choices.map(({ path, ...choice }) => (
        <MenuItem key={path} id={path} label={choice.label} description={choice.value} />
      ))}
    </Menu>
  );
}

/** Adds a merge field to the end of a line. */
export const appendField = (text: string, field: string): string =>
  `${text}${text === "" || text.endsWith(" ") ? "" : " "}${field}`;
