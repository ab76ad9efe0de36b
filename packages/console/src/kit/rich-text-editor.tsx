import { Placeholder } from "@tiptap/extensions";
import { type Editor, EditorContent, useEditor, useEditorState } from "@tiptap/react";
import StarterKit from "@tiptap/starter-kit";
import { Bold, Code, Heading1, Heading2, Italic, Link as LinkIcon, List, ListOrdered, Quote, Redo2, Undo2 } from "lucide-react";
import { type ReactNode, useId, useState } from "react";
import { Dialog, DialogTrigger } from "react-aria-components/Dialog";
import { Popover } from "react-aria-components/Popover";
import { ToggleButton } from "react-aria-components/ToggleButton";
import { Toolbar } from "react-aria-components/Toolbar";
import { useText } from "../i18n/use-text.ts";
import { Button } from "./button.tsx";
import { joinClasses } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";
import { popoverClass } from "./popover.ts";
import type { RichTextProps } from "./rich-text.tsx";
import { TextField } from "./text-field.tsx";
import { Tooltip } from "./tooltip.tsx";

/** Loaded by `RichText`. */
export default function RichTextEditor({
  label,
  help,
  error,
  note,
  value,
  onChange,
  placeholder,
  isDisabled = false,
  isDocument = false,
}: RichTextProps) {
  const t = useText();
  const id = useId();
  const editor = useEditor({
    extensions: [
      StarterKit.configure({
        link: { openOnClick: false },
        ...(isDocument ? { underline: false } : { heading: false, codeBlock: false, horizontalRule: false }),
      }),
      Placeholder.configure({ placeholder: placeholder ?? "" }),
    ],
    content: value,
    editable: !isDisabled,
    // The sheet of the editor is in index.css: the content security policy refuses a `<style>`.
    injectCSS: false,
    editorProps: {
      attributes: {
        role: "textbox",
        "aria-multiline": "true",
        "aria-labelledby": `${id}-label`,
        "aria-describedby": `${id}-help ${id}-error`,
        class: joinClasses("rich-text px-2 py-1 text-input outline-none", isDocument ? "min-h-panel" : "min-h-12"),
      },
    },
    onUpdate: ({ editor: changed }) => onChange(changed.isEmpty ? "" : changed.getHTML()),
  });
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <span className="flex items-baseline gap-1 text-control font-medium">
        <span id={`${id}-label`} className="wrap-anywhere">
          {label}
        </span>
        {note === undefined ? null : (
          <span className="text-meta font-normal text-text-muted">{note === "optional" ? t("optional") : t("required")}</span>
        )}
      </span>
      <div
        className={joinClasses(
          "rounded-control border bg-surface ring-within-text",
          error === undefined ? "border-border-strong" : "border-danger",
          isDisabled && "border-border bg-bg text-text-muted",
        )}
      >
        <EditorToolbar editor={editor} isDisabled={isDisabled} isDocument={isDocument} />
        <EditorContent editor={editor} className={isDocument ? "max-h-results overflow-auto" : "max-h-panel overflow-auto"} />
      </div>
      <span id={`${id}-help`} className="text-meta wrap-anywhere text-text-muted empty:hidden">
        {help}
      </span>
      <span id={`${id}-error`} className="text-meta wrap-anywhere text-danger empty:hidden">
        {error}
      </span>
    </div>
  );
}

/** The levels of headings in a document. */
const HEADING = 1;
const SUBHEADING = 2;

interface EditorPartProps {
  readonly editor: Editor;
  readonly isDisabled: boolean;
}

interface FormatButtonProps {
  readonly label: string;
  readonly shortcut?: string;
  readonly icon: ReactNode;
  readonly isSelected: boolean;
  readonly isDisabled: boolean;
  readonly onPress: () => void;
}

function FormatButton({ label, shortcut, icon, isSelected, isDisabled, onPress }: FormatButtonProps) {
  return (
    <Tooltip text={label} shortcut={shortcut}>
      <ToggleButton
        aria-label={label}
        isSelected={isSelected}
        isDisabled={isDisabled}
        onChange={onPress}
        className="flex size-control-small items-center justify-center rounded-control text-text-muted focus-ring data-disabled:opacity-50 data-hovered:bg-hover data-selected:bg-accent-subtle data-selected:text-accent-text"
      >
        {icon}
      </ToggleButton>
    </Tooltip>
  );
}

function EditorToolbar({ editor, isDisabled, isDocument }: EditorPartProps & { readonly isDocument: boolean }) {
  const t = useText();
  const active = useEditorState({
    editor,
    selector: ({ editor: one }) => ({
      bold: one.isActive("bold"),
      italic: one.isActive("italic"),
      bulletList: one.isActive("bulletList"),
      orderedList: one.isActive("orderedList"),
      blockquote: one.isActive("blockquote"),
      heading: one.isActive("heading", { level: HEADING }),
      subheading: one.isActive("heading", { level: SUBHEADING }),
      codeBlock: one.isActive("codeBlock"),
      canUndo: one.can().undo(),
      canRedo: one.can().redo(),
    }),
  });
  const chain = () => editor.chain().focus();
  const format = (label: string, icon: ReactNode, isSelected: boolean, onPress: () => void, shortcut?: string) => (
    <FormatButton {...{ label, icon, isSelected, onPress, shortcut, isDisabled }} />
  );
  return (
    <Toolbar aria-label={t("Format")} className="flex flex-wrap gap-1 border-b border-border p-1">
      {isDocument ? (
        <>
          {format(t("Heading"), <Heading1 />, active.heading, () => chain().toggleHeading({ level: HEADING }).run())}
          {format(t("Subheading"), <Heading2 />, active.subheading, () => chain().toggleHeading({ level: SUBHEADING }).run())}
        </>
      ) : null}
      {format(t("Bold"), <Bold />, active.bold, () => chain().toggleBold().run(), "Ctrl B")}
      {format(t("Italic"), <Italic />, active.italic, () => chain().toggleItalic().run(), "Ctrl I")}
      {format(t("List"), <List />, active.bulletList, () => chain().toggleBulletList().run())}
      {format(t("Numbered list"), <ListOrdered />, active.orderedList, () => chain().toggleOrderedList().run())}
      {format(t("Block quote"), <Quote />, active.blockquote, () => chain().toggleBlockquote().run())}
      {isDocument ? format(t("Code"), <Code />, active.codeBlock, () => chain().toggleCodeBlock().run()) : null}
      <LinkButton editor={editor} isDisabled={isDisabled} />
      <span className="flex-1" />
      <IconButton isSmall label={t("Undo")} icon={<Undo2 />} isDisabled={!active.canUndo} onPress={() => chain().undo().run()} />
      <IconButton isSmall label={t("Redo")} icon={<Redo2 />} isDisabled={!active.canRedo} onPress={() => chain().redo().run()} />
    </Toolbar>
  );
}

/** Addresses with a scheme. Others get `https`, so that no link leads to a path of the console. */
const withScheme = (address: string): string => (/^(?:https?:|mailto:|tel:)/i.test(address) ? address : `https://${address}`);

function LinkButton({ editor, isDisabled }: EditorPartProps) {
  const t = useText();
  const [address, setAddress] = useState("");
  const apply = (close: () => void): void => {
    const chain = editor.chain().focus().extendMarkRange("link");
    if (address.trim() === "") chain.unsetLink().run();
    else chain.setLink({ href: withScheme(address.trim()) }).run();
    close();
  };
  return (
    <DialogTrigger onOpenChange={(isOpen) => isOpen && setAddress(String(editor.getAttributes("link").href ?? ""))}>
      <IconButton isSmall label={t("Link")} icon={<LinkIcon />} isDisabled={isDisabled} />
      <Popover offset={4} className={joinClasses(popoverClass, "w-menu")}>
        <Dialog aria-label={t("Link")} className="outline-none">
          {({ close }) => (
            <form
              className="flex flex-col gap-4 p-4"
              onSubmit={(event) => {
                event.preventDefault();
                apply(close);
              }}
            >
              <TextField
                autoFocus
                label={t("Address")}
                value={address}
                onChange={setAddress}
                help={t("Leave it empty to remove the link.")}
              />
              <span className="flex justify-end">
                <Button type="submit">{t("Set link")}</Button>
              </span>
            </form>
          )}
        </Dialog>
      </Popover>
    </DialogTrigger>
  );
}
