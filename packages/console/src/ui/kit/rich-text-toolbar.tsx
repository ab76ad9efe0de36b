import { Bold, Code, Heading1, Heading2, Italic, List, ListOrdered, Quote, Redo2, Undo2 } from "lucide-react";
import type { ReactNode } from "react";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { Toolbar } from "react-aria-components/Toolbar";
import { useText } from "../i18n/use-text.ts";
import { IconButton } from "./icon-button.tsx";
import { Tooltip } from "./tooltip.tsx";

/** What a button does with the chosen text. */
export type TextFormat =
  | "heading"
  | "subheading"
  | "bold"
  | "italic"
  | "bulletList"
  | "orderedList"
  | "blockquote"
  | "codeBlock"
  | "undo"
  | "redo";

interface RichTextToolbarProps {
  /** The formats of the text at the cursor, and the steps that can be taken. */
  readonly active: ReadonlySet<TextFormat>;
  readonly isDisabled: boolean;
  readonly isDocument: boolean;
  readonly onFormat: (format: TextFormat) => void;
  readonly linkButton: ReactNode;
}

/** The buttons over a text. They need no editor, so that they are there before it. */
export function RichTextToolbar({ active, isDisabled, isDocument, onFormat, linkButton }: RichTextToolbarProps) {
  const t = useText();
  const button = (format: TextFormat, label: string, icon: ReactNode, shortcut?: string) => (
    <Tooltip text={label} shortcut={shortcut}>
      <ToggleButton
        aria-label={label}
        isSelected={active.has(format)}
        isDisabled={isDisabled}
        onChange={() => onFormat(format)}
        className="flex size-control-small items-center justify-center rounded-control text-text-muted focus-ring data-disabled:opacity-50 data-hovered:bg-hover data-selected:bg-accent-subtle data-selected:text-accent-text"
      >
        {icon}
      </ToggleButton>
    </Tooltip>
  );
  const step = (format: "undo" | "redo", label: string, icon: ReactNode) => (
    <IconButton isSmall label={label} icon={icon} isDisabled={!active.has(format)} onPress={() => onFormat(format)} />
  );
  return (
    <Toolbar aria-label={t("Format")} className="flex flex-wrap gap-1 border-b border-border p-1">
      {isDocument ? (
        <>
          {button("heading", t("Heading"), <Heading1 />)}
          {button("subheading", t("Subheading"), <Heading2 />)}
        </>
      ) : null}
      {button("bold", t("Bold"), <Bold />, "Ctrl B")}
      {button("italic", t("Italic"), <Italic />, "Ctrl I")}
      {button("bulletList", t("List"), <List />)}
      {button("orderedList", t("Numbered list"), <ListOrdered />)}
      {button("blockquote", t("Block quote"), <Quote />)}
      {isDocument ? button("codeBlock", t("Code"), <Code />) : null}
      {linkButton}
      <span className="flex-1" />
      {step("undo", t("Undo"), <Undo2 />)}
      {step("redo", t("Redo"), <Redo2 />)}
    </Toolbar>
  );
}
