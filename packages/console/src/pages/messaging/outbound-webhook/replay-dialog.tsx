import { crm } from "../../../api/client.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { InstantField } from "../../../ui/kit/instant-field.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";

interface ReplayDialogProps {
  /** The path of the endpoint. */
  readonly path: string;
  readonly onClose: () => void;
}

const DAY_MS = 86_400_000;

/** Sends the events of a period again. */
export function ReplayDialog({ path, onClose }: ReplayDialogProps) {
  const t = useText();
  const { timeZone } = useTextOptions();
  const form = useFormState({ from: new Date(Date.now() - DAY_MS).toISOString(), to: null }, t, useDraft(`replay ${path}`));
  const value = (name: string): string | null => (form.values[name] as string | null | undefined) ?? null;
  const run = async (): Promise<void> => {
    const { from, to } = form.values;
    const body = { from, ...(to ? { to } : {}) };
    const isDone = await form.submit(() => crm.request("POST", `${path}/replay`, { body }).then(() => true));
    if (!isDone) return;
    showToast({ text: t("The events are sent again") });
    form.discard();
    onClose();
  };
  return (
    <FormLayer
      layer="dialog"
      title={t("Send events again")}
      form={form}
      submit={{ label: t("Send again"), run }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={["from", "to"]} labelFor={(field) => field} />
      <p className="text-control text-text-muted">
        {t("The receiver gets the events of this period once more, with the same ids. Events are stored for 30 days.")}
      </p>
      <InstantField
        label={t("From")}
        value={value("from")}
        timeZone={timeZone}
        onChange={(from) => form.set("from", from)}
        error={form.errors.fields.from}
      />
      <InstantField
        label={t("Until")}
        note="optional"
        help={t("Without a time: until now.")}
        value={value("to")}
        timeZone={timeZone}
        onChange={(to) => form.set("to", to)}
        error={form.errors.fields.to}
      />
    </FormLayer>
  );
}
