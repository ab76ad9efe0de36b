import { Monitor, Smartphone } from "lucide-react";
import { useState } from "react";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { MailFrame } from "../../../ui/kit/mail-frame.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import { useFormPreview } from "./form-data.ts";

const WIDTHS = { desktop: 640, phone: 360 } as const;

/** The page of the form as visitors see it, and what they see after sending. */
export function FormPreview({ fields }: { readonly fields: Readonly<Record<string, unknown>> }) {
  const t = useText();
  const [page, setPage] = useState("form");
  const [device, setDevice] = useState<keyof typeof WIDTHS>("desktop");
  const { data, isError } = useFormPreview(fields);
  return (
    <section aria-label={t("Preview")} className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <SegmentedControl
          label={t("Page")}
          segments={[
            { id: "form", label: t("Form") },
            { id: "thanks", label: t("After sending") },
          ]}
          value={page}
          onChange={setPage}
        />
        <SegmentedControl
          label={t("Width")}
          isShort
          segments={[
            { id: "desktop", label: t("Desktop"), icon: <Monitor /> },
            { id: "phone", label: t("Smartphone"), icon: <Smartphone /> },
          ]}
          value={device}
          onChange={(id) => setDevice(id === "phone" ? "phone" : "desktop")}
        />
      </div>
      {isError ? <Banner kind="warning" title={t("The preview shows the form before the last changes")} /> : null}
      {data ? (
        <div className="min-w-0 rounded-card border border-border bg-track p-3">
          <MailFrame
            title={t("Preview of the form")}
            html={page === "form" ? data.html : data.thank_you_html}
            width={WIDTHS[device]}
          />
        </div>
      ) : isError ? null : (
        <Skeleton shape="block" />
      )}
    </section>
  );
}
