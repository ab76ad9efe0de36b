import { Ellipsis, Plus } from "lucide-react";
import { useState } from "react";
import { crm } from "../../../api/client.ts";
import { useKind, useKindIndex } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { EMPTY } from "../../../api/value-text.ts";
import { nameRole } from "../../../frame/profile/role-name.ts";
import { ListState } from "../../../frame/shell/list-state.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { type CustomField, describeIndex, isBusy, nameType } from "../../../records/custom-field/custom-field-rules.ts";
import {
  CUSTOM_FIELD,
  CUSTOM_FIELDS_PATH,
  LAYOUT_PERMISSION,
  useColumnAddition,
  useFieldInvalidation,
} from "../../../records/custom-field/field-data.ts";
import { RowList } from "../../../records/record/row-list.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { ProgressBar } from "../../../ui/kit/progress-bar.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import type { TableColumn } from "../../../ui/kit/table.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { SettingsFrame } from "../settings/settings-frame.tsx";
import { useAddress } from "../settings/use-address.ts";
import { useSettingList } from "../settings/use-setting-list.ts";
import { CustomFieldForm } from "./custom-field-form.tsx";

const ALL = "all";
const NOTHING = <span className="text-text-muted">{EMPTY}</span>;
const FIRST_KIND = "lead";
const REFRESH_MS = 2000;

/** The fields that the tenant has added, by the kind of record. */
export function CustomFieldsPage() {
  const t = useText();
  const invalidate = useFieldInvalidation();
  const addColumn = useColumnAddition();
  const canLayOut = useSession().permissions.includes(LAYOUT_PERMISSION);
  const { parameters, change } = useAddress();
  const { kind: shown } = parameters;
  const { data: index = [] } = useKindIndex();
  const { data: schema } = useKind(CUSTOM_FIELD.kind);
  const [edited, setEdited] = useState<CustomField | "new">();
  const { list, rows } = useSettingList<CustomField>(
    CUSTOM_FIELD.kind,
    CUSTOM_FIELDS_PATH,
    { limit: 100, ...(shown ? { entity_type: shown } : {}) },
    true,
    (loaded) => (loaded.some(isBusy) ? REFRESH_MS : false),
  );
  const names = schema?.fields.find(({ name }) => name === "entity_type")?.choices?.map(({ code }) => code) ?? [];
  const kinds = index.filter(({ kind }) => names.includes(kind));
  const nameKind = (kind: string): string => index.find((candidate) => candidate.kind === kind)?.labels ?? kind;
  const send = async (
    { id, entity_type }: CustomField,
    method: "PATCH" | "DELETE" | "POST",
    { path = "", body }: { readonly path?: string; readonly body?: object } = {},
  ): Promise<boolean> => {
    try {
      await crm.request(method, `${CUSTOM_FIELDS_PATH}/${id}${path}`, body ? { body } : {});
      await invalidate(entity_type);
      return true;
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields)[0] ?? t("The field could not be changed"), isError: true });
      return false;
    }
  };
  const remove = async (field: CustomField): Promise<void> => {
    if (!(await send(field, "DELETE"))) return;
    showToast({
      text: t("{name} was deleted", { name: field.field_label }),
      undo: () => void send(field, "POST", { path: "/restore" }),
    });
  };
  const showInList = async (field: CustomField): Promise<void> => {
    if (await addColumn(field.entity_type, field.field_name))
      showToast({ text: t("{name} is a column of {kinds}", { name: field.field_label, kinds: nameKind(field.entity_type) }) });
  };
  const label = (field: CustomField) => (
    <span className="flex min-w-0 flex-col">
      <Link variant="title" onPress={() => setEdited(field)}>
        {field.field_label}
      </Link>
      <bdi className="font-mono text-meta wrap-anywhere text-text-muted">{field.field_name}</bdi>
    </span>
  );
  const type = ({ field_type, picklist_values }: CustomField): string =>
    picklist_values
      ? t("{type}: {options}", {
          type: nameType(field_type, t),
          options: picklist_values.flatMap(({ label: name, is_retired }) => (is_retired ? [] : [name])).join(", "),
        })
      : nameType(field_type, t);
  const marks = (field: CustomField) => {
    const tags = [
      ...(field.is_active ? [] : [t("Hidden")]),
      ...(field.is_required ? [t("Required")] : []),
      ...(field.is_unique ? [t("Unique")] : []),
      ...(field.visible_to.length > 0
        ? [t("Only {roles}", { roles: field.visible_to.map((role) => nameRole(role, t)).join(", ") })]
        : []),
    ];
    if (tags.length === 0) return null;
    return (
      <span className="flex flex-wrap gap-1">
        {tags.map((text) => (
          <Tag key={text} label={text} />
        ))}
      </span>
    );
  };
  const progress = (field: CustomField) => {
    const text = describeIndex(field, t);
    if (text === undefined) return null;
    return (
      <span className="flex min-w-field-short flex-col gap-1 text-text-muted">
        {text}
        {isBusy(field) ? <ProgressBar label={text} value={0} max={undefined} /> : null}
      </span>
    );
  };
  const menu = (field: CustomField) => (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall label={t("Actions for {name}", { name: field.field_label })} icon={<Ellipsis />} />}
    >
      <MenuItem label={t("Edit")} onAction={() => setEdited(field)} />
      {canLayOut ? (
        <>
          <MenuItem label={t("Show it in the list")} onAction={() => void showInList(field)} />
          <MenuItem label={t("Place it in the form")} href={`/crm/settings/layouts?kind=${field.entity_type}`} />
        </>
      ) : null}
      <MenuItem
        label={field.is_active ? t("Hide from all") : t("Show again")}
        onAction={() => void send(field, "PATCH", { body: { is_active: !field.is_active } })}
      />
      <MenuItem isDanger label={t("Delete")} onAction={() => void remove(field)} />
    </Menu>
  );
  const columns: TableColumn<CustomField>[] = [
    { id: "label", label: t("Field"), render: label },
    ...(shown ? [] : [{ id: "kind", label: t("Record"), render: ({ entity_type }: CustomField) => nameKind(entity_type) }]),
    { id: "type", label: t("Type"), render: type },
    { id: "marks", label: t("Rules"), render: (field) => marks(field) ?? NOTHING },
    { id: "progress", label: t("Filter and sort"), render: (field) => progress(field) ?? NOTHING },
    { id: "menu", label: t("Actions"), isForActions: true, render: menu },
  ];
  const create = (
    <Button variant="primary" icon={<Plus />} isDisabled={kinds.length === 0} onPress={() => setEdited("new")}>
      {t("New field")}
    </Button>
  );
  return (
    <SettingsFrame
      title={t("Custom fields")}
      description={t(
        "Fields of your own on leads, customers and other records. Values stay stored when a field is hidden or deleted.",
      )}
      isLoading={list.isPending}
      actions={list.isPending || rows.length > 0 || shown ? create : undefined}
    >
      <span className="w-full tablet:w-field">
        <Select
          label={t("Kind of record")}
          options={[{ id: ALL, label: t("All kinds") }, ...kinds.map(({ kind, labels }) => ({ id: kind, label: labels }))]}
          value={shown ?? ALL}
          onChange={(key) => change({ kind: key === ALL ? "" : String(key) })}
        />
      </span>
      <ListState
        query={list}
        isEmpty={rows.length === 0}
        empty={
          <EmptyState kind="empty" title={t("No custom fields yet")} action={shown ? undefined : create}>
            {t("Add fields that the standard does not have, such as the length of a boat.")}
          </EmptyState>
        }
      />
      <RowList
        label={t("Custom fields")}
        columns={columns}
        rows={rows}
        pages={list}
        renderCard={(field) => (
          <>
            <span className="flex items-start gap-2">
              <span className="min-w-0 flex-1">{label(field)}</span>
              <span className="pointer-coarse:-my-2 pointer-coarse:-me-3">{menu(field)}</span>
            </span>
            <span className="text-text-muted">{[nameKind(field.entity_type), type(field)].join(" · ")}</span>
            {marks(field)}
            {progress(field)}
          </>
        )}
      />
      {edited ? (
        <CustomFieldForm
          field={edited === "new" ? undefined : edited}
          kinds={kinds}
          startKind={shown ?? FIRST_KIND}
          onClose={() => setEdited(undefined)}
        />
      ) : null}
    </SettingsFrame>
  );
}
