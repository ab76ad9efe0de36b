import { Image, ImageOff, Monitor, Moon, Smartphone, Sun } from "lucide-react";
import { useState } from "react";
import { useText } from "../i18n/use-text.ts";
import { Banner } from "../kit/banner.tsx";
import { MailFrame } from "../kit/mail-frame.tsx";
import type { Option } from "../kit/option-type.ts";
import { Reference } from "../kit/reference.tsx";
import { SegmentedControl } from "../kit/segmented-control.tsx";
import { Skeleton } from "../kit/skeleton.tsx";
import type { SearchOptions } from "../kit/use-option-search.ts";
import type { MailPreview as Preview } from "./mail-data.ts";

interface MailPreviewProps {
  readonly preview: Preview | undefined;
  readonly isError: boolean;
  readonly person: Option | null;
  readonly search: SearchOptions;
  readonly onPersonChange: (person: Option | null) => void;
}

const WIDTHS = { desktop: 600, phone: 320 } as const;
type Device = keyof typeof WIDTHS;

/** The mail as a reader sees it: on a desktop or a phone, in the light or the dark scheme, with or without images. */
export function MailPreview({ preview, isError, person, search, onPersonChange }: MailPreviewProps) {
  const t = useText();
  const [device, setDevice] = useState<Device>("desktop");
  const [scheme, setScheme] = useState("light");
  const [images, setImages] = useState("shown");
  const missing = preview?.missing ?? [];
  return (
    <section aria-label={t("Preview")} className="flex min-w-0 flex-col gap-3">
      <div className="flex flex-wrap items-end gap-2">
        <SegmentedControl
          label={t("Width")}
          isShort
          segments={[
            { id: "desktop", label: t("Desktop"), icon: <Monitor /> },
            { id: "phone", label: t("Phone"), icon: <Smartphone /> },
          ]}
          value={device}
          onChange={(id) => setDevice(id === "phone" ? "phone" : "desktop")}
        />
        <SegmentedControl
          label={t("Color scheme")}
          isShort
          segments={[
            { id: "light", label: t("Light"), icon: <Sun /> },
            { id: "dark", label: t("Dark"), icon: <Moon /> },
          ]}
          value={scheme}
          onChange={setScheme}
        />
        <SegmentedControl
          label={t("Images")}
          isShort
          segments={[
            { id: "shown", label: t("Images"), icon: <Image /> },
            { id: "blocked", label: t("No images"), icon: <ImageOff /> },
          ]}
          value={images}
          onChange={setImages}
        />
      </div>
      <Reference label={t("Show as")} note="optional" value={person} onChange={onPersonChange} search={search} />
      {missing.length === 0 ? null : (
        <Banner kind="warning" title={t("No value for {fields}", { fields: missing.map((path) => `{{${path}}}`).join(", ") })} />
      )}
      {isError ? <Banner kind="warning" title={t("The preview shows the mail before the last changes")} /> : null}
      {preview ? (
        <>
          <p dir="auto" className="text-body font-medium wrap-anywhere">
            {preview.subject}
          </p>
          <div className="min-w-0 rounded-card border border-border bg-track p-3">
            {preview.html === null ? (
              <p className="text-control text-text-muted">{t("This mail has no HTML.")}</p>
            ) : (
              <MailFrame
                title={t("Preview of the mail")}
                html={preview.html}
                width={WIDTHS[device]}
                isDark={scheme === "dark"}
                hasImages={images === "shown"}
              />
            )}
          </div>
        </>
      ) : isError ? null : (
        <Skeleton shape="block" />
      )}
    </section>
  );
}
