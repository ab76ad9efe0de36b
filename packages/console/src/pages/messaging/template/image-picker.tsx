import { useQuery } from "@tanstack/react-query";
import { Image as ImageIcon } from "lucide-react";
import { useState } from "react";
import { crm, read } from "../../../api/client.ts";
import { useInvalidation } from "../../../api/records.ts";
import { useScope } from "../../../api/session.ts";
import { useTextOptions } from "../../../input/fields/value-provider.tsx";
import { readErrors } from "../../../input/form/form-state.ts";
import { uploadFile } from "../../../records/record/file-transfer.ts";
import { formatCount } from "../../../ui/i18n/formatters.ts";
import { useText } from "../../../ui/i18n/use-text.ts";
import { Banner } from "../../../ui/kit/banner.tsx";
import { Button } from "../../../ui/kit/button.tsx";
import { Drawer } from "../../../ui/kit/drawer.tsx";
import { EmptyState } from "../../../ui/kit/empty-state.tsx";
import { FileDrop, type FileEntry } from "../../../ui/kit/file-drop.tsx";
import { Skeleton } from "../../../ui/kit/skeleton.tsx";

/** An image of the library. */
interface LibraryImage {
  readonly id: string;
  readonly name: string;
  readonly alt: string | null;
  readonly url: string;
  readonly width: number;
  readonly height: number;
}

interface ImagePickerProps {
  readonly isDisabled: boolean;
  readonly onChoose: (image: LibraryImage) => void;
}

const PATH = "/api/v1/mail-images";
const MAX_SHOWN = 60;
/** As the server has it. */
const MAX_BYTES = 2 * 1024 * 1024;
const ACCEPTED = [".png", ".jpg", ".jpeg", ".gif"];

/** Opens the library of images for mails. A new one is uploaded there. */
export function ImagePicker({ isDisabled, onChoose }: ImagePickerProps) {
  const t = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <span>
      <Button icon={<ImageIcon />} isDisabled={isDisabled} onPress={() => setOpen(true)}>
        {t("Choose an image")}
      </Button>
      {isOpen ? (
        <Drawer title={t("Images")} isOpen onOpenChange={() => setOpen(false)}>
          <ImageLibrary
            onChoose={(image) => {
              onChoose(image);
              setOpen(false);
            }}
          />
        </Drawer>
      ) : null}
    </span>
  );
}

function ImageLibrary({ onChoose }: Pick<ImagePickerProps, "onChoose">) {
  const t = useText();
  const scope = useScope();
  const { locale } = useTextOptions();
  const invalidate = useInvalidation();
  const [file, setFile] = useState<FileEntry>();
  const images = useQuery({
    queryKey: [...scope, "list", "mail_image"],
    queryFn: async () => (await read<LibraryImage[]>(PATH, { limit: MAX_SHOWN, sort: "-created_at" })).data,
  });
  const add = async ([chosen]: readonly File[]): Promise<void> => {
    if (!chosen) return;
    const entry = { id: chosen.name, name: chosen.name, bytes: chosen.size };
    setFile(entry);
    try {
      const upload_id = await uploadFile(chosen, (progress) => setFile({ ...entry, progress }), new AbortController().signal);
      const name = chosen.name.replace(/\.\w+$/, "");
      const image = await crm.request<LibraryImage>("POST", PATH, { body: { name, upload_id } }).then((made) => made);
      await invalidate({ kind: "mail_image" });
      onChoose(image);
    } catch (error) {
      const { form, fields } = readErrors(error, t);
      setFile({ ...entry, error: fields.upload_id ?? form ?? t("The file could not be sent") });
    }
  };
  return (
    <div className="flex min-w-0 flex-col gap-4">
      <FileDrop
        label={t("New image")}
        help={t("PNG, JPEG or GIF, at most 2 MB. Readers of mails see it without signing in.")}
        files={file ? [file] : []}
        accept={ACCEPTED}
        maxBytes={MAX_BYTES}
        onAdd={(files) => void add(files)}
        onRemove={() => setFile(undefined)}
      />
      {images.isError ? <Banner kind="danger" title={t("The images could not be loaded")} /> : null}
      {images.isPending ? <Skeleton shape="block" /> : null}
      {images.data?.length === 0 ? (
        <EmptyState kind="empty" title={t("No images yet")}>
          {t("Uploaded images can be used in all mails.")}
        </EmptyState>
      ) : null}
      <ul className="grid min-w-0 grid-cols-2 gap-3 empty:hidden">
        {images.data?.map((image) => (
          <li key={image.id} className="flex min-w-0 flex-col gap-2 rounded-card border border-border bg-surface p-3">
            <img
              src={new URL(image.url).pathname}
              alt={image.alt ?? ""}
              loading="lazy"
              className="aspect-video w-full object-contain"
            />
            <span className="text-meta wrap-anywhere">{image.name}</span>
            <span className="text-meta tabular-nums text-text-muted">
              {`${formatCount(image.width, locale)} × ${formatCount(image.height, locale)}`}
            </span>
            <Button isSmall aria-label={t("Use {name}", { name: image.name })} onPress={() => onChoose(image)}>
              {t("Use")}
            </Button>
          </li>
        ))}
      </ul>
    </div>
  );
}
