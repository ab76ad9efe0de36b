import { type ReactNode, type RefObject, useEffect, useRef, useState } from "react";
import {
  type BlockPath,
  changeBlock,
  createBlock,
  findBlock,
  formatPath,
  insertBlock,
  listBlockErrors,
  type MailBlock,
  moveBlock,
  removeBlock,
  shiftPath,
} from "../../../records/mail/mail-block.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { Sheet } from "../../../ui/kit/sheet.tsx";
import { showToast } from "../../../ui/kit/toast.tsx";
import { useIsDesktop, useIsPhone } from "../../../ui/kit/use-media.ts";
import { type BlockEdits, BlockList } from "./block-list.tsx";
import { nameBlock } from "./block-names.ts";
import { BlockPanel } from "./block-panel.tsx";

/** The blocks of a mail, the chosen one, and how they are changed. */
interface BlockEditing {
  readonly blocks: readonly MailBlock[] | null;
  readonly chosen: BlockPath | undefined;
  /** Chooses a block, and moves the focus to it. */
  readonly choose: (path: BlockPath) => void;
  readonly select: (path: BlockPath | undefined) => void;
  /** Undefined: the user may only look. */
  readonly edits: BlockEdits | undefined;
  readonly replaceChosen: (block: MailBlock) => void;
  readonly frame: RefObject<HTMLDivElement | null>;
  /** What a screen reader says after a move. */
  readonly announcement: string;
}

interface BlockEditingInput {
  readonly blocks: readonly MailBlock[] | null;
  readonly onChange: (blocks: readonly MailBlock[]) => void;
  readonly canEdit: boolean;
}

export function useBlockEditing({ blocks, onChange, canEdit }: BlockEditingInput): BlockEditing {
  const t = useText();
  const [chosen, setChosen] = useState<BlockPath>();
  const [announcement, setAnnouncement] = useState("");
  const frame = useRef<HTMLDivElement>(null);
  /** The card that gets the focus when it stands in its new place. */
  const [focused, setFocused] = useState<string>();
  useEffect(() => {
    if (focused === undefined) return;
    frame.current?.querySelector<HTMLElement>(`[data-block="${CSS.escape(focused)}"] button`)?.focus();
    setFocused(undefined);
  }, [focused]);
  const nameAt = (path: BlockPath): string => nameBlock(findBlock(blocks ?? [], path)?.type ?? "", t);
  const choose = (path: BlockPath): void => {
    setChosen(path);
    setFocused(formatPath(path));
  };
  const edits =
    canEdit && blocks
      ? {
          add: (path: BlockPath, type: string): void => {
            onChange(insertBlock(blocks, path, createBlock(type)));
            choose(path);
          },
          move: (path: BlockPath, step: 1 | -1): void => {
            onChange(moveBlock(blocks, path, step));
            setAnnouncement(t("{name} was moved", { name: nameAt(path) }));
            choose(shiftPath(path, step));
          },
          duplicate: (path: BlockPath): void => {
            const block = findBlock(blocks, path);
            if (block) onChange(insertBlock(blocks, shiftPath(path, 1), block));
            choose(shiftPath(path, 1));
          },
          remove: (path: BlockPath): void => {
            onChange(removeBlock(blocks, path));
            setChosen(undefined);
            showToast({ text: t("{name} was removed", { name: nameAt(path) }), undo: () => onChange(blocks) });
          },
        }
      : undefined;
  return {
    blocks,
    chosen,
    choose,
    select: setChosen,
    edits,
    replaceChosen: (block) => blocks && chosen && onChange(changeBlock(blocks, chosen, block)),
    frame,
    announcement,
  };
}

interface BlockWorkspaceProps {
  readonly editing: BlockEditing;
  /** By the path of the field. */
  readonly errors: Readonly<Record<string, string>>;
  /** The mail as readers see it. */
  readonly preview: ReactNode;
}

/** The blocks of a mail, its preview, and the panel of the chosen block: side by side, or below each other where there is no room. */
export function BlockWorkspace({ editing, errors, preview }: BlockWorkspaceProps) {
  const t = useText();
  const isDesktop = useIsDesktop();
  const isPhone = useIsPhone();
  const { blocks, chosen, edits } = editing;
  if (!blocks) return preview;
  const block = chosen && findBlock(blocks, chosen);
  const panelTitle = block ? nameBlock(block.type, t) : t("Chosen block");
  const panel =
    block && chosen ? (
      <BlockPanel
        // The place as well as the type: an editor of text keeps its own state.
        key={`${formatPath(chosen)} ${block.type} ${blocks.length}`}
        block={block}
        errors={listBlockErrors(chosen, errors)}
        onChange={editing.replaceChosen}
        isDisabled={!edits}
      />
    ) : undefined;
  const list = (
    <BlockList blocks={blocks} chosen={chosen && formatPath(chosen)} errors={errors} edit={edits} onSelect={editing.select} />
  );
  const status = (
    <span role="status" className="sr-only">
      {editing.announcement}
    </span>
  );
  const Layer = isPhone ? Sheet : Drawer;
  return isDesktop ? (
    <div className="grid min-w-0 grid-cols-(--mail-columns) items-start gap-6">
      <section aria-label={t("Blocks")} className="min-w-0">
        {list}
      </section>
      {preview}
      <aside
        aria-label={panelTitle}
        className="sticky top-4 flex max-h-(--builder-panel-height) min-w-0 flex-col gap-4 overflow-auto rounded-card border border-border bg-surface p-4"
      >
        {panel ? (
          <>
            <h2 className="text-section font-semibold">{panelTitle}</h2>
            {panel}
          </>
        ) : (
          <p className="text-control text-text-muted">{t("Choose a block to see and change what it says.")}</p>
        )}
      </aside>
      {status}
    </div>
  ) : (
    <>
      {list}
      {preview}
      {panel ? (
        <Layer title={panelTitle} isOpen onOpenChange={() => editing.select(undefined)}>
          <div className="flex min-w-0 flex-col gap-4">{panel}</div>
        </Layer>
      ) : null}
      {status}
    </>
  );
}
