import { CircleAlert, CircleCheck, Info, TriangleAlert, X } from "lucide-react";
import type { ReactNode } from "react";
import { useText } from "../i18n/use-text.ts";
import { joinClasses } from "./classes.ts";
import { IconButton } from "./icon-button.tsx";

type BannerKind = "info" | "success" | "warning" | "danger";

interface BannerProps {
  readonly kind: BannerKind;
  readonly title: string;
  /** What it means, and what to do. */
  readonly children?: ReactNode;
  readonly action?: ReactNode;
  readonly onDismiss?: () => void;
}

const kinds = {
  info: { icon: <Info />, className: "bg-info-subtle", color: "text-info" },
  success: { icon: <CircleCheck />, className: "bg-success-subtle", color: "text-success" },
  warning: { icon: <TriangleAlert />, className: "bg-warning-subtle", color: "text-warning" },
  danger: { icon: <CircleAlert />, className: "bg-danger-subtle", color: "text-danger" },
};

/** Says something about the whole page or form, until it no longer holds. */
export function Banner({ kind, title, children, action, onDismiss }: BannerProps) {
  const t = useText();
  const { icon, className, color } = kinds[kind];
  return (
    <div
      role={kind === "danger" ? "alert" : "status"}
      className={joinClasses(
        "flex flex-wrap items-start gap-x-3 gap-y-2 rounded-card px-4 py-2 text-control text-text",
        className,
      )}
    >
      <span className={joinClasses("mt-1 flex h-tag items-center self-start", color)}>{icon}</span>
      <div className="min-w-field-short flex-1 py-1 wrap-anywhere">
        <p className="font-medium">{title}</p>
        {children}
      </div>
      {action}
      {onDismiss === undefined ? null : <IconButton isSmall label={t("Dismiss")} icon={<X />} onPress={onDismiss} />}
    </div>
  );
}
