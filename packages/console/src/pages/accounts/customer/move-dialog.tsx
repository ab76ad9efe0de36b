import { useQueryClient } from "@tanstack/react-query";
import { crm } from "../../../api/client.ts";
import { createRecordSearch } from "../../../api/option-search.ts";
import { type ConsoleRecord, useInvalidation, useRecord } from "../../../api/records.ts";
import type { Kind } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { formatMoney, listLabels } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { useDraft } from "../../../input/form/use-draft.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { Select } from "../../../ui/kit/select.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { type AccountEntry, formatAmounts } from "./tree-rules.ts";

interface MoveDialogProps {
  readonly kind: Kind;
  readonly entry: AccountEntry;
  /** The customer above it from now on. null: none. Undefined: the user chooses it. */
  readonly target: Option | null | undefined;
  readonly onClose: () => void;
}

const NO_ROLE = "none";

/** Moves a customer, with all customers below it, in the tree, after it has said what follows. */
export function MoveDialog({ kind, entry, target, onClose }: MoveDialogProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const queries = useQueryClient();
  const invalidate = useInvalidation();
  const scope = useScope();
  const record = useRecord(kind, entry.id).data;
  const form = useFormState({ parent: target ?? null }, t, useDraft(`move customer ${entry.id} ${target?.id ?? ""}`));
  const parent = form.values.parent as Option | null;
  const name = entry.node.name ?? "";
  const parentField = kind.fields.find((field) => field.name === "parent_customer_id");
  const roles = kind.fields.find((field) => field.name === "account_type");
  const former = record && parentField ? listLabels(record, parentField)[0] : undefined;
  const { parent: _parent, ...changes } = form.changes;
  const role = (changes.account_type ?? record?.account_type ?? null) as string | null;
  const isOut = target === null;
  const store = async (body: Readonly<Record<string, unknown>>, version: unknown): Promise<ConsoleRecord> => {
    const saved = await crm.request<ConsoleRecord>("PATCH", `${kind.path}/${entry.id}`, { body, ifMatch: Number(version) });
    await Promise.all([
      invalidate(kind, entry.id),
      queries.invalidateQueries({ queryKey: [...scope, "hierarchy"] }),
      queries.invalidateQueries({ queryKey: [...scope, "hierarchy-tops"] }),
    ]);
    return saved;
  };
  const move = async (): Promise<void> => {
    if (!record || (!isOut && parent === null)) return;
    const body = { parent_customer_id: isOut ? null : parent?.id, ...changes };
    const saved = await form.submit(() => store(body, record.version));
    if (!saved) return;
    const before = { parent_customer_id: record.parent_customer_id, account_type: record.account_type };
    showToast({
      text: isOut
        ? t("{name} was taken out of the group", { name })
        : t("{name} is below {parent} now", { name, parent: parent?.label ?? "" }),
      undo: () => void form.submit(() => store(before, saved.version)),
    });
    form.discard();
    onClose();
  };
  const { customers = 1, amounts = [] } = entry.answer?.roll_up ?? {};
  const format = (value: string, currency: string): string => formatMoney(value, currency, locale);
  const won = formatAmounts(amounts, "won_amount", format);
  const open = formatAmounts(amounts, "pipeline_value", format);
  const sums = [won === "" ? "" : t("{amount} won", { amount: won }), open === "" ? "" : t("{amount} open", { amount: open })]
    .filter((text) => text !== "")
    .join(", ");
  const effects = [
    customers > 1
      ? t("{count, plural, one {# customer below it moves} other {# customers below it move}} with it.", { count: customers - 1 })
      : "",
    sums !== "" && former ? t("The totals of {name} lose {sums}.", { name: former.name, sums }) : "",
    sums !== "" && parent ? t("The totals of {name} gain {sums}.", { name: parent.label, sums }) : "",
    t("Owners, contacts and amounts of the customers stay as they are."),
  ].filter((text) => text !== "");
  const errors = form.errors.fields;
  const other = Object.entries(errors).find(([field]) => field !== "parent_customer_id" && field !== "account_type")?.[1];
  return (
    <FormLayer
      layer="dialog"
      title={isOut ? t("Remove {name} from the group", { name }) : t("Move {name}", { name })}
      form={form}
      submit={{ label: isOut ? t("Take out") : t("Move"), run: move }}
      onClose={onClose}
    >
      <div className="flex min-w-0 flex-col gap-4">
        {(form.errors.form ?? other) === undefined ? null : <Banner kind="danger" title={form.errors.form ?? other ?? ""} />}
        {isOut ? null : (
          <Reference
            label={t("Below")}
            value={parent}
            onChange={(option) => form.set("parent", option && { id: option.id, label: option.label })}
            search={createRecordSearch(kind)}
            error={errors.parent_customer_id}
          />
        )}
        {roles?.choices && !isOut ? (
          <Select
            label={roles.label}
            note="optional"
            options={[
              { id: NO_ROLE, label: t("None") },
              ...roles.choices.map((choice) => ({ id: choice.code, label: choice.name })),
            ]}
            value={role ?? NO_ROLE}
            onChange={(key) => form.set("account_type", key === NO_ROLE ? null : String(key))}
            error={errors.account_type}
          />
        ) : null}
        {isOut && errors.parent_customer_id ? <Banner kind="danger" title={errors.parent_customer_id} /> : null}
        <ul className="flex list-disc flex-col gap-1 ps-4 text-control text-text-muted">
          {effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
      </div>
    </FormLayer>
  );
}
