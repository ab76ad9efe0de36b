import { ChevronDown, ChevronRight, Ellipsis } from "lucide-react";
import type { Field } from "../../../api/schema.ts";
import { listPath, recordPath, useKindIndex } from "../../../api/schema.ts";
import { EMPTY, formatMoney } from "../../../api/value-text.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { CellLink, Link } from "../../../ui/kit/link.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import type { AccountTree } from "./tree-data.ts";
import { type AccountEntry, formatAmounts } from "./tree-rules.ts";

/** What a user may do with a customer of the picture. */
interface AccountActions {
  readonly onFocus?: (entry: AccountEntry) => void;
  readonly onMove: ((entry: AccountEntry) => void) | undefined;
  readonly onDetach: ((entry: AccountEntry) => void) | undefined;
  readonly onAdd: ((entry: AccountEntry) => void) | undefined;
}

interface AccountBoxProps extends AccountActions {
  readonly entry: AccountEntry;
  readonly tree: AccountTree;
  readonly fields: readonly Field[];
}

const nameChoice = (fields: readonly Field[], name: string, code: string | null): string =>
  fields.find((field) => field.name === name)?.choices?.find((choice) => choice.code === code)?.name ?? "";

/** Facts of a customer in words: its role, its status, and how many are below it. */
export function useAccountText(fields: readonly Field[]) {
  const t = useText();
  const { locale } = useTextOptions();
  const listFacts = ({ node, answer }: AccountEntry): string[] => {
    const below = (answer?.roll_up.customers ?? 1) - 1;
    return [
      nameChoice(fields, "account_type", node.account_type),
      nameChoice(fields, "status", node.status),
      below > 0 ? t("{count, plural, one {# customer below} other {# customers below}}", { count: below }) : "",
    ].filter((text) => text !== "");
  };
  const listSums = ({ answer }: AccountEntry): readonly { readonly label: string; readonly text: string }[] => {
    const format = (value: string, currency: string): string => formatMoney(value, currency, locale);
    const amounts = answer?.roll_up.amounts ?? [];
    return [
      { label: t("Won"), text: formatAmounts(amounts, "won_amount", format) || EMPTY },
      { label: t("Pipeline"), text: formatAmounts(amounts, "pipeline_value", format) || EMPTY },
    ];
  };
  const describe = (entry: AccountEntry): string =>
    entry.kind === "more"
      ? t("Further customers below {name}", { name: entry.node.name ?? "" })
      : [entry.node.name, ...listFacts(entry), ...listSums(entry).map(({ label, text }) => `${label} ${text}`)].join(", ");
  return { listFacts, listSums, describe };
}

/** A customer in the picture of its group, with the totals of itself and of those below it. */
export function AccountBox({ entry, tree, fields, ...actions }: AccountBoxProps) {
  const t = useText();
  const { locale } = useTextOptions();
  const { data: kinds = [] } = useKindIndex();
  const { listFacts, listSums } = useAccountText(fields);
  const customers = kinds.find(({ kind }) => kind === "customer");
  const { node, answer, isExpanded } = entry;
  const name = node.name ?? "";
  if (!customers) return null;
  if (entry.kind === "more") {
    const shown = answer?.children.length ?? 0;
    return (
      <div className="flex h-full flex-col items-start justify-center gap-1 p-3 text-control">
        <span className="text-text-muted">
          {t("{count, plural, one {# is shown} other {# are shown}}, there are more", { count: shown })}
        </span>
        {tree.canShowMore(entry) ? (
          <Button isSmall onPress={() => tree.showMore(entry)}>
            {t("Show more")}
          </Button>
        ) : (
          <Link variant="value" href={`${listPath(customers)}?${new URLSearchParams({ parent_customer_id: node.id })}`}>
            {t("Open all in the list")}
          </Link>
        )}
      </div>
    );
  }
  const facts = listFacts(entry).join(" · ");
  const Chevron = isExpanded ? ChevronDown : ChevronRight;
  return (
    <div className="flex h-full min-w-0 flex-col gap-1 py-2 ps-3 pe-2">
      <span className="flex min-w-0 items-center gap-1">
        <span dir="auto" title={name} className="min-w-0 flex-1 truncate text-control">
          <CellLink variant="title" href={recordPath(customers, node.id)}>
            {name}
          </CellLink>
        </span>
        {isExpanded === undefined ? null : (
          <IconButton
            isSmall
            excludeFromTabOrder
            label={isExpanded ? t("Hide the customers below {name}", { name }) : t("Show the customers below {name}", { name })}
            icon={<Chevron className={isExpanded ? "" : "mirror"} />}
            onPress={() => tree.toggle(entry.id)}
          />
        )}
        <AccountMenu entry={entry} name={name} href={recordPath(customers, node.id)} {...actions} />
      </span>
      <span className="min-w-0 truncate text-meta text-text-muted" title={facts}>
        {facts === "" ? node.customer_number : facts}
      </span>
      <span className="grid min-w-0 grid-cols-2 gap-3 pe-1" aria-busy={answer === undefined}>
        {listSums(entry).map(({ label, text }) => (
          <span key={label} className="flex min-w-0 flex-col">
            <span className="text-meta text-text-muted">{label}</span>
            <span className="truncate text-control tabular-nums" title={text}>
              {answer === undefined ? "…" : text}
            </span>
          </span>
        ))}
      </span>
      {answer?.roll_up.is_lower_bound ? (
        <span className="text-meta text-text-muted">
          {t("At least: more than {levels} levels are below", { levels: formatCount(16, locale) })}
        </span>
      ) : null}
    </div>
  );
}

interface AccountMenuProps extends AccountActions {
  readonly entry: AccountEntry;
  readonly name: string;
  readonly href: string;
}

function AccountMenu({ entry, name, href, onFocus, onMove, onDetach, onAdd }: AccountMenuProps) {
  const t = useText();
  return (
    <Menu
      placement="bottom end"
      trigger={<IconButton isSmall excludeFromTabOrder label={t("Actions for {name}", { name })} icon={<Ellipsis />} />}
    >
      <MenuItem label={t("Open")} href={href} />
      {onFocus ? <MenuItem label={t("Show only its group")} onAction={() => onFocus(entry)} /> : null}
      {onAdd ? <MenuItem label={t("New customer below it")} onAction={() => onAdd(entry)} /> : null}
      {onMove ? <MenuItem label={t("Move below another customer")} onAction={() => onMove(entry)} /> : null}
      {onDetach && entry.level > 1 ? <MenuItem label={t("Remove from the group")} onAction={() => onDetach(entry)} /> : null}
    </Menu>
  );
}
