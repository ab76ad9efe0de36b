import { CircleAlert, CircleCheck, Info, TriangleAlert } from "lucide-react";
import type { ReactNode } from "react";
import { joinClasses } from "./classes.ts";

type BannerKind = "info" | "success" | "warning" | "danger";

export interface BannerFrameProps {
  readonly kind: BannerKind;
  readonly title: string;
  /** What it means, and what to do. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  /** Whether the title and what it means share a line. */
  readonly isInline?: boolean;
}

const kinds = {
  info: { icon: <Info />, className: "bg-info-subtle", color: "text-info" },
  success: { icon: <CircleCheck />, className: "bg-success-subtle", color: "text-success" },
  warning: { icon: <TriangleAlert />, className: "bg-warning-subtle", color: "text-warning" },
  danger: { icon: <CircleAlert />, className: "bg-danger-subtle", color: "text-danger" },
};

/** A banner without a button of its own. The pages before the sign-in load it without React Aria. */
export function BannerFrame({ kind, title, children, action, isInline = false }: BannerFrameProps) {
  const { icon, className, color } = kinds[kind];
  return (
    <div
      role={kind === "danger" ? "alert" : "status"}
      className={joinClasses(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-card px-4 py-2 text-control text-text",
        className,
      )}
    >
      <span className={joinClasses("flex items-center self-start", isInline ? "h-6" : "mt-1 h-tag", color)}>{icon}</span>
      <div
        className={joinClasses(
          "min-w-field-short flex-1 wrap-anywhere",
          isInline ? "flex min-h-target flex-wrap items-center gap-x-4" : "py-1",
        )}
      >
        <p className="font-medium">{title}</p>
        {children}
      </div>
      {action}
    </div>
  );
}
