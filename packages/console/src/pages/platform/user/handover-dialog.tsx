import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { crm, type ReadQuery, read } from "../../../api/client.ts";
import { createRecordSearch } from "../../../api/option-search.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { useKindIndex } from "../../../api/schema.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { FormLayer } from "../../../input/form/form-layer.tsx";
import { useFormState } from "../../../input/form/form-state.ts";
import { FormSummary } from "../../../input/form/form-summary.tsx";
import { useDraft } from "../../../input/form/use-draft.ts";
import { CHANGES_PATH, useBulkJobs } from "../../../records/bulk/use-bulk-jobs.ts";
import type { BulkChange } from "../../../records/rows/bulk-rules.ts";
import { numberFormat } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Checkbox } from "../../../ui/kit/checkbox.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { Reference } from "../../../ui/kit/reference.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { buildHandover, buildHandoverQuery, handoverKinds } from "./user-rules.ts";

interface HandoverDialogProps {
  readonly user: ConsoleRecord;
  readonly onClose: () => void;
}

/** Deactivates a user, and gives their records to another one. */
export function HandoverDialog({ user, onClose }: HandoverDialogProps) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const invalidate = useInvalidation();
  const { track } = useBulkJobs();
  const name = String(user.display_name);
  const form = useFormState({ successor: null, kept: [] }, t, useDraft(`deactivate ${user.id}`));
  const successor = form.values.successor as Option | null;
  const kept = form.values.kept as readonly string[];
  const userKind = kinds.find(({ kind }) => kind === "user");
  const search = useMemo(() => {
    const find = createRecordSearch(userKind);
    return async (text: string, signal: AbortSignal) => (await find(text, signal)).filter(({ id }) => id !== user.id);
  }, [userKind, user.id]);
  const entries = handoverKinds.flatMap((entry) => {
    const summary = kinds.find(({ kind }) => kind === entry.kind);
    return summary ? [{ ...entry, summary }] : [];
  });
  const { data: counts, isError } = useQuery({
    queryKey: [...scope, "handover", user.id],
    enabled: kinds.length > 0,
    gcTime: 0,
    queryFn: async () =>
      Promise.all(
        entries.map(async (entry) => {
          const query = buildHandoverQuery(entry, user.id) as ReadQuery;
          const { meta } = await read<unknown[]>(entry.summary.path, { ...query, limit: 1 });
          return [entry.kind, Number(meta.total ?? 0)] as const;
        }),
      ),
  });
  const countByKind = new Map(counts ?? []);
  const owned = entries.filter(({ kind }) => (countByKind.get(kind) ?? 0) > 0);
  const given = successor === null ? [] : owned.filter(({ kind }) => !kept.includes(kind));
  const save = async (): Promise<void> => {
    const isDone = await form.submit(async () => {
      for (const entry of given) {
        const body = buildHandover(entry, user.id, successor?.id ?? "");
        track(await crm.request<BulkChange>("POST", CHANGES_PATH, { body }).then((change) => change), entry, false);
      }
      await crm.request("PATCH", `/api/v1/users/${user.id}/status`, { body: { status: "INACTIVE" } });
      return true;
    });
    await invalidate({ kind: "user" }, user.id);
    if (!isDone) return;
    showToast({ text: t("{name} was deactivated", { name }) });
    onClose();
  };
  // The dialog opens once it is known what there is to hand over, so that it does not grow.
  if (counts === undefined && !isError) return null;
  return (
    <FormLayer
      layer="dialog"
      title={t("Deactivate {name}?", { name })}
      form={form}
      submit={{ label: given.length > 0 ? t("Hand over and deactivate") : t("Deactivate"), isDanger: true, run: save }}
      onClose={onClose}
    >
      <FormSummary form={form} shownFields={[]} labelFor={(field) => field} />
      <p className="text-control text-text-muted">
        {t(
          "They are signed out within a minute and can no longer sign in. Nothing that they did is lost, and you can activate them again.",
        )}
      </p>
      <Reference
        label={t("Hand over their records to")}
        note="optional"
        help={t("Without a name, their records stay as they are.")}
        value={successor}
        onChange={(option) => form.set("successor", option && { id: option.id, label: option.label })}
        search={search}
      />
      {counts && owned.length === 0 ? (
        <p className="text-control text-text-muted">{t("{name} owns no open records.", { name })}</p>
      ) : null}
      {owned.length > 0 ? (
        <fieldset className="flex flex-col gap-2" disabled={successor === null}>
          <legend className="pb-1 text-control font-medium">{t("Open records of {name}", { name })}</legend>
          {owned.map(({ kind, summary }) => (
            <Checkbox
              key={kind}
              isDisabled={successor === null}
              isSelected={!kept.includes(kind)}
              onChange={(isGiven) => form.set("kept", isGiven ? kept.filter((other) => other !== kind) : [...kept, kind])}
            >
              {t("{kind}: {count}", { kind: summary.labels, count: numberFormat(locale).format(countByKind.get(kind) ?? 0) })}
            </Checkbox>
          ))}
        </fieldset>
      ) : null}
    </FormLayer>
  );
}
