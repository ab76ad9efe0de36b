import { Ellipsis, History, Pencil, Plus, Trash2 } from "lucide-react";
import { crm } from "../../../api/client.ts";
import { type ConsoleRecord, useInvalidation } from "../../../api/records.ts";
import { type Field, type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { useSession } from "../../../api/session.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { PageFrame } from "../../../frame/shell/page-frame.tsx";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { Switch } from "../../../ui/kit/switch.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { PriceTrial } from "./price-trial.tsx";
import { PRICING_PATH, usePricingRules } from "./pricing-data.ts";
import { createNameList, describeRule } from "./pricing-rules.ts";

const WRITE_PERMISSION = "pricing_rule:write";

/** All pricing rules in the order in which they are tried, as sentences, and a trial of them. */
export function PricingPage() {
  const t = useText();
  const navigate = useNavigate();
  const { data: kind } = useKind("pricing_rule");
  const rules = usePricingRules(kind);
  const { permissions } = useSession();
  const canWrite = permissions.includes(WRITE_PERMISSION);
  const create = (): void => void navigate({ to: `${PRICING_PATH}/create` });
  return (
    <PageFrame
      title={t("Pricing rules")}
      description={t(
        "Rules change the prices of quotes. The first rule that matches a line counts, and rules that stack are combined.",
      )}
      width="record"
      isLoading={rules.isPending}
      actions={
        canWrite ? (
          <Button variant="primary" icon={<Plus />} onPress={create}>
            {t("New rule")}
          </Button>
        ) : undefined
      }
    >
      <div className="grid min-w-0 grid-cols-1 items-start gap-6 desktop:grid-cols-(--pricing-columns)">
        {rules.error ? (
          <LoadError query={rules} text={t("The rules could not be loaded")} />
        ) : !rules.data || !kind ? (
          <Skeleton shape="block" />
        ) : rules.data.length === 0 ? (
          <EmptyState
            kind="empty"
            title={t("There are no pricing rules yet")}
            action={canWrite ? <Button onPress={create}>{t("New rule")}</Button> : undefined}
          >
            {t("A rule gives a discount or a fixed price, such as 10% from 10 pieces.")}
          </EmptyState>
        ) : (
          <ol className="flex min-w-0 flex-col gap-2">
            {rules.data.map((rule, index) => (
              <RuleCard
                key={rule.id}
                kind={kind}
                rule={rule}
                place={rules.data.length > 1 ? index + 1 : undefined}
                canWrite={canWrite}
              />
            ))}
          </ol>
        )}
        {rules.isPending ? null : <PriceTrial />}
      </div>
    </PageFrame>
  );
}

interface RuleCardProps {
  readonly kind: Kind;
  readonly rule: ConsoleRecord;
  /** Undefined: there is only this rule, and no order. */
  readonly place: number | undefined;
  readonly canWrite: boolean;
}

function RuleCard({ kind, rule, place, canWrite }: RuleCardProps) {
  const t = useText();
  const navigate = useNavigate();
  const options = useTextOptions();
  const invalidate = useInvalidation();
  const name = String(rule.name);
  const isActive = rule.is_active === true;
  const path = `${kind.path}/${rule.id}`;
  const run = async (send: () => Promise<unknown>, text: string, undo?: () => Promise<unknown>): Promise<void> => {
    try {
      await send();
      showToast({ text, ...(undo ? { undo: () => void undo().then(() => invalidate(kind, rule.id)) } : {}) });
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      showToast({ text: form ?? Object.values(fields).join(" "), isError: true });
    }
    await invalidate(kind, rule.id);
  };
  const setActive = (is_active: boolean): void =>
    void run(
      () => crm.request("PATCH", path, { body: { is_active }, ifMatch: Number(rule.version) }),
      is_active ? t("{name} is active", { name }) : t("{name} is retired", { name }),
    );
  const remove = (): void =>
    void run(
      () => crm.request("DELETE", path, {}),
      t("{name} was deleted", { name }),
      () => crm.request("POST", `${path}/restore`, {}),
    );
  return (
    <li className="flex min-w-0 flex-wrap items-start gap-3 rounded-card border border-border bg-surface p-3 tablet:flex-nowrap">
      {place === undefined ? null : (
        <span className="flex h-target w-target shrink-0 items-center justify-center text-meta tabular-nums text-text-muted">
          {place}
        </span>
      )}
      <span className="flex min-w-0 flex-1 flex-col gap-1">
        <span className="flex min-w-0 flex-wrap items-center gap-2">
          <Link variant="title" href={canWrite ? `${PRICING_PATH}/edit/${rule.id}` : recordPath(kind, rule.id)}>
            {name}
          </Link>
          {place === undefined ? null : <Tag label={t("Priority {number}", { number: rule.priority })} />}
          {rule.stacks ? <Tag label={t("Stacks")} hue="teal" /> : null}
        </span>
        <span dir="auto" className={isActive ? "text-body wrap-anywhere" : "text-body text-text-muted wrap-anywhere"}>
          {describeRule(rule, createNameList(kind.fields as Field[], rule, options), options)}
        </span>
      </span>
      {canWrite ? (
        <span className="flex w-full shrink-0 items-baseline justify-end gap-1 tablet:w-auto tablet:items-center">
          <Switch isSelected={isActive} onChange={setActive} aria-label={t("{name} is active", { name })}>
            {t("Active")}
          </Switch>
          <Menu
            placement="bottom end"
            trigger={<IconButton isSmall label={t("Actions for {name}", { name })} icon={<Ellipsis />} />}
          >
            <MenuItem
              label={t("Edit")}
              icon={<Pencil />}
              onAction={() => void navigate({ to: `${PRICING_PATH}/edit/${rule.id}` })}
            />
            <MenuItem
              label={t("Details and history")}
              icon={<History />}
              onAction={() => void navigate({ to: recordPath(kind, rule.id) })}
            />
            <MenuItem isDanger label={t("Delete")} icon={<Trash2 />} onAction={remove} />
          </Menu>
        </span>
      ) : null}
    </li>
  );
}
