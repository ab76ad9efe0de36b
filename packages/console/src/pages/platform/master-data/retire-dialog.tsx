import { crm } from "../../../api/client.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useBulkJobs } from "../../../records/bulk/use-bulk-jobs.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Combobox } from "../../../ui/kit/combobox.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { hueOf, type MasterKind, type MasterValue } from "./master-rules.ts";

interface RetireDialogProps {
  readonly kind: MasterKind;
  readonly value: MasterValue;
  readonly values: readonly MasterValue[];
  readonly uses: readonly { readonly kind: string; readonly total: number }[] | undefined;
  readonly onRetired: (version: number) => void;
  readonly onClose: () => void;
}

interface RetireResult {
  readonly value: { readonly version: number };
  readonly moves: readonly { readonly kind: string; readonly bulk_change_id: string }[];
  readonly stays: readonly { readonly kind: string; readonly reason: string }[];
}

/** Takes a value out of use, and gives its records another one if the user wants that. */
export function RetireDialog({ kind, value, values, uses = [], onRetired, onClose }: RetireDialogProps) {
  const t = useText();
  const { data: kinds = [] } = useKindIndex();
  const jobs = useBulkJobs();
  const form = useFormState({ replace_with: null }, t, useDraft(`retire ${kind.kind} ${value.id}`));
  const replacement = form.values.replace_with as string | null;
  const { name } = value;
  const labelOf = (record: string): string => kinds.find((summary) => summary.kind === record)?.labels ?? record;
  const retire = async (): Promise<void> => {
    const body = replacement === null ? {} : { replace_with: replacement };
    const result = await form.submit(() =>
      crm.request<RetireResult>("POST", `${kind.path}/${value.id}/retire`, { body }).then((answer) => answer),
    );
    if (!result) return;
    for (const { kind: record, bulk_change_id } of result.moves) jobs.track({ id: bulk_change_id }, { kind: record }, false);
    onRetired(result.value.version);
    const stay = result.stays.map(({ kind: record }) => labelOf(record));
    showToast({
      text:
        stay.length === 0
          ? t("{name} is retired", { name })
          : t("{name} is retired. It stays on: {kinds}", { name, kinds: [...new Set(stay)].join(", ") }),
    });
    onClose();
  };
  const message = form.errors.form ?? Object.entries(form.errors.fields).find(([field]) => field !== "replace_with")?.[1];
  const used = uses.filter(({ total }) => total > 0);
  return (
    <FormLayer
      layer="dialog"
      title={t("Retire {name}", { name })}
      form={form}
      submit={{ label: t("Retire"), run: retire }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        {message === undefined ? null : <Banner kind="danger" title={message} />}
        <p className="text-control text-text-muted">
          {t("Forms and filters no longer offer a retired value. Records that have it keep it, unless you choose another one.")}
        </p>
        {used.map(({ kind: labels, total }) => (
          <p key={labels} className="text-control">
            {t("{kinds} with this value: {count}", { kinds: labels, count: String(total) })}
          </p>
        ))}
        <Combobox
          label={t("Give its records this value")}
          note="optional"
          options={values
            .filter(({ id, is_active }) => id !== value.id && is_active)
            .map((other) => {
              const hue = hueOf(other.color);
              return { id: other.id, label: other.name, ...(hue ? { hue } : {}) };
            })}
          selectedKey={replacement}
          onSelectionChange={(key) => form.set("replace_with", key === null ? null : String(key))}
          error={form.errors.fields.replace_with}
        />
      </div>
    </FormLayer>
  );
}
