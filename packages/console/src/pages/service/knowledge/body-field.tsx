import { useState } from "react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { RichTextDocument } from "../../../ui/kit/rich-text-document.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { TextArea } from "../../../ui/kit/text-area.tsx";
import { markdownToHtml } from "./article-html.ts";
import { htmlToMarkdown, isEditable } from "./html-markdown.ts";

interface BodyFieldProps {
  /** Markdown. */
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error?: string;
}

const MAX_LENGTH = 50_000;

/** The text of an article: in an editor, or as Markdown. What the editor cannot show, such as a table, stays Markdown. */
export function BodyField({ value, onChange, error }: BodyFieldProps) {
  const t = useText();
  const [mode, setMode] = useState(() => (isEditable(value, markdownToHtml) ? "text" : "markdown"));
  const canEdit = mode === "text" || isEditable(value, markdownToHtml);
  return (
    <div className="flex min-w-0 flex-col gap-2">
      <SegmentedControl
        label={t("How the text is written")}
        value={mode}
        onChange={setMode}
        segments={[
          { id: "text", label: t("Text editor"), isDisabled: !canEdit },
          { id: "markdown", label: t("Markdown") },
        ]}
      />
      {mode === "text" ? (
        <RichTextDocument
          label={t("Text")}
          isDocument
          value={markdownToHtml(value)}
          onChange={(html) => onChange(htmlToMarkdown(html))}
          placeholder={t("What is the question, and how is it solved?")}
          {...(error === undefined ? {} : { error })}
        />
      ) : (
        <TextArea
          label={t("Text")}
          maxLength={MAX_LENGTH}
          value={value}
          onChange={onChange}
          help={
            canEdit
              ? t("Headings begin with #, lists with -, and tables are allowed. HTML is shown as text.")
              : t("The text has parts that the text editor would lose, such as a table.")
          }
          {...(error === undefined ? {} : { error })}
        />
      )}
    </div>
  );
}
