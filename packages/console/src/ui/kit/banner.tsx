import { X } from "lucide-react";
import { useText } from "../i18n/use-text.ts";
import { BannerFrame, type BannerFrameProps } from "./banner-frame.tsx";
import { IconButton } from "./icon-button.tsx";

interface BannerProps extends BannerFrameProps {
  readonly onDismiss?: () => void;
}

/** Says something about the whole page or form, until it no longer holds. */
export function Banner({ action, onDismiss, ...props }: BannerProps) {
  const t = useText();
  const dismiss = onDismiss === undefined ? null : <IconButton isSmall label={t("Dismiss")} icon={<X />} onPress={onDismiss} />;
  return (
    <BannerFrame
      {...props}
      action={
        <>
          {action}
          {dismiss}
        </>
      }
    />
  );
}
