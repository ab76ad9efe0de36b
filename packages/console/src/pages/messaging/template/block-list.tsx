import { ArrowDown, ArrowUp, CircleAlert, CopyPlus, MoreHorizontal, Plus, Trash2 } from "lucide-react";
import { Button as AriaButton } from "react-aria-components/Button";
import {
  type BlockPath,
  blockTypes,
  columnBlockTypes,
  formatPath,
  listBlockErrors,
  type MailBlock,
  readColumns,
  summarizeBlock,
} from "../../../records/mail/mail-block.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Button } from "../../../ui/kit/button.tsx";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { BlockIcon } from "./block-icon.tsx";
import { nameBlock } from "./block-names.ts";

export interface BlockEdits {
  readonly add: (path: BlockPath, type: string) => void;
  readonly move: (path: BlockPath, step: 1 | -1) => void;
  readonly duplicate: (path: BlockPath) => void;
  readonly remove: (path: BlockPath) => void;
}

interface BlockListProps {
  readonly blocks: readonly MailBlock[];
  /** The columns block and the column in which the list is. */
  readonly parent?: readonly [number, number];
  readonly chosen: string | undefined;
  readonly errors: Readonly<Record<string, string>>;
  /** Undefined: the user may only look. */
  readonly edit: BlockEdits | undefined;
  readonly onSelect: (path: BlockPath) => void;
}

/** The blocks of a mail below each other. Columns have a list for each column. */
export function BlockList({ blocks, parent, ...props }: BlockListProps) {
  const t = useText();
  const toPath = (index: number): BlockPath => (parent ? [...parent, index] : [index]);
  return (
    <ol className="flex min-w-0 flex-col gap-2">
      {blocks.map((block, index) => {
        const path = toPath(index);
        return (
          // Blocks have no ids, and equal blocks may stand beside each other.
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is what tells a block.
          <li key={index} className="flex min-w-0 flex-col gap-2">
            <BlockCard block={block} path={path} isFirst={index === 0} isLast={index === blocks.length - 1} {...props} />
            {block.type === "columns"
              ? readColumns(block).map((column, position) => (
                  <div
                    // biome-ignore lint/suspicious/noArrayIndexKey: the place is what tells a column.
                    key={position}
                    className="ms-3 flex min-w-0 flex-col gap-2 border-s-2 border-border ps-3"
                  >
                    <p className="text-meta font-medium text-text-muted">{t("Column {number}", { number: position + 1 })}</p>
                    <BlockList blocks={column} parent={[index, position]} {...props} />
                  </div>
                ))
              : null}
          </li>
        );
      })}
      {props.edit ? (
        <li>
          <AddBlock path={toPath(blocks.length)} edit={props.edit} />
        </li>
      ) : null}
    </ol>
  );
}

function AddBlock({ path, edit }: { readonly path: BlockPath; readonly edit: BlockEdits }) {
  const t = useText();
  return (
    <Menu
      trigger={
        <Button isSmall variant="quiet" icon={<Plus />}>
          {t("Add a block")}
        </Button>
      }
      onAction={(type) => edit.add(path, String(type))}
    >
      {(path.length === 1 ? blockTypes : columnBlockTypes).map((type) => (
        <MenuItem key={type} id={type} label={nameBlock(type, t)} icon={<BlockIcon type={type} />} />
      ))}
    </Menu>
  );
}

interface BlockCardProps extends Omit<BlockListProps, "blocks" | "parent"> {
  readonly block: MailBlock;
  readonly path: BlockPath;
  readonly isFirst: boolean;
  readonly isLast: boolean;
}

/** A block in a line. Alt and an arrow move it, and Delete removes it. */
function BlockCard({ block, path, isFirst, isLast, chosen, errors, edit, onSelect }: BlockCardProps) {
  const t = useText();
  const name = nameBlock(block.type, t);
  const summary = summarizeBlock(block);
  const [error] = Object.values(listBlockErrors(path, errors));
  const isChosen = chosen === formatPath(path);
  const run = (key: string): void => {
    if (key === "up" && !isFirst) edit?.move(path, -1);
    if (key === "down" && !isLast) edit?.move(path, 1);
    if (key === "duplicate") edit?.duplicate(path);
    if (key === "remove") edit?.remove(path);
  };
  return (
    <article
      data-block={formatPath(path)}
      className={joinClasses(
        "relative flex min-w-0 items-start gap-2 rounded-card border bg-surface p-2 transition-colors has-data-hovered:border-border-strong",
        error !== undefined ? "border-danger" : isChosen ? "border-accent ring-1 ring-accent" : "border-border",
      )}
    >
      <span className="flex h-control shrink-0 items-center text-text-muted">
        <BlockIcon type={block.type} />
      </span>
      <div className="flex min-w-0 flex-1 flex-col">
        <AriaButton
          aria-pressed={isChosen}
          onPress={() => onSelect(path)}
          onKeyDown={(event) => {
            const key =
              event.altKey && event.key === "ArrowUp"
                ? "up"
                : event.altKey && event.key === "ArrowDown"
                  ? "down"
                  : event.key === "Delete"
                    ? "remove"
                    : undefined;
            if (key && edit) {
              event.preventDefault();
              run(key);
            } else event.continuePropagation();
          }}
          className="flex min-h-control min-w-0 cursor-default flex-col justify-center text-start outline-none after:absolute after:inset-0 after:rounded-card data-focus-visible:after:focus-ring"
        >
          <span className="text-control font-medium">{name}</span>
          {summary === "" ? null : (
            <span dir="auto" className="max-w-full truncate text-meta text-text-muted" title={summary}>
              {summary}
            </span>
          )}
        </AriaButton>
        {error === undefined ? null : (
          <span className="flex items-start gap-1 text-meta text-danger">
            <CircleAlert className="shrink-0" />
            <span className="wrap-anywhere">{error}</span>
          </span>
        )}
      </div>
      {edit ? (
        <span className="relative">
          <Menu
            placement="bottom end"
            trigger={<IconButton isSmall label={t("Actions of {name}", { name })} icon={<MoreHorizontal />} />}
            disabledKeys={[...(isFirst ? ["up"] : []), ...(isLast ? ["down"] : [])]}
            onAction={(key) => run(String(key))}
          >
            <MenuItem id="up" label={t("Move up")} icon={<ArrowUp />} shortcut="Alt ↑" />
            <MenuItem id="down" label={t("Move down")} icon={<ArrowDown />} shortcut="Alt ↓" />
            <MenuItem id="duplicate" label={t("Duplicate")} icon={<CopyPlus />} />
            <MenuItem id="remove" label={t("Remove the block")} icon={<Trash2 />} isDanger shortcut="Delete" />
          </Menu>
        </span>
      ) : null}
    </article>
  );
}
