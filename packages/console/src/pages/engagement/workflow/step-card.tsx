import { ArrowDown, ArrowUp, CircleAlert, CopyPlus, MoreHorizontal, Trash2 } from "lucide-react";
import { Button } from "react-aria-components/Button";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { joinClasses } from "../../../ui/kit/classes.ts";
import { IconButton } from "../../../ui/kit/icon-button.tsx";
import { Menu, MenuItem } from "../../../ui/kit/menu.tsx";
import { Tag } from "../../../ui/kit/tag.tsx";
import type { StepFigures } from "./definition.ts";
import { StepIcon } from "./step-icon.tsx";
import type { StepText } from "./step-text.ts";

interface StepCardProps {
  /** The id of the step, or `trigger` and `finish`. */
  readonly id: string;
  readonly icon: string;
  readonly text: StepText;
  /** The name that a user gave the step. */
  readonly name?: string | undefined;
  readonly figures?: StepFigures | undefined;
  readonly error?: string | undefined;
  readonly isSelected: boolean;
  readonly onSelect: () => void;
  /** Undefined: the card stays where it is. */
  readonly tools?: StepTools | undefined;
}

interface StepTools {
  /** Undefined: there is no place to go to. */
  readonly onMoveUp: (() => void) | undefined;
  readonly onMoveDown: (() => void) | undefined;
  readonly onDuplicate: () => void;
  readonly onRemove: () => void;
}

/** A step in a sentence, with how many records are at it and what it did. Alt and an arrow move it, and Delete removes it. */
export function StepCard({ id, icon, text, name, figures, error, isSelected, onSelect, tools }: StepCardProps) {
  const t = useText();
  const title = name ?? text.title;
  const detail = name === undefined ? text.detail : text.title;
  return (
    <article
      data-step={id}
      className={joinClasses(
        "relative flex min-w-0 items-start gap-3 rounded-card border bg-surface p-3 transition-colors has-data-hovered:border-border-strong",
        error !== undefined ? "border-danger" : isSelected ? "border-accent ring-1 ring-accent" : "border-border",
      )}
    >
      <span className="flex h-control shrink-0 items-center">
        <span
          className={joinClasses(
            "flex size-8 items-center justify-center rounded-control",
            icon === "trigger" || icon === "finish" ? "bg-accent-subtle text-accent-text" : "bg-hover text-text-muted",
          )}
        >
          <StepIcon kind={icon} />
        </span>
      </span>
      <div className="flex min-w-0 flex-1 flex-col gap-1">
        <Button
          aria-pressed={isSelected}
          onPress={onSelect}
          onKeyDown={(event) => {
            const run =
              event.altKey && event.key === "ArrowUp"
                ? tools?.onMoveUp
                : event.altKey && event.key === "ArrowDown"
                  ? tools?.onMoveDown
                  : event.key === "Delete"
                    ? tools?.onRemove
                    : undefined;
            if (run) {
              event.preventDefault();
              run();
            } else event.continuePropagation();
          }}
          className="flex min-h-control min-w-0 cursor-default flex-col justify-center text-start outline-none after:absolute after:inset-0 after:rounded-card data-focus-visible:after:focus-ring"
        >
          <span dir="auto" className="text-body font-medium wrap-anywhere">
            {title}
          </span>
          {detail === undefined || detail === "" ? null : (
            <span dir="auto" className="text-control wrap-anywhere text-text-muted">
              {detail}
            </span>
          )}
        </Button>
        {figures ? <Figures figures={figures} /> : null}
        {error === undefined ? null : (
          <span className="flex items-start gap-1 text-meta text-danger">
            <CircleAlert className="shrink-0" />
            <span className="wrap-anywhere">{error}</span>
          </span>
        )}
      </div>
      {tools ? (
        <span className="relative -mt-1 -me-1">
          <Menu
            placement="bottom end"
            trigger={<IconButton isSmall label={t("Actions of {name}", { name: title })} icon={<MoreHorizontal />} />}
            disabledKeys={[...(tools.onMoveUp ? [] : ["up"]), ...(tools.onMoveDown ? [] : ["down"])]}
            onAction={(key) => {
              if (key === "up") tools.onMoveUp?.();
              if (key === "down") tools.onMoveDown?.();
              if (key === "duplicate") tools.onDuplicate();
              if (key === "remove") tools.onRemove();
            }}
          >
            <MenuItem id="up" label={t("Move up")} icon={<ArrowUp />} shortcut="Alt ↑" />
            <MenuItem id="down" label={t("Move down")} icon={<ArrowDown />} shortcut="Alt ↓" />
            <MenuItem id="duplicate" label={t("Duplicate")} icon={<CopyPlus />} />
            <MenuItem id="remove" label={t("Remove the step")} icon={<Trash2 />} isDanger shortcut="Delete" />
          </Menu>
        </span>
      ) : null}
    </article>
  );
}

/** How many records are at a step, and what it did. */
function Figures({ figures: { at, done, skipped, failed, timed_out, rejected } }: { readonly figures: StepFigures }) {
  const t = useText();
  const count = (value: number): string => formatCount(value);
  const tags = [
    at > 0 && <Tag key="at" hue="blue" hasDot label={t("{count} here", { count: count(at) })} />,
    done > 0 && <Tag key="done" label={t("{count} done", { count: count(done) })} />,
    skipped > 0 && <Tag key="skipped" label={t("{count} skipped", { count: count(skipped) })} />,
    timed_out > 0 && <Tag key="timed_out" hue="orange" label={t("{count} timed out", { count: count(timed_out) })} />,
    rejected > 0 && <Tag key="rejected" hue="orange" label={t("{count} rejected", { count: count(rejected) })} />,
    failed > 0 && <Tag key="failed" hue="red" label={t("{count} failed", { count: count(failed) })} />,
  ].filter(Boolean);
  return tags.length === 0 ? null : <span className="flex flex-wrap gap-1">{tags}</span>;
}
