import { Link as LinkIcon } from "lucide-react";
import { createElement, type ReactNode, useId } from "react";
import { useText } from "../i18n/use-text.ts";
import { type HtmlNode, parseHtml } from "./html-tree.ts";
import { IconButton } from "./icon-button.tsx";
import type { RichTextProps } from "./rich-text.tsx";
import { RichTextFrame } from "./rich-text-frame.tsx";
import { RichTextToolbar, type TextFormat } from "./rich-text-toolbar.tsx";

const TAGS: ReadonlySet<string> = new Set([
  ...["p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote", "pre", "code", "hr", "br"],
  ...["strong", "b", "em", "i", "s", "del", "u"],
]);

/** Shows a text without its links: who presses it wants to edit it. */
function renderNode(node: HtmlNode, key: number): ReactNode {
  if (typeof node === "string") return node.trim() === "" ? null : node;
  const { tag, children } = node;
  if (tag === "hr" || tag === "br") return createElement(tag, { key });
  const content = children.map(renderNode);
  return TAGS.has(tag) ? createElement(tag, { key }, ...content) : createElement("span", { key }, ...content);
}

const NO_FORMATS: ReadonlySet<TextFormat> = new Set();

interface RichTextRestProps extends RichTextProps {
  /** Called when the user comes to the text: with the focus in it, or with a format. */
  readonly onStart: (format?: TextFormat) => void;
  /** Called when the focus leaves the text again. */
  readonly onEnd: () => void;
}

/** A text as its editor shows it, before the editor is there. It has the same size. */
export function RichTextRest({
  label,
  help,
  error,
  note,
  value,
  placeholder,
  isDisabled = false,
  onStart,
  onEnd,
}: RichTextRestProps) {
  const t = useText();
  const id = useId();
  return (
    <RichTextFrame {...{ id, label, help, error, note, isDisabled }}>
      <RichTextToolbar
        isDocument
        active={NO_FORMATS}
        isDisabled={isDisabled}
        onFormat={onStart}
        linkButton={
          <IconButton isSmall label={t("Link")} icon={<LinkIcon />} isDisabled={isDisabled} onPress={() => onStart()} />
        }
      />
      <div className="max-h-results overflow-auto">
        {/* biome-ignore lint/a11y/useSemanticElements: a text area has no bold words */}
        <div
          role="textbox"
          aria-multiline="true"
          aria-labelledby={`${id}-label`}
          aria-describedby={`${id}-help ${id}-error`}
          tabIndex={isDisabled ? -1 : 0}
          onFocus={() => onStart()}
          onBlur={onEnd}
          className="rich-text min-h-panel cursor-text px-2 py-1 text-input outline-none"
        >
          {value === "" ? <p className="text-text-muted">{placeholder}</p> : parseHtml(value).children.map(renderNode)}
        </div>
      </div>
    </RichTextFrame>
  );
}
