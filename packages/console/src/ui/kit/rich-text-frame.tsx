import type { ReactNode } from "react";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";

interface RichTextFrameProps {
  /** The elements that name and describe the text box have it before `-label`, `-help` and `-error`. */
  readonly id: string;
  readonly label: ReactNode;
  readonly help?: ReactNode;
  readonly error?: ReactNode;
  readonly note?: "optional" | "required" | undefined;
  readonly isDisabled: boolean;
  readonly children: ReactNode;
}

/** What stands around a formatted text: its label, and below it help and error. */
export function RichTextFrame({ id, label, help, error, note, isDisabled, children }: RichTextFrameProps) {
  const t = useText();
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
        {children}
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
