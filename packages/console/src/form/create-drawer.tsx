import { useNavigate } from "@tanstack/react-router";
import { useId, useState } from "react";
import { crm } from "../data/client.ts";
import { type ConsoleRecord, useInvalidation } from "../data/records.ts";
import { formatTitle, type Kind, recordPath, useKind } from "../data/schema.ts";
import { toNoun } from "../i18n/noun.ts";
import { useText } from "../i18n/use-text.ts";
import { Button } from "../kit/button.tsx";
import { Checkbox } from "../kit/checkbox.tsx";
import { Drawer } from "../kit/drawer.tsx";
import type { Option } from "../kit/option.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import { showToast } from "../kit/toast.tsx";
import { buildBody, useFormState } from "./form-state.ts";
import { RecordForm } from "./record-form.tsx";

interface CreateDrawerProps {
  readonly kindName: string | undefined;
  /** Values of the new record, such as the record that it belongs to. */
  readonly preset?: Readonly<Record<string, unknown>>;
  /** Names of the records in `preset`. */
  readonly labels?: Readonly<Record<string, Option | null>>;
  /** Fields that are shown in addition to the primary ones. */
  readonly fields?: readonly string[];
  readonly onClose: () => void;
}

/** Creates a record of a kind with its primary fields, or with all of them. */
export function CreateDrawer({ kindName, preset = {}, labels, fields, onClose }: CreateDrawerProps) {
  const { data: kind } = useKind(kindName);
  if (kindName === undefined) return null;
  if (!kind)
    return (
      <Drawer title="" isOpen onOpenChange={onClose}>
        <Skeleton shape="block" />
      </Drawer>
    );
  return <CreateForm key={kindName} kind={kind} preset={preset} labels={labels} fields={fields} onClose={onClose} />;
}

const defaultsOf = (kind: Kind): Record<string, unknown> =>
  Object.fromEntries(kind.fields.flatMap((field) => (field.default === undefined ? [] : [[field.name, field.default]])));

function CreateForm({
  kind,
  preset,
  labels,
  fields,
  onClose,
}: Required<Pick<CreateDrawerProps, "preset">> &
  Pick<CreateDrawerProps, "labels" | "fields" | "onClose"> & { readonly kind: Kind }) {
  const t = useText();
  const navigate = useNavigate();
  const invalidate = useInvalidation();
  const formId = useId();
  const form = useFormState({ ...defaultsOf(kind), ...preset }, t);
  const [isShort, setShort] = useState(true);
  const [staysOpen, setStaysOpen] = useState(false);
  const save = async (opens: boolean): Promise<void> => {
    const created = await form.submit(async () => {
      const body = buildBody({ ...preset, ...form.changes });
      return crm.request<ConsoleRecord>("POST", kind.path, { body }).then((record) => record);
    });
    if (!created) return;
    await invalidate(kind);
    if (opens) {
      onClose();
      await navigate({ to: recordPath(kind, created.id) as never });
      return;
    }
    showToast({ text: t("{name} was created", { name: formatTitle(kind, created) }) });
    if (staysOpen) form.reset({ ...defaultsOf(kind), ...preset });
    else onClose();
  };
  return (
    <Drawer
      title={t("New {kind}", { kind: toNoun(kind.label) })}
      isOpen
      isDismissable={!form.isChanged}
      onOpenChange={onClose}
      actions={() => (
        <>
          <span className="me-auto">
            <Checkbox isSelected={staysOpen} onChange={setStaysOpen}>
              {t("Create another")}
            </Checkbox>
          </span>
          <Button onPress={() => void save(true)} isPending={form.isSaving}>
            {t("Save and open")}
          </Button>
          <Button variant="primary" type="submit" form={formId} isPending={form.isSaving}>
            {form.isSaving ? t("Saving…") : t("Create")}
          </Button>
        </>
      )}
    >
      <form
        id={formId}
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          void save(false);
        }}
        onKeyDown={(event) => {
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) void save(true);
        }}
        className="flex flex-col gap-6"
      >
        <RecordForm kind={kind} form={form} mode="create" isShort={isShort} labels={labels} more={fields} />
        {isShort ? (
          <span>
            <Button variant="quiet" isSmall onPress={() => setShort(false)}>
              {t("Show all fields")}
            </Button>
          </span>
        ) : null}
      </form>
    </Drawer>
  );
}
