import { Image, ImageOff, Monitor, Moon, Smartphone, Sun } from "lucide-react";
import { useState } from "react";
import type { MailPreview as Preview } from "../../../records/mail/mail-data.ts";
import { useMergeLabels } from "../../../records/mail/merge-labels.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { MailFrame } from "../../../ui/kit/mail-frame.tsx";
import type { Option } from "../../../ui/kit/option-type.ts";
import { Reference } from "../../../ui/kit/reference.tsx";
import { SegmentedControl } from "../../../ui/kit/segmented-control.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";
import type { SearchOptions } from "../../../ui/kit/use-option-search.ts";

const WIDTHS = { desktop: 600, phone: 320 } as const;

/** How a mail is looked at: on a desktop or a phone, in the light or the dark scheme, with or without images. */
interface PreviewLook {
  readonly device: keyof typeof WIDTHS;
  readonly isDark: boolean;
  readonly hasImages: boolean;
}

export function usePreviewLook() {
  return useState<PreviewLook>({ device: "desktop", isDark: false, hasImages: true });
}

interface LookControlsProps {
  readonly look: PreviewLook;
  readonly onChange: (look: PreviewLook) => void;
}

export function LookControls({ look, onChange }: LookControlsProps) {
  const t = useText();
  return (
    <div className="flex flex-wrap items-end gap-2">
      <SegmentedControl
        label={t("Width")}
        isShort
        segments={[
          { id: "desktop", label: t("Desktop"), icon: <Monitor /> },
          { id: "phone", label: t("Smartphone"), icon: <Smartphone /> },
        ]}
        value={look.device}
        onChange={(id) => onChange({ ...look, device: id === "phone" ? "phone" : "desktop" })}
      />
      <SegmentedControl
        label={t("Color scheme")}
        isShort
        segments={[
          { id: "light", label: t("Light"), icon: <Sun /> },
          { id: "dark", label: t("Dark"), icon: <Moon /> },
        ]}
        value={look.isDark ? "dark" : "light"}
        onChange={(id) => onChange({ ...look, isDark: id === "dark" })}
      />
      <SegmentedControl
        label={t("Images")}
        isShort
        segments={[
          { id: "shown", label: t("Images"), icon: <Image /> },
          { id: "blocked", label: t("No images"), icon: <ImageOff /> },
        ]}
        value={look.hasImages ? "shown" : "blocked"}
        onChange={(id) => onChange({ ...look, hasImages: id === "shown" })}
      />
    </div>
  );
}

interface MailViewProps {
  readonly preview: Preview | undefined;
  readonly isError: boolean;
  readonly look: PreviewLook;
  /** Names the frame for screen readers. */
  readonly title: string;
}

/** The subject and the body of a mail, and which merge fields have no value. */
export function MailView({ preview, isError, look, title }: MailViewProps) {
  const t = useText();
  const missing = preview?.missing ?? [];
  const { nameField } = useMergeLabels(missing.map((path) => `{{${path}}}`).join(""));
  return (
    <>
      {missing.length === 0 ? null : (
        <Banner
          kind="warning"
          title={t("No value for {fields}", { fields: missing.map((path) => nameField(path) ?? path).join(", ") })}
        />
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
                title={title}
                html={preview.html}
                width={WIDTHS[look.device]}
                isDark={look.isDark}
                hasImages={look.hasImages}
              />
            )}
          </div>
        </>
      ) : isError ? null : (
        <Skeleton shape="block" />
      )}
    </>
  );
}

interface MailPreviewProps {
  readonly preview: Preview | undefined;
  readonly isError: boolean;
  readonly person: Option | null;
  readonly search: SearchOptions;
  readonly onPersonChange: (person: Option | null) => void;
  /** What the choice of the person is called, such as a member of a campaign. */
  readonly personLabel?: string;
}

/** The mail as a reader sees it. */
export function MailPreview({ preview, isError, person, search, onPersonChange, personLabel }: MailPreviewProps) {
  const t = useText();
  const [look, setLook] = usePreviewLook();
  return (
    <section aria-label={t("Preview")} className="flex min-w-0 flex-col gap-3">
      <LookControls look={look} onChange={setLook} />
      <Reference label={personLabel ?? t("Show as")} note="optional" value={person} onChange={onPersonChange} search={search} />
      <MailView preview={preview} isError={isError} look={look} title={t("Preview of the mail")} />
    </section>
  );
}
