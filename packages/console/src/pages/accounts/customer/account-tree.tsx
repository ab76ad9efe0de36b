import { useState } from "react";
import { type Kind, recordPath, useKind } from "../../../api/schema.ts";
import { useNavigate } from "../../../api/use-navigate.ts";
import { LoadError } from "../../../frame/shell/load-error.tsx";
import { CreateDrawer } from "../../../input/form/create-drawer.tsx";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import type { Option } from "../../../ui/kit/option.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { TreePicture } from "../../../ui/kit/tree-picture.tsx";
import { useIsPhone } from "../../../ui/kit/use-media.ts";
import { AccountBox, useAccountText } from "./account-box.tsx";
import { MoveDialog } from "./move-dialog.tsx";
import { useAccountTree } from "./tree-data.ts";
import { type AccountEntry, canMoveBelow } from "./tree-rules.ts";

const SIZES = { width: 256, height: 104, columnGap: 48, rowGap: 12 } as const;

interface AccountTreeViewProps {
  /** The customer that the picture is about. Without it the groups of the organization are shown. */
  readonly focus?: string | undefined;
  /** Shows the group of a customer. */
  readonly onFocus?: (id: string) => void;
}

/** The groups of customers as a picture, with the totals of each branch. */
export function AccountTreeView(props: AccountTreeViewProps) {
  const { data: kind } = useKind("customer");
  return kind ? <LoadedTree key={props.focus ?? ""} kind={kind} {...props} /> : <Skeleton shape="block" />;
}

interface Move {
  readonly entry: AccountEntry;
  readonly target: Option | null | undefined;
}

const toOption = ({ node }: AccountEntry): Option => ({ id: node.id, label: node.name ?? "" });

function LoadedTree({ kind, focus, onFocus }: AccountTreeViewProps & { readonly kind: Kind }) {
  const t = useText();
  const isPhone = useIsPhone();
  const navigate = useNavigate();
  const tree = useAccountTree(focus);
  const [move, setMove] = useState<Move>();
  /** Above which customer a new one is created; null: the user chooses it in the drawer. */
  const [above, setAbove] = useState<AccountEntry | null>();
  const { describe } = useAccountText(kind.fields);
  const canWrite = kind.operations.includes("update");
  const canCreate = kind.operations.includes("create");
  const { entries } = tree;
  const open = ({ kind: type, node }: AccountEntry): void => {
    if (type === "account") void navigate({ to: recordPath(kind, node.id) });
  };
  return (
    <div className="flex min-w-0 flex-col gap-3" aria-busy={tree.isPending}>
      {tree.error ? (
        <LoadError query={{ error: tree.error, refetch: tree.retry }} text={t("The hierarchy could not be loaded")} />
      ) : null}
      {tree.isPending && entries.length === 0 ? <Skeleton shape="block" /> : null}
      {!tree.isPending && !tree.error && entries.length === 0 ? (
        <EmptyState
          kind="empty"
          title={t("No customer is below another one yet")}
          action={
            canCreate ? (
              <Button variant="primary" onPress={() => setAbove(null)}>
                {t("New subsidiary")}
              </Button>
            ) : undefined
          }
        >
          {t("Search for a customer and move others below it, to see what they buy together.")}
        </EmptyState>
      ) : null}
      {entries.length === 0 ? null : (
        <>
          <span className="flex min-h-control-small flex-wrap gap-2">
            {entries.some(({ isExpanded }) => isExpanded === false) ? (
              <Button isSmall variant="quiet" onPress={tree.expandLevel}>
                {t("Expand one level")}
              </Button>
            ) : null}
            {entries.some(({ level, isExpanded }) => level > 1 && isExpanded) ? (
              <Button isSmall variant="quiet" onPress={tree.collapseAll}>
                {t("Collapse all")}
              </Button>
            ) : null}
          </span>
          <TreePicture
            label={t("Account hierarchy")}
            entries={entries}
            sizes={SIZES}
            isIndented={isPhone}
            selected={focus}
            describe={describe}
            onToggle={({ id }) => tree.toggle(id)}
            onOpen={open}
            render={(entry) => (
              <AccountBox
                entry={entry}
                tree={tree}
                fields={kind.fields}
                {...(onFocus ? { onFocus: ({ id }: AccountEntry) => onFocus(id) } : {})}
                onMove={canWrite ? (moved) => setMove({ entry: moved, target: undefined }) : undefined}
                onDetach={canWrite ? (moved) => setMove({ entry: moved, target: null }) : undefined}
                onAdd={canCreate ? setAbove : undefined}
              />
            )}
            {...(canWrite
              ? {
                  drag: {
                    canStart: (entry: AccountEntry) => entry.kind === "account",
                    canDrop: (dragged: AccountEntry, target: AccountEntry) => canMoveBelow(dragged, target, entries),
                    onDrop: (entry: AccountEntry, target: AccountEntry) => setMove({ entry, target: toOption(target) }),
                  },
                }
              : {})}
          />
        </>
      )}
      {move ? <MoveDialog kind={kind} entry={move.entry} target={move.target} onClose={() => setMove(undefined)} /> : null}
      <CreateDrawer
        kindName={above === undefined ? undefined : kind.kind}
        preset={{ customer_type: "business", ...(above ? { parent_customer_id: above.id } : {}) }}
        labels={above ? { parent_customer_id: toOption(above) } : {}}
        fields={["parent_customer_id", "account_type"]}
        onCreated={() => setAbove(undefined)}
        onClose={() => setAbove(undefined)}
      />
    </div>
  );
}
