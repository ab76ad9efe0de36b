import type { Key } from "react-aria-components";
import { nameRole, roleNames } from "../../frame/profile/role-name.ts";
import { FormLayer } from "../../input/form/form-layer.tsx";
import { useFormState } from "../../input/form/form-state.ts";
import { FormSummary } from "../../input/form/form-summary.tsx";
import { useDraft } from "../../input/form/use-draft.ts";
import { useText } from "../../ui/i18n/use-text.ts";
import { Select, toKeys } from "../../ui/kit/select.tsx";
import { type RoleDefaults, type SavedView, useRoleDefaults } from "./saved-views.ts";

interface RoleDefaultDialogProps {
  readonly view: SavedView;
  readonly onSave: (body: RoleDefaults) => Promise<void>;
  readonly onClose: () => void;
}

const ALL_ROLES = "all_roles";

/** Lets an administrator choose the roles whose users open a list with a view. */
export function RoleDefaultDialog(props: RoleDefaultDialogProps) {
  const stored = useRoleDefaults(props.view.id);
  return stored.data ? <RoleDefaultForm {...props} stored={stored.data} /> : null;
}

function RoleDefaultForm({ view, stored, onSave, onClose }: RoleDefaultDialogProps & { readonly stored: RoleDefaults }) {
  const t = useText();
  const form = useFormState(
    { roles: [...(stored.all_roles ? [ALL_ROLES] : []), ...stored.roles] },
    t,
    useDraft(`view roles ${view.id} ${JSON.stringify(stored)}`),
  );
  const selected = form.values.roles as readonly string[];
  const save = async (): Promise<void> => {
    const body = { roles: roleNames.filter((role) => selected.includes(role)), all_roles: selected.includes(ALL_ROLES) };
    if (await form.submit(() => onSave(body).then(() => true))) onClose();
  };
  return (
    <FormLayer
      layer="dialog"
      title={t("Default for roles")}
      form={form}
      submit={{ label: t("Save"), run: save }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={["roles"]} labelFor={() => t("Roles")} />
      <Select<"multiple">
        label={t("Roles")}
        selectionMode="multiple"
        options={[
          { id: ALL_ROLES, label: t("All other roles") },
          ...roleNames.map((role) => ({ id: role, label: nameRole(role, t) })),
        ]}
        value={[...selected]}
        onChange={(keys: readonly Key[]) => form.set("roles", toKeys(keys))}
        error={form.errors.fields.roles}
        help={t("Users of these roles open the list with “{name}”, unless they choose another view.", { name: view.name })}
      />
    </FormLayer>
  );
}
